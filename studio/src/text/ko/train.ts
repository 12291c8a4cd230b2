import type { Text } from '../text.ts'

export const train: Text['train'] = {}
