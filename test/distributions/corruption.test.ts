import { describe, expect, it } from 'vitest'
import { type Corruption, corrupt, parseCorruption } from '../../src/distributions/corruption.ts'
import type { Noise } from '../../src/distributions/distribution.ts'
import { randomNormal, randomUniform } from '../../src/graph/random.ts'
import { constant, int64, type Tensor } from '../../src/graph/tensor.ts'
import type { Runtime } from '../../src/runtime/session.ts'
import { streamKey } from '../../src/tensor/random.ts'
import { correlation, moments, numbersOf, onnx } from '../train/onnx.ts'

const noise: Noise = {
  normal: (shape) => randomNormal(int64(streamKey(3, 'normal')), int64(0n), shape),
  uniform: (shape) => randomUniform(int64(streamKey(3, 'uniform')), int64(0n), shape),
}

/** No value twice, none of them 0 or 1. */
const distinct = (batch: number, dimension: number): Tensor =>
  constant(
    Array.from({ length: batch * dimension }, (_, i) => (i + 1) / (batch * dimension + 2)),
    [batch, dimension],
  )

async function spoilt(corruption: Corruption, x: Tensor, runtime: Runtime = onnx()) {
  const corrupted = corrupt(x, corruption, noise)
  expect(corrupted.shape).toEqual(x.shape)
  return { before: await numbersOf(runtime, x), after: await numbersOf(runtime, corrupted) }
}

/** Checks a share of n trials within four standard errors. */
function expectShare(hits: number, trials: number, probability: number) {
  const error = Math.sqrt((probability * (1 - probability)) / trials)
  expect(Math.abs(hits / trials - probability)).toBeLessThan(4 * error)
}

const [BATCH, DIMENSION] = [200, 150]
const COUNT = BATCH * DIMENSION

describe('corruption', () => {
  it('by none leaves the values as they are', async () => {
    const { before, after } = await spoilt({ kind: 'none' }, distinct(4, 3))
    expect(after).toEqual(before)
  })

  it('by masking puts 0 in place of a share p, and keeps the rest', async () => {
    const x = distinct(BATCH, DIMENSION)
    const { before, after } = await spoilt({ kind: 'masking', probability: 0.25 }, x)
    const changed = after.flatMap((value, i) => (value === before[i] ? [] : [value]))
    expectShare(changed.length, COUNT, 0.25)
    expect(new Set(changed)).toEqual(new Set([0]))
  })

  it('by Gaussian noise adds numbers of mean 0 and variance σ², whatever the value', async () => {
    const x = distinct(BATCH, DIMENSION)
    const { before, after } = await spoilt({ kind: 'gaussian', sigma: 0.3 }, x)
    const added = after.map((value, i) => value - before[i]!)
    const { mean, variance, kurtosis } = moments(added)
    expect(Math.abs(mean)).toBeLessThan(4 * (0.3 / Math.sqrt(COUNT)))
    expect(Math.abs(variance / 0.09 - 1)).toBeLessThan(4 * Math.sqrt(2 / COUNT))
    expect(Math.abs(kurtosis - 3)).toBeLessThan(4 * Math.sqrt(24 / COUNT))
    expect(Math.abs(correlation(before, added))).toBeLessThan(4 / Math.sqrt(COUNT))
  })

  it('by salt and pepper makes a share p / 2 white, p / 2 black, and keeps the rest', async () => {
    const x = distinct(BATCH, DIMENSION)
    const { before, after } = await spoilt({ kind: 'salt-pepper', probability: 0.1 }, x)
    const changed = after.flatMap((value, i) => (value === before[i] ? [] : [value]))
    expectShare(changed.filter((value) => value === 1).length, COUNT, 0.05)
    expectShare(changed.filter((value) => value === 0).length, COUNT, 0.05)
    expect(new Set(changed)).toEqual(new Set([0, 1]))
  })

  it('by swapping takes a share p from other rows of the same column', async () => {
    const x = distinct(BATCH, DIMENSION)
    const { before, after } = await spoilt({ kind: 'swap', probability: 0.1 }, x)
    const place = new Map(before.map((value, i) => [value, i]))
    const taken = after.map((value) => place.get(value)!)
    expect(taken.every((from, to) => from % DIMENSION === to % DIMENSION)).toBe(true)
    const swaps = taken.flatMap((from, to) => (from === to ? [] : [[from, to] as const]))
    expectShare(swaps.length, COUNT, 0.1)
    // Each of the other rows is as likely as any: a chi-squared statistic of the distances 1 … B - 1.
    const distances = new Array<number>(BATCH).fill(0)
    for (const [from, to] of swaps) {
      const apart = Math.floor(from / DIMENSION) - Math.floor(to / DIMENSION)
      distances[(apart + BATCH) % BATCH]!++
    }
    const expected = swaps.length / (BATCH - 1)
    const chiSquared = distances.slice(1).reduce((s, n) => s + (n - expected) ** 2 / expected, 0)
    const freedom = BATCH - 2
    expect(Math.abs(chiSquared - freedom)).toBeLessThan(4 * Math.sqrt(2 * freedom))
  })

  it('by swapping exchanges the values of two rows, and leaves a single row alone', async () => {
    const two = await spoilt({ kind: 'swap', probability: 0.5 }, distinct(2, 2000))
    const swapped = two.after.filter((value, i) => value === two.before[(i + 2000) % 4000]).length
    const kept = two.after.filter((value, i) => value === two.before[i]).length
    expect(swapped + kept).toBe(4000)
    expectShare(swapped, 4000, 0.5)
    const one = await spoilt({ kind: 'swap', probability: 0.5 }, distinct(1, 50))
    expect(one.after).toEqual(one.before)
  })
})

describe('parseCorruption', () => {
  it('reads every kind', () => {
    expect(parseCorruption('none')).toEqual({ kind: 'none' })
    expect(parseCorruption('masking:0.25')).toEqual({ kind: 'masking', probability: 0.25 })
    expect(parseCorruption('gaussian:3')).toEqual({ kind: 'gaussian', sigma: 3 })
    expect(parseCorruption('salt-pepper:.1')).toEqual({ kind: 'salt-pepper', probability: 0.1 })
    expect(parseCorruption('swap:1e-3')).toEqual({ kind: 'swap', probability: 0.001 })
  })

  it.each([
    '',
    'masking',
    'masking:',
    'masking:0',
    'masking:1',
    'masking:-0.1',
    'masking:1.5',
    'masking:a',
    'masking:0.1.2',
    'masking:0.1:0.2',
    'gaussian:0',
    'gaussian:-1',
    'gaussian:1e999',
    'gaussian:Infinity',
    'swap:NaN',
    'none:0.1',
    'blur:2',
    'Masking:0.1',
  ])('does not read "%s"', (text) => {
    expect(parseCorruption(text)).toBeUndefined()
  })
})
