import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { peakSignalToNoise } from '../../../src/evaluate/reconstruction/psnr.ts'
import { structuralSimilarity } from '../../../src/evaluate/reconstruction/structural-similarity.ts'
import { hostTensor, sizeOf } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'

interface Case {
  readonly shape: readonly number[]
  readonly range: number
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly ssim: number
  readonly skimage?: number
  readonly psnr: number
}

const { cases } = JSON.parse(
  readFileSync(new URL('./similarity.golden.json', import.meta.url), 'utf8'),
) as { cases: Case[] }

const rows = (count: number, values: readonly number[]) =>
  hostTensor('float64', [count, values.length / count], Float64Array.from(values))

const random = (count: number, width: number, name: string) => {
  const { uniform } = stream(0, name)
  return rows(count, Array.from({ length: count * width }, uniform))
}

describe('the similarity of images', () => {
  it.each(cases.map((c) => [`[${c.shape}] of range ${c.range}`, c] as const))(
    'of shape %s is that of scikit-image and of the formula written anew',
    (_, { shape, range, x, y, ssim, skimage, psnr }) => {
      const [a, b] = [rows(1, x), rows(1, y)]
      const [found] = structuralSimilarity(a, b, { shape, range })
      expect(found).toBeCloseTo(ssim, 12)
      if (skimage !== undefined) expect(found).toBeCloseTo(skimage, 12)
      expect(peakSignalToNoise(a, b, range)[0]).toBeCloseTo(psnr, 10)
    },
  )

  it('has cases with and without a window that fits', () => {
    expect(cases.filter(({ skimage }) => skimage !== undefined)).toHaveLength(3)
    expect(cases.filter(({ skimage }) => skimage === undefined)).toHaveLength(3)
  })

  it('is one figure for each pair, whatever stands beside it', () => {
    const shape = [2, 6, 9]
    const [x, y] = [random(4, sizeOf(shape), 'x'), random(4, sizeOf(shape), 'y')]
    const together = structuralSimilarity(x, y, { shape })
    const ratios = peakSignalToNoise(x, y)
    for (let i = 0; i < 4; i++) {
      const one = (t: typeof x) => rows(1, [...t.data.subarray(i * 108, (i + 1) * 108)])
      expect(structuralSimilarity(one(x), one(y), { shape })[0]).toBe(together[i])
      expect(peakSignalToNoise(one(x), one(y))[0]).toBe(ratios[i])
    }
    expect(new Set(together).size).toBe(4)
  })

  it('is 1 and infinitely many decibels for an image and itself', () => {
    const x = random(2, 144, 'x')
    for (const one of structuralSimilarity(x, x, { shape: [12, 12] }))
      expect(one).toBeCloseTo(1, 12)
    expect([...peakSignalToNoise(x, x)]).toEqual([Infinity, Infinity])
  })

  it('does not change where values and range are both stretched', () => {
    const [x, y] = [random(3, 169, 'x'), random(3, 169, 'y')]
    const stretched = (t: typeof x) =>
      rows(
        3,
        [...t.data].map((value) => 255 * value),
      )
    const [wide, narrow] = [
      structuralSimilarity(stretched(x), stretched(y), { shape: [1, 13, 13], range: 255 }),
      structuralSimilarity(x, y, { shape: [1, 13, 13] }),
    ]
    for (const [i, value] of wide.entries()) expect(value).toBeCloseTo(narrow[i]!, 12)
    const decibels = peakSignalToNoise(stretched(x), stretched(y), 255)
    for (const [i, value] of peakSignalToNoise(x, y).entries())
      expect(decibels[i]).toBeCloseTo(value, 10)
  })

  it('of two even images is what their brightness alone makes it', () => {
    // Nothing varies: (2ab + C₁) / (a² + b² + C₁) with C₁ = 0.01².
    const [a, b] = [rows(1, new Array(144).fill(0.25)), rows(1, new Array(144).fill(0.75))]
    const expected = (2 * 0.25 * 0.75 + 1e-4) / (0.25 ** 2 + 0.75 ** 2 + 1e-4)
    expect(structuralSimilarity(a, b, { shape: [12, 12] })[0]).toBeCloseTo(expected, 12)
    expect(peakSignalToNoise(a, b)[0]).toBeCloseTo(20 * Math.log10(2), 12)
  })

  it('of no images is no figure', () => {
    const none = hostTensor('float32', [0, 144], new Float32Array(0))
    expect(structuralSimilarity(none, none, { shape: [12, 12] })).toHaveLength(0)
    expect(peakSignalToNoise(none, none)).toHaveLength(0)
  })

  it('refuses what is no pair of images', () => {
    const x = random(2, 144, 'x')
    expect(() => peakSignalToNoise(x, random(1, 144, 'y'))).toThrow('[2, 144] and [1, 144]')
    expect(() => peakSignalToNoise(x, x, 0)).toThrow(RangeError)
    expect(() => structuralSimilarity(x, x, { shape: [1, 12, 13] })).toThrow('144 values')
    expect(() => structuralSimilarity(x, x, { shape: [144] })).toThrow(RangeError)
    expect(() => structuralSimilarity(x, x, { shape: [12, 12], range: Number.NaN })).toThrow('NaN')
  })
})
