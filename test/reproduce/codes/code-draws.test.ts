import { describe, expect, it } from 'vitest'
import { normalDraws, scaledDraws, uniformDraws } from '../../../src/reproduce/codes/code-draws.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'

describe('draws of codes', () => {
  const { normal } = stream(2, 'codes')
  const n = 400
  const codes = hostTensor('float32', [n, 2], new Float32Array(2 * n))
  for (let i = 0; i < n; i++) {
    const [a, b] = [normal(), normal()]
    codes.data.set([3 + 2 * a, -1 + a + 0.5 * b], 2 * i)
  }
  const moments = ({ shape, data }: typeof codes) => {
    const count = shape[0]!
    const mean = [0, 1].map((axis) => {
      let sum = 0
      for (let i = 0; i < count; i++) sum += data[2 * i + axis]!
      return sum / count
    })
    const covariance = (p: number, q: number) => {
      let sum = 0
      for (let i = 0; i < count; i++)
        sum += (data[2 * i + p]! - mean[p]!) * (data[2 * i + q]! - mean[q]!)
      return sum / count
    }
    return { mean, xx: covariance(0, 0), xy: covariance(0, 1), yy: covariance(1, 1) }
  }
  const own = moments(codes)
  const many = 10_000

  it('from the bounding box fill it, and never leave it', () => {
    const { data } = uniformDraws(codes, many, 0)
    for (const axis of [0, 1]) {
      const column = (values: Float32Array) => values.filter((_, at) => at % 2 === axis)
      const [low, high] = [Math.min(...column(codes.data)), Math.max(...column(codes.data))]
      const shares = column(data).map((value) => (value - low) / (high - low))
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(-1e-6)
      expect(Math.max(...shares)).toBeLessThanOrEqual(1 + 1e-6)
      expect(shares.reduce((a, b) => a + b) / many).toBeCloseTo(0.5, 1)
      expect(shares.filter((share) => share < 0.1).length / many).toBeCloseTo(0.1, 1)
    }
  })

  it('scaled have means and variances, and a normal distribution also the covariance', async () => {
    const scaled = moments(scaledDraws(codes, many, 0))
    const normals = moments(await normalDraws(referenceRuntime, codes, many, 0))
    for (const found of [scaled, normals]) {
      expect(Math.abs(found.mean[0]! - own.mean[0]!)).toBeLessThan(0.1)
      expect(Math.abs(found.mean[1]! - own.mean[1]!)).toBeLessThan(0.1)
      expect(Math.abs(found.xx / own.xx - 1)).toBeLessThan(0.06)
      expect(Math.abs(found.yy / own.yy - 1)).toBeLessThan(0.06)
    }
    expect(Math.abs(scaled.xy / own.xy)).toBeLessThan(0.06)
    expect(Math.abs(normals.xy / own.xy - 1)).toBeLessThan(0.08)
  })
})
