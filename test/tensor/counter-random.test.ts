import { describe, expect, it } from 'vitest'
import { randomBits, randomNormal, randomUniform } from '../../src/graph/random.ts'
import { int64, Tensor } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Runtime } from '../../src/runtime/session.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { mix64, streamKey } from '../../src/tensor/random.ts'
import { computed, correlation, moments, numbersOf, onnx } from '../train/onnx.ts'

const GOLDEN = 0x9e3779b97f4a7c15n
const ALL_ONES = (1n << 64n) - 1n

const bits = async (runtime: Runtime, key: bigint, step: bigint, count: number) => {
  const { data } = await computed(runtime, randomBits(int64(key), int64(step), count))
  return Array.from(data as BigInt64Array, (v) => BigInt.asUintN(64, v))
}

/** The counter at which SplitMix64's finaliser gives `output`: the inverse of `mix64`. */
function unmix64(output: bigint): bigint {
  const inverse = (odd: bigint) => {
    let x = odd
    for (let i = 0; i < 6; i++) x = BigInt.asUintN(64, x * (2n - odd * x))
    return x
  }
  const unshift = (z: bigint, by: bigint) => {
    let x = z
    for (let i = 0; i < 4; i++) x = z ^ (x >> by)
    return x
  }
  const second = BigInt.asUintN(64, unshift(output, 31n) * inverse(0x94d049bb133111ebn))
  const first = BigInt.asUintN(64, unshift(second, 27n) * inverse(0xbf58476d1ce4e5b9n))
  return unshift(first, 30n)
}

describe('random bits', () => {
  it('of key 0 and 1234567 at step 0 are the published outputs of SplitMix64', async () => {
    expect(await bits(onnx(), 0n, 0n, 3)).toEqual([
      0xe220a8397b1dcdafn,
      0x6e789e6aa1b965f4n,
      0x06c45d188009454fn,
    ])
    expect(await bits(onnx(), 1234567n, 0n, 5)).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ])
  })

  it('of index i at step t are output t · 2³² + i + 1 of the sequence that starts at the key', async () => {
    const [key, step] = [streamKey(7, 'epsilon'), 123_456n]
    const expected = [0n, 1n, 2n].map((i) => mix64(key + ((step << 32n) + i + 1n) * GOLDEN))
    expect(await bits(onnx(), key, step, 3)).toEqual(expected)
  })

  it('are the same integers in the reference and in ONNX Runtime', async () => {
    for (const [seed, step] of [
      [0, 0n],
      [1, 1n],
      [2 ** 53 - 1, 999_999n],
    ] as const) {
      const key = streamKey(seed, `stream ${seed}`)
      expect(await bits(onnx(), key, step, 257)).toEqual(
        await bits(referenceRuntime, key, step, 257),
      )
    }
  })
})

const keyFor = (output: bigint) => BigInt.asIntN(64, unmix64(output) - GOLDEN)

describe('uniform numbers', () => {
  it('are never 0 or 1, even where all 64 bits are equal', async () => {
    const extreme = async (output: bigint) => {
      expect(await bits(onnx(), keyFor(output), 0n, 1)).toEqual([output])
      return numbersOf(onnx(), randomUniform(int64(keyFor(output)), int64(0n), [1]))
    }
    expect(await extreme(0n)).toEqual([2 ** -24])
    expect(await extreme(ALL_ONES)).toEqual([1 - 2 ** -24])
  })

  it('are the odd multiples of 2⁻²⁴, in both runtimes the same', async () => {
    const draw = randomUniform(int64(5n), int64(0n), [10_000])
    const sample = await numbersOf(onnx(), draw)
    expect(sample.every((u) => u > 0 && u < 1 && (u * 2 ** 24) % 2 === 1)).toBe(true)
    expect(await numbersOf(referenceRuntime, draw)).toEqual(sample)
  })
})

/** Box and Muller's transform by the host's own functions. */
async function boxMuller(key: bigint, count: number): Promise<number[]> {
  const unit = (word: bigint, from: bigint) => (Number((word >> from) & 0x7fffffn) + 0.5) / 2 ** 23
  const pairs = (await bits(referenceRuntime, key, 0n, count / 2)).map((word) => {
    const radius = Math.sqrt(-2 * Math.log(unit(word, 41n)))
    const angle = 2 * Math.PI * (unit(word, 18n) - 0.5)
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const
  })
  return [...pairs.map(([cosine]) => cosine), ...pairs.map(([, sine]) => sine)]
}

const farthest = (a: readonly number[], b: readonly number[]) =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0)

