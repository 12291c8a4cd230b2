import { described, isList } from '../../tensor/described.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../tensor/host.ts'
import { HttpError } from '../http-error.ts'
import { zeros } from './datatypes.ts'
import type { Port } from './signature.ts'

/** Reads one value of JSON as an element; undefined where it is none. */
type Read = (value: unknown) => number | bigint | undefined

const whole =
  (low: number, high: number): Read =>
  (value) =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high
      ? (value as number)
      : undefined

const elements: Readonly<Record<HostTensor['dtype'], { expected: string; read: Read }>> = {
  float32: {
    expected: 'a number in the range of float32',
    read: (value) =>
      typeof value === 'number' && Number.isFinite(Math.fround(value)) ? value : undefined,
  },
  float64: {
    expected: 'a number',
    read: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  },
  uint8: { expected: 'a whole number from 0 to 255', read: whole(0, 255) },
  int32: { expected: 'a whole number of 32 bits', read: whole(-(2 ** 31), 2 ** 31 - 1) },
  int64: {
    expected: 'a whole number that JSON holds exactly',
    read: (value) => (Number.isSafeInteger(value) ? BigInt(value as number) : undefined),
  },
  bool: {
    expected: 'true or false',
    read: (value) => (typeof value === 'boolean' ? Number(value) : undefined),
  },
}

/**
 * A tensor of JSON, whose values are in row-major order, flat or nested as the shape says.
 *
 * @throws HttpError for too few or too many values, and for one that is no element of the port's type
 */
export function tensorOfJson(
  { name, dtype }: Port,
  shape: readonly number[],
  data: readonly unknown[],
): HostTensor {
  const size = sizeOf(shape)
  const { expected, read } = elements[dtype]
  const values = isList(data[0]) ? flattened(name, data, shape, []) : data
  if (values.length !== size)
    throw refused(
      name,
      `the shape [${shape.join(', ')}] needs ${size} values, got ${values.length}`,
    )
  const array = zeros(dtype, size) as { [at: number]: number | bigint } & HostTensor['data']
  for (let at = 0; at < size; at++) {
    const element = read(values[at])
    if (element === undefined)
      throw refused(
        name,
        `value ${at} (counted from 0) is ${described(values[at])}; expected ${expected}`,
      )
    array[at] = element
  }
  return hostTensor(dtype, shape, array)
}

/** Nested lists as one, each as long as its axis says. */
function flattened(
  name: string,
  data: readonly unknown[],
  [size, ...others]: readonly number[],
  into: unknown[],
): unknown[] {
  if (size === undefined || data.length !== size)
    throw refused(
      name,
      `a list of ${data.length} values; expected ${size ?? 'a value'}, as the shape says`,
    )
  if (others.length === 0) {
    for (const value of data) into.push(value)
    return into
  }
  for (const part of data) {
    if (!Array.isArray(part))
      throw refused(
        name,
        `${described(part)} among lists; expected a list of ${others[0]}, as the shape says`,
      )
    flattened(name, part, others, into)
  }
  return into
}

const refused = (name: string, text: string): HttpError =>
  new HttpError(400, `inputs: ${name}: ${text}`)
