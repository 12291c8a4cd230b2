import type { Translate } from '../../translator.ts'
import { map } from '../map.ts'
import { train } from '../train.ts'

/** The number alone of `1,200 values`, since what is counted stands beside it. */
export const countOf =
  (what: string): Translate =>
  (english) =>
    new RegExp(`^([\\d,]+) ${what}s?$`).exec(english)?.[1]

const named =
  (names: Readonly<Record<string, string>>): Translate =>
  (english) =>
    Object.hasOwn(names, english) ? names[english] : undefined

/** `train`, `validation` or `test`. */
export const splitName = named(map.splits)

/** A kind of column. */
export const kindName = named(train.saw.kinds)