describe('normal numbers', () => {
  const draw = (key: bigint, count: number, step = 0n): Tensor =>
    randomNormal(int64(key), int64(step), [count])

  it('are the Box-Muller transform of the bits, to 1e-6 in float64 and 5e-6 in float32', async () => {
    const expected = await boxMuller(9n, 20_000)
    expect(farthest(await numbersOf(referenceRuntime, draw(9n, 20_000)), expected)).toBeLessThan(
      1e-6,
    )
    expect(farthest(await numbersOf(onnx(), draw(9n, 20_000)), expected)).toBeLessThan(5e-6)
  })

  it('are finite at both ends of the uniforms, and at most 5.77', async () => {
    const [largest] = await numbersOf(onnx(), draw(keyFor(0n), 1))
    expect(Math.abs(largest!)).toBeCloseTo(Math.sqrt(48 * Math.LN2), 5)
    const [smallest] = await numbersOf(onnx(), draw(keyFor(ALL_ONES), 1))
    expect(Math.abs(smallest!)).toBeCloseTo(Math.sqrt(2 ** -23), 6)
  })

  it('have mean 0, variance 1, kurtosis 3, and fill twenty equal bins equally', async () => {
    const sample = await numbersOf(onnx(), draw(streamKey(0, 'epsilon'), 100_000))
    const { mean, variance, kurtosis } = moments(sample)
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(1e5))
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 1e5))
    expect(Math.abs(kurtosis - 3)).toBeLessThan(4 * Math.sqrt(24 / 1e5))
    // Quantiles of the standard normal at 5 %, 10 %, … 45 %.
    const lower = [
      1.644854, 1.281552, 1.036433, 0.841621, 0.67449, 0.524401, 0.38532, 0.253347, 0.125661,
    ]
    const edges = [...lower.map((q) => -q), 0, ...lower.toReversed()]
    const counts = new Array<number>(20).fill(0)
    for (const x of sample) counts[edges.filter((edge) => x > edge).length]!++
    const chiSquare = counts.reduce((sum, n) => sum + (n - 5000) ** 2 / 5000, 0)
    expect(chiSquare).toBeLessThan(43.8) // 99.9 % of the distribution with 19 degrees of freedom
  })

  it('are uncorrelated within pairs, between streams, seeds and steps, in value and in size', async () => {
    const n = 20_000
    const sample = (seed: number, name: string, step: bigint) =>
      numbersOf(onnx(), draw(streamKey(seed, name), n, step))
    const first = await sample(0, 'a', 0n)
    const others = [await sample(0, 'b', 0n), await sample(1, 'a', 0n), await sample(0, 'a', 1n)]
    const samples = [...others, [...first.slice(n / 2), ...first.slice(0, n / 2)]]
    for (const other of samples) {
      expect(Math.abs(correlation(first, other))).toBeLessThan(4 / Math.sqrt(n / 2))
      const sizes = [first, other].map((values) => values.map((x) => x * x))
      expect(Math.abs(correlation(sizes[0]!, sizes[1]!))).toBeLessThan(4 / Math.sqrt(n / 2))
    }
  })
})

describe('draws for K steps at once', () => {
  const stepNumbers = (numbers: readonly number[], shape: readonly number[]) => ({
    step: hostTensor('int64', shape, BigInt64Array.from(numbers, BigInt)),
  })
  const drawings = { randomUniform, randomNormal }

  // 14 and 1001 fill no vector register evenly, where a runtime may round the last elements differently.
  it.each([{ shape: [14] }, { shape: [3, 5] }, { shape: [1001] }])(
    'are for each step what one step draws, bit for bit: $shape',
    async ({ shape }) => {
      const size = shape.reduce((a, b) => a * b, 1)
      for (const threads of [1, 2]) {
        for (const random of Object.values(drawings)) {
          const one = await onnx(threads).compile({
            value: random(int64(42n), Tensor.input('step', [], 'int64'), shape),
          })
          for (const steps of [1, 5, 12]) {
            const many = random(int64(42n), Tensor.input('step', [steps, 1], 'int64'), shape)
            const numbers = Array.from({ length: steps }, (_, k) => 1000 + k)
            const feeds = stepNumbers(numbers, [steps, 1])
            const all = await numbersOf(onnx(threads), many, feeds)
            expect(all).toHaveLength(steps * size)
            for (const [k, number] of numbers.entries()) {
              const { value } = await one.run(stepNumbers([number], []))
              expect(all.slice(k * size, (k + 1) * size)).toEqual(
                Array.from(value!.data as Float32Array),
              )
            }
          }
          await one.close()
        }
      }
    },
  )

  it('do not depend on the number of threads', async () => {
    const draw = randomNormal(int64(42n), int64(3n), [100_001])
    expect(await numbersOf(onnx(2), draw)).toEqual(await numbersOf(onnx(1), draw))
  })
})
