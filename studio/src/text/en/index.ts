import { explore } from './explore.ts'
import { frame } from './frame.ts'
import { library } from './library.ts'
import { map } from './map.ts'
import { train } from './train.ts'

export const en = { frame, map, train, explore, library }
