import { UserError } from '../tensor/errors.ts'

/** A flag of the command line with a value of type `T`. */
export interface Flag<T> {
  readonly description: string
  /** Placeholder of its value in help: `N`, `FILE`. A flag without one takes no value. */
  readonly value?: string | undefined
  /** Values that the Tab key offers; those of a flag `a|b` are offered anyway. */
  readonly choices?: readonly string[] | undefined
  /** The default as help shows it. */
  readonly shown?: string | undefined
  /**
   * The value of the given text, or of its absence. `name` is the flag as typed.
   *
   * @throws UserError for a text that is not a value of this flag.
   */
  read(text: string | undefined, name: string): T
}

/** Flags by their names in code: `testData` is `--test-data` on the command line. */
export type Flags = Readonly<Record<string, Flag<unknown>>>

/** Values of flags, by name. */
export type Values<F extends Flags> = {
  readonly [N in keyof F]: F[N] extends Flag<infer T> ? T : never
}

/** A flag without a value. `--json=false` cancels it. */
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
    shown: preset,
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
    shown: preset === undefined ? undefined : String(preset),
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

/** A flag with a share between 0 and 1, both excluded. */
export function share(description: string): Flag<number | undefined> {
  return {
    description,
    value: 'SHARE',
    read(given, name) {
      if (given === undefined) return undefined
      const number = given.trim() === '' ? Number.NaN : Number(given)
      if (number > 0 && number < 1) return number
      throw new UserError(
        `${name}: expected a number between 0 and 1, such as 0.01, got ${JSON.stringify(given)}`,
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
    shown: preset,
    read(given, name) {
      if (given === undefined) return preset
      const found = names.find((candidate) => candidate === given)
      if (found !== undefined) return found
      throw new UserError(`${name}: expected ${names.join(' or ')}, got ${JSON.stringify(given)}`)
    },
  }
}
