import { sizeOf } from '../tensor/host.ts'
import type { Shape } from './shape.ts'
import { concat, constant, int64, scalar, type Tensor } from './tensor.ts'

/**
 * Counter-based random numbers as graph expressions: SplitMix64 (Steele, Lea and Flood 2014) of a key and
 * a counter. A draw is a function of (key, step, index), wherever and in whatever order it is computed.
 */

const GOLDEN = 0x9e3779b97f4a7c15n
const FIRST = 0xbf58476d1ce4e5b9n
const SECOND = 0x94d049bb133111ebn

/** A step owns the counters step·2³² … (step + 1)·2³² - 1. */
const STEP_STRIDE = BigInt.asIntN(64, GOLDEN << 32n)

/**
 * 64 random bits for each of `count` indices.
 *
 * @param key the stream's key, int64 [], or [K, 1] for a stream per step
 * @param step int64, [] or [K, 1]
 * @returns int64, [count] or [K, count]
 */
export function randomBits(key: Tensor, step: Tensor, count: number): Tensor {
  if (count > 2 ** 32) throw new RangeError(`a step cannot draw ${count} numbers`)
  const offsets = BigInt64Array.from({ length: count }, (_, i) =>
    BigInt.asIntN(64, BigInt(i) * GOLDEN),
  )
  const start = step.mul(int64(STEP_STRIDE)).add(key).add(int64(GOLDEN))
  const counter = start.add(constant(offsets, [count], 'int64'))
  const once = counter.xor(counter.shiftRight(30)).mul(int64(FIRST))
  const twice = once.xor(once.shiftRight(27)).mul(int64(SECOND))
  return twice.xor(twice.shiftRight(31))
}

/** 23 of the bits, from `from` up, as a float in (0, 1); 24 of them would round up to 1 in float32. */
function unit(bits: Tensor, from: number): Tensor {
  const shifted = bits.shiftRight(from)
  const kept = from === 41 ? shifted : shifted.sub(shifted.shiftRight(23).mul(int64(1n << 23n)))
  return kept
    .cast('float')
    .add(0.5)
    .mul(2 ** -23)
}

/** `[count]` becomes `shape`, `[K, count]` becomes `[K, …shape]`. */
const shaped = (flat: Tensor, step: Tensor, shape: readonly number[]): Tensor => {
  const leading: Shape = step.rank === 0 ? [] : [step.shape[0]!]
  return flat.reshape([...leading, ...shape])
}

/** Uniform numbers in (0, 1) of the given shape for one step, or for each of K steps. */
export function randomUniform(key: Tensor, step: Tensor, shape: readonly number[]): Tensor {
  return shaped(unit(randomBits(key, step, sizeOf(shape)), 41), step, shape)
}

/**
 * -2 log u for u in (0, 1), to a relative error of 3e-6. ONNX Runtime's own Log, Sin and Cos round an element
 * differently depending on its position in the array, so that a draw would depend on how many are made at once;
 * the basic operations and the square root are rounded the same everywhere.
 */
function minusTwoLog(u: Tensor): Tensor {
  const large = u.greater(0.5)
  let root = u
  for (let i = 0; i < 5; i++) root = root.sqrt()
  // log u = 32 log u^(1/32), and log w = 2 artanh((w - 1) / (w + 1)) with w between 1/2 and 1.
  const w = large.select(u, root)
  const s = w.sub(1).div(w.add(1))
  const series = polynomial(s.square(), [1, 1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11])
  return s.mul(series).mul(large.select(-4, -128))
}

/** Cosine and sine of 2π (v - 1/2) for v in (0, 1), to 2e-7, by Taylor's series of half the angle. */
function direction(v: Tensor): [cosine: Tensor, sine: Tensor] {
  const half = v.sub(0.5).mul(Math.PI)
  const squared = half.square()
  const sine = half.mul(polynomial(squared, reciprocalFactorials([1, 3, 5, 7, 9, 11])))
  const cosine = polynomial(squared, reciprocalFactorials([0, 2, 4, 6, 8, 10, 12]))
  return [sine.square().mul(-2).add(1), sine.mul(cosine).mul(2)]
}

/** c₀ + c₁ x + c₂ x² + …, by Horner's rule. */
const polynomial = (x: Tensor, coefficients: readonly number[]): Tensor =>
  coefficients.slice(0, -1).reduceRight((sum, c) => sum.mul(x).add(c), scalar(coefficients.at(-1)!))

/** 1/n! for each n, with alternating signs. */
const reciprocalFactorials = (orders: readonly number[]): number[] =>
  orders.map((n, i) => {
    const factorial = Array.from({ length: n }, (_, j) => j + 1).reduce((a, b) => a * b, 1)
    return (i % 2 === 0 ? 1 : -1) / factorial
  })

/**
 * Standard normal numbers, by Box and Muller (1958): one hash gives both of a pair's uniforms. The
 * largest magnitude that 23 bits can give is 5.77.
 */
export function randomNormal(key: Tensor, step: Tensor, shape: readonly number[]): Tensor {
  const count = sizeOf(shape)
  const bits = randomBits(key, step, Math.ceil(count / 2))
  const radius = minusTwoLog(unit(bits, 41)).sqrt()
  const [cosine, sine] = direction(unit(bits, 18))
  const axis = step.rank === 0 ? 0 : 1
  const pairs = concat([radius.mul(cosine), radius.mul(sine)], axis)
  return shaped(pairs.slice(axis, 0, count), step, shape)
}
