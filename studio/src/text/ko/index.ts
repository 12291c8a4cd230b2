import type { Text } from '../text.ts'
import { explore } from './explore.ts'
import { frame } from './frame.ts'
import { library } from './library/index.ts'
import { map } from './map.ts'
import { train } from './train.ts'

export const ko: Text = { frame, map, train, explore, library }
