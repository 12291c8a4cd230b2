import { describe, expect, it } from 'vitest'
import { mix64, stream, streamKey } from '../../src/tensor/random.ts'
import { correlation, moments } from '../train/onnx.ts'

const GOLDEN = 0x9e3779b97f4a7c15n
const draws = (n: number, draw: () => number) => Array.from({ length: n }, draw)

describe('mix64', () => {
  it('gives the published outputs of SplitMix64 for seed 0', () => {
    const outputs = [1n, 2n, 3n].map((i) => mix64(i * GOLDEN))
    expect(outputs).toEqual([0xe220a8397b1dcdafn, 0x6e789e6aa1b965f4n, 0x06c45d188009454fn])
  })
})

describe('streamKey', () => {
  it('fits an int64 and differs by seed and by name', () => {
    const keys = [0, 1, 2 ** 53 - 1].flatMap((seed) =>
      ['', 'a', 'b', 'ab', 'ba', 'é'].map((name) => streamKey(seed, name)),
    )
    expect(new Set(keys).size).toBe(keys.length)
    for (const key of keys) expect(BigInt.asIntN(64, key)).toBe(key)
  })
})

describe('stream', () => {
  it('is a function of seed, name and counter', () => {
    const first = (seed: number, name: string, counter: number) => {
      const { uniform } = stream(seed, name, counter)
      return [uniform(), uniform()]
    }
    expect(first(3, 'shuffle', 5)).toEqual(first(3, 'shuffle', 5))
    const others = [first(4, 'shuffle', 5), first(3, 'Shuffle', 5), first(3, 'shuffle', 6)]
    for (const other of others) expect(other).not.toEqual(first(3, 'shuffle', 5))
  })

  it('draws uniforms inside (0, 1), of mean 1/2 and variance 1/12', () => {
    const sample = draws(100_000, stream(1, 'uniform').uniform)
    expect(sample.every((u) => u > 0 && u < 1)).toBe(true)
    const { mean, variance } = moments(sample)
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12e5))
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 / Math.sqrt(180e5))
  })

  it('draws normals of mean 0, variance 1 and kurtosis 3', () => {
    const { mean, variance, kurtosis } = moments(draws(100_000, stream(1, 'normal').normal))
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(1e5))
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 1e5))
    expect(Math.abs(kurtosis - 3)).toBeLessThan(4 * Math.sqrt(24 / 1e5))
  })

  it('has no correlation between neighbouring counters', () => {
    const [a, b] = [0, 1].map((counter) => draws(20_000, stream(0, 'epoch', counter).uniform))
    expect(Math.abs(correlation(a!, b!))).toBeLessThan(4 / Math.sqrt(20_000))
  })

  it('permutes: every index once, every order of three equally often', () => {
    const order = stream(0, 'shuffle').permutation(1000)
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    )
    const counts = new Map<string, number>()
    const random = stream(0, 'small')
    for (let i = 0; i < 6000; i++) {
      const key = String(random.permutation(3))
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)
    expect(chiSquare).toBeLessThan(20.5) // 99.9 % of the distribution with 5 degrees of freedom
  })
})
