import { cellText, described, isIterable, isList, isRecord, shortened } from './described.ts'
import { nearest } from './errors.ts'
import { type HostTensor, tensorFault } from './host.ts'

/**
 * Checks of arguments, which public functions make first: callers who write JavaScript have no types.
 * Each error names the argument, what was expected and what was given, on one line.
 */

/** The error that a check throws: `UserError` where the user of the command line may read it. */
type Refusal = new (message: string) => Error

function refuse(name: string, expected: string, given: string, Failure: Refusal): never {
  throw new Failure(`${name}: expected ${expected}, got ${given}`)
}

/** An array `[n, D]` of finite floats, made by `hostTensor`. */
export function requireMatrix(value: unknown, name: string): void {
  const { shape, data } = requireTensor(value, name)
  if (shape.length !== 2) refuse(name, 'an array [n, D]', `[${shape.join(', ')}]`, RangeError)
  requireFloats(value as HostTensor, name)
  for (let at = 0; at < data.length; at++)
    if (!Number.isFinite(data[at]))
      throw new RangeError(
        `${name}: ${cellText(at, shape[1]!)} is ${data[at]}; expected finite numbers`,
      )
}

/** An array of any type and shape, made by `hostTensor`. */
export function requireTensor(value: unknown, name: string): HostTensor {
  if (!isRecord(value) || !('dtype' in value))
    return refuse(name, 'an array made by hostTensor', described(value), RangeError)
  const { dtype, shape, data, scale } = value
  const fault = tensorFault({ dtype, shape, data, scale })
  if (fault) throw new RangeError(`${name}: ${fault}; make it with hostTensor`)
  return value as unknown as HostTensor
}

function requireFloats({ dtype }: HostTensor, name: string): void {
  if (dtype !== 'float32' && dtype !== 'float64')
    refuse(name, 'an array of type float32 or float64', dtype, RangeError)
}

/** A list of numbers; `finite` also refuses infinities, `any` lets NaN pass too. */
export function requireNumbers(
  value: unknown,
  name: string,
  which: 'any' | 'ordered' | 'finite' = 'ordered',
): void {
  if (!isList(value)) refuse(name, 'a list of numbers', described(value), RangeError)
  for (let at = 0; at < value.length; at++) {
    const one: unknown = value[at]
    if (typeof one === 'number' && (which === 'any' || Number.isFinite(one))) continue
    if (which === 'ordered' && (one === Infinity || one === -Infinity)) continue
    throw new RangeError(
      `${name}: value ${at} (counted from 0) is ${described(one)}; expected a ${which === 'finite' ? 'finite ' : ''}number`,
    )
  }
}

/** A list of whole numbers from `low`, such as a shape. */
export function requireWholes(
  value: unknown,
  name: string,
  low = 0,
  Failure: Refusal = RangeError,
): void {
  if (!isList(value)) refuse(name, 'a list of whole numbers', described(value), Failure)
  for (let at = 0; at < value.length; at++)
    requireWhole(value[at], `${name}[${at}]`, { low }, Failure)
}

/** A whole number from `low` to `high`. */
export function requireWhole(
  value: unknown,
  name: string,
  {
    low = 0,
    high = Number.MAX_SAFE_INTEGER,
  }: { low?: number | undefined; high?: number | undefined } = {},
  Failure: Refusal = RangeError,
): void {
  if (Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high) return
  const from = low === Number.MIN_SAFE_INTEGER ? '' : ` from ${low}`
  const upTo = high === Number.MAX_SAFE_INTEGER ? '' : ` to ${high}`
  refuse(name, `a whole number${from}${upTo}`, described(value), Failure)
}

/** The seed of random draws: a whole number that a double holds exactly. */
export const requireSeed = (value: unknown, Failure?: Refusal): void =>
  requireWhole(value, 'seed', { low: Number.MIN_SAFE_INTEGER }, Failure)

/** A text that is not empty, such as a folder's name. */
export function requireText(
  value: unknown,
  name: string,
  what: string,
  Failure: Refusal = RangeError,
): void {
  if (typeof value !== 'string' || value === '') refuse(name, what, described(value), Failure)
}

/** A Promise, a Date, a buffer and the like have no options: without this, all of them would be left at their defaults. */
const isOptions = (value: unknown): boolean =>
  isRecord(value) && !isIterable(value) && plain.includes(Object.prototype.toString.call(value))

const plain = ['[object Object]', '[object Module]']

/**
 * An object of options. Where `known` is given, any other name is refused, with the nearest known one.
 *
 * @param of what takes the options, for the message
 */
export function requireOptions(
  value: unknown,
  of: string,
  known?: readonly string[],
  Failure: Refusal = RangeError,
): void {
  if (!isOptions(value)) refuse(of, 'an object of options', described(value), Failure)
  for (const name of known ? Object.keys(value as object) : []) {
    if (known!.includes(name)) continue
    const near = nearest(name, known!)
    const hint = near ? `did you mean ${near}?` : `known are ${known!.join(', ')}`
    throw new Failure(`${shortened(name)}: ${of} has no such option; ${hint}`)
  }
}

/** One of a few names. */
export function requireOneOf(
  value: unknown,
  name: string,
  names: readonly string[],
  Failure: Refusal = RangeError,
): void {
  if (typeof value === 'string' && names.includes(value)) return
  const near = typeof value === 'string' ? nearest(value, names) : undefined
  const hint = near ? `; did you mean ${near}?` : ''
  refuse(name, `one of ${names.join(', ')}`, `${described(value)}${hint}`, Failure)
}

/** Where graphs are to run. */
export const requireRuntime = (value: unknown): void =>
  requireMethod(value, 'runtime', 'compile', 'an open runtime')

/** Options with `onProgress` and `signal`, which follow and stop a computation. */
export function requireWatching(options: unknown): void {
  requireOptions(options, 'options')
  const { onProgress, signal } = options as Readonly<Record<string, unknown>>
  if (onProgress !== undefined && typeof onProgress !== 'function')
    refuse('onProgress', 'a function', described(onProgress), RangeError)
  requireSignal(signal)
}

export function requireSignal(signal: unknown, Failure: Refusal = RangeError): void {
  if (signal !== undefined)
    requireMethod(signal, 'signal', 'throwIfAborted', 'an AbortSignal', Failure)
}

/** An object with a method of that name, such as a runtime or a stream. */
export function requireMethod(
  value: unknown,
  name: string,
  method: string,
  what: string,
  Failure: Refusal = RangeError,
): void {
  if (!isRecord(value) || typeof value[method] !== 'function')
    refuse(name, what, described(value), Failure)
}
