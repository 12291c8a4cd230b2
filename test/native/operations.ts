import { erf } from '../../src/graph/ops/erf.ts'

type Kernel = (...operands: number[]) => number

const truth = (holds: boolean) => (holds ? 1 : 0)
const isTrue = (x: number) => x !== 0
const relu = (x: number) => (x > 0 || Number.isNaN(x) ? x : 0)

/** The instructions of a program in float64: number, kernel (its operands are counted) and, where it rounds, its units. */
export const OPERATIONS: Readonly<Record<string, readonly [number, Kernel, units?: number]>> = {
  copy: [0, (x) => x!],
  neg: [1, (x) => -x!],
  abs: [2, (x) => Math.abs(x!)],
  sign: [3, (x) => Math.sign(x!)],
  exp: [4, (x) => Math.exp(x!), 2],
  log: [5, (x) => Math.log(x!), 2],
  log1p: [6, (x) => Math.log1p(x!), 2],
  sqrt: [7, (x) => Math.sqrt(x!)],
  tanh: [8, (x) => Math.tanh(x!), 2],
  sigmoid: [9, (x) => (x! >= 0 ? 1 / (1 + Math.exp(-x!)) : Math.exp(x!) / (1 + Math.exp(x!))), 2.2],
  softplus: [10, (x) => relu(x!) + Math.log1p(Math.exp(-Math.abs(x!))), 2],
  relu: [11, (x) => relu(x!)],
  floor: [12, (x) => Math.floor(x!)],
  not: [13, (x) => truth(!isTrue(x!))],
  toBool: [14, (x) => truth(isTrue(x!))],
  erf: [15, (x) => erf(x!), 2],
  add: [20, (x, y) => x! + y!],
  sub: [21, (x, y) => x! - y!],
  mul: [22, (x, y) => x! * y!],
  div: [23, (x, y) => x! / y!],
  max: [24, (x, y) => Math.max(x!, y!)],
  min: [25, (x, y) => Math.min(x!, y!)],
  less: [26, (x, y) => truth(x! < y!)],
  equal: [27, (x, y) => truth(x === y)],
  and: [28, (x, y) => truth(isTrue(x!) && isTrue(y!))],
  or: [29, (x, y) => truth(isTrue(x!) || isTrue(y!))],
  xor: [30, (x, y) => truth(isTrue(x!) !== isTrue(y!))],
  select: [40, (x, y, z) => (isTrue(x!) ? y! : z!)],
  clip: [41, (x, low, high) => Math.min(Math.max(x!, low!), high!)],
}

const SMALLEST_NORMAL = 2 ** -126

/** As the library rounds: to float32, and to zero below the smallest normal number. */
export function rounded(x: number): number {
  const y = Math.fround(x)
  return Math.abs(y) < SMALLEST_NORMAL ? 0 * Math.sign(y) : y
}

/** Distance of a float32 from an exact number, in units in the last place of the latter. */
export function unitsApart(actual: number, exact: number): number {
  const expected = rounded(exact)
  if (Object.is(actual, expected) || (Number.isNaN(actual) && Number.isNaN(expected))) return 0
  // Just above the smallest normal number, a rounding decides between it and zero.
  if (actual === 0 && Math.abs(exact) < SMALLEST_NORMAL * 1.000001) return 0
  if (!Number.isFinite(expected) || !Number.isFinite(actual)) return Number.POSITIVE_INFINITY
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(expected))))
  return Math.abs(actual - exact) / 2 ** (exponent - 23)
}
