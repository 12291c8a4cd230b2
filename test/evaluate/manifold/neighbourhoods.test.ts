import { describe, expect, it } from 'vitest'
import { neighbourhoodPreservation } from '../../../src/evaluate/manifold/neighbourhoods.ts'
import { ranksOf } from '../../../src/evaluate/manifold/ranks.ts'
import { type Floats, hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { onnx } from '../../train/onnx.ts'
import { floats, golden, meanOf } from '../scikit-learn.ts'

const points = (count: number, width: number, value: (at: number) => number): Floats =>
  hostTensor(
    'float32',
    [count, width],
    Float32Array.from({ length: count * width }, (_, at) => value(at)),
  )

describe('neighbourhoods of codes', () => {
  const { x, z, cases } = golden.neighbourhoods

  it.each(cases)(
    'have the trustworthiness of scikit-learn to 1e-12 for k = $k, and its continuity the other way',
    async ({ k, trustworthiness, continuity }) => {
      const found = await neighbourhoodPreservation(onnx(), floats(x), floats(z), { k })
      expect(Math.abs(meanOf(found.trustworthiness) - trustworthiness)).toBeLessThan(1e-12)
      expect(Math.abs(meanOf(found.continuity) - continuity)).toBeLessThan(1e-12)
      expect(found.trustworthiness).toHaveLength(70)
    },
  )

  it('are kept wholly by a turn and a change of size', async () => {
    const { normal } = stream(1, 'points')
    const plane = points(100, 2, normal)
    const turned = points(100, 2, (at) => {
      const [a, b] = [plane.data[at - (at % 2)]!, plane.data[at - (at % 2) + 1]!]
      return at % 2 === 0 ? 3 * (0.6 * a - 0.8 * b) : 3 * (0.8 * a + 0.6 * b)
    })
    const kept = await neighbourhoodPreservation(onnx(), plane, turned, { k: 7 })
    for (const each of [kept.trustworthiness, kept.continuity, kept.overlap])
      expect([...each]).toEqual(Array(100).fill(1))
  })

  it('overlap by the share of neighbours in common: k / (n - 1) where codes are by chance', async () => {
    const { normal } = stream(2, 'points')
    const [one, other] = [points(600, 3, normal), points(600, 3, normal)]
    const { overlap, trustworthiness } = await neighbourhoodPreservation(onnx(), one, other, {
      k: 60,
    })
    expect(meanOf(overlap)).toBeCloseTo(60 / 599, 2)
    // Ranks are even from 1 to n - 1, so the excess has a mean of (n - 1 - k)(n - k) / (2 (n - 1)).
    const excess = (539 * 540) / (2 * 599)
    expect(meanOf(trustworthiness)).toBeCloseTo(1 - (2 * excess) / (2 * 600 - 3 * 60 - 1), 2)
    // On a line and on the line with its halves exchanged, the ends of 20 lose what is on the other side.
    const line = points(20, 1, (at) => at)
    const cut = points(20, 1, (at) => (at + 10) % 20)
    const halves = await neighbourhoodPreservation(onnx(), line, cut, { k: 1 })
    expect(halves.overlap[10]).toBe(0)
    expect(halves.overlap[5]).toBe(1)
  })

  it('have exact ranks among ties and where float32 tells nothing apart', async () => {
    const { integer, normal } = stream(3, 'points')
    for (const all of [
      points(90, 3, () => integer(3)),
      points(90, 3, () => 500 + 1e-3 * normal()),
    ]) {
      const others = Array.from({ length: 90 }, (_, i) => [0, 17, 89].filter((j) => j !== i))
      const found = await ranksOf(onnx(), all, others)
      for (const [i, some] of others.entries()) {
        const squared = (j: number) =>
          [0, 1, 2].reduce((sum, d) => sum + (all.data[3 * i + d]! - all.data[3 * j + d]!) ** 2, 0)
        const order = Array.from({ length: 90 }, (_, j) => j)
          .filter((j) => j !== i)
          .sort((a, b) => squared(a) - squared(b) || a - b)
        expect(found[i]).toEqual(some.map((j) => order.indexOf(j) + 1))
      }
    }
  })

  it('are refused where k is half of the points, and where codes are too few', async () => {
    const [x6, z5] = [points(6, 2, (at) => at), points(5, 2, (at) => at)]
    await expect(neighbourhoodPreservation(onnx(), x6, x6, { k: 3 })).rejects.toThrow('half of 6')
    await expect(neighbourhoodPreservation(onnx(), x6, z5, { k: 1 })).rejects.toThrow(RangeError)
  })

  it('tell how far they are', async () => {
    const shares: number[] = []
    await neighbourhoodPreservation(onnx(), floats(x), floats(z), {
      k: 5,
      onProgress: (share) => shares.push(share),
    })
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
  })
})
