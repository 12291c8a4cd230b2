import { UserError } from '../tensor/errors.ts'

/** A flag of the command line, which stands for a `T`. */
export interface Flag<T> {
  readonly description: string
  /** What stands for its value in help: `N`, `FILE`. A flag without one takes no value. */
  readonly value?: string
  /** The default as help shows it. */
  readonly shown?: string
  /**
   * What the given text, or its absence, means. `name` is the flag as it is typed.
   *
   * @throws UserError for a text that does not fit.
   */
  read(text: string | undefined, name: string): T
}

/** Flags by their names in code; `testData` is typed `--test-data`. */
export type Flags = Readonly<Record<string, Flag<unknown>>>

/** What flags stand for, by name. */
export type Values<F extends Flags> = {
  readonly [N in keyof F]: F[N] extends Flag<infer T> ? T : never
}

/** A flag that stands alone. `--json=false` takes it back. */
export function toggle(description: string): Flag<boolean> {
  return {
    description,
    read(text, name) {
      if (text === undefined || text === 'false') return false
      if (text === 'true') return true
      throw new UserError(`${name}: takes no value, got ${JSON.stringify(text)}`)
    },
  }
}

/** A flag with a text, such as a file's name. */
export function text(value: string, description: string): Flag<string | undefined>
export function text(value: string, description: string, preset: string): Flag<string>
export function text(
  value: string,
  description: string,
  preset?: string,
): Flag<string | undefined> {
  return {
    description,
    value,
    ...(preset === undefined ? {} : { shown: preset }),
    read(given, name) {
      if (given === '') throw new UserError(`${name}: expected ${value}, got an empty text`)
      return given ?? preset
    },
  }
}

/** A flag with a whole number from `low` to `high`. */
export function integer(range: Range, description: string): Flag<number | undefined>
export function integer(range: Range, description: string, preset: number): Flag<number>
export function integer(
  { low = Number.MIN_SAFE_INTEGER, high = Number.MAX_SAFE_INTEGER }: Range,
  description: string,
  preset?: number,
): Flag<number | undefined> {
  return {
    description,
    value: 'N',
    ...(preset === undefined ? {} : { shown: String(preset) }),
    read(given, name) {
      if (given === undefined) return preset
      const number = given.trim() === '' ? Number.NaN : Number(given)
      if (Number.isInteger(number) && number >= low && number <= high) return number
      const from = low === Number.MIN_SAFE_INTEGER ? '' : ` from ${low}`
      const upTo = high === Number.MAX_SAFE_INTEGER ? '' : ` to ${high}`
      throw new UserError(
        `${name}: expected a whole number${from}${upTo}, got ${JSON.stringify(given)}`,
      )
    },
  }
}

interface Range {
  readonly low?: number
  readonly high?: number
}

/** A flag with one of a few names. */
export function oneOf<const N extends string>(
  names: readonly N[],
  description: string,
): Flag<N | undefined>
export function oneOf<const N extends string>(
  names: readonly N[],
  description: string,
  preset: N,
): Flag<N>
export function oneOf<const N extends string>(
  names: readonly N[],
  description: string,
  preset?: N,
): Flag<N | undefined> {
  return {
    description,
    value: names.join('|'),
    ...(preset === undefined ? {} : { shown: preset }),
    read(given, name) {
      if (given === undefined) return preset
      const found = names.find((candidate) => candidate === given)
      if (found !== undefined) return found
      throw new UserError(`${name}: expected ${names.join(' or ')}, got ${JSON.stringify(given)}`)
    },
  }
}
