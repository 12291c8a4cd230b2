import type { Text } from '../text.ts'

export const explore: Text['explore'] = {}
