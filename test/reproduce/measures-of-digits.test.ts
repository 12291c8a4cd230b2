import { describe, expect, it } from 'vitest'
import { normalDraws, scaledDraws, uniformDraws } from '../../src/reproduce/code-draws.ts'
import { fittedPlane } from '../../src/reproduce/fitted-plane.ts'
import { quantiles, ratioOfMeans, sampledIndices } from '../../src/reproduce/measures.ts'
import { largestStep, placeOnWay, randomWays, WAY } from '../../src/reproduce/planar-ways.ts'
import { drawnAnew, shuffled } from '../../src/reproduce/spoilt-pixels.ts'
import { strokesOf } from '../../src/reproduce/strokes.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { tinyData } from '../app/tiny-run.ts'

/** A straight stroke of a width in pixels, leaning to the right by an angle, its edges blurred. */
function stroke(width: number, degrees: number, height = 18): Float32Array {
  const tangent = Math.tan((degrees * Math.PI) / 180)
  return Float32Array.from({ length: 784 }, (_, pixel) => {
    const [y, x] = [Math.floor(pixel / 28), pixel % 28]
    if (Math.abs(y - 13.5) > height / 2) return 0
    const across = Math.abs(x - 13.5 - (13.5 - y) * tangent) * Math.cos(Math.atan(tangent))
    return Math.min(1, Math.max(0, width / 2 + 0.5 - across))
  })
}

const images = (...digits: Float32Array[]) =>
  hostTensor('float32', [digits.length, 784], Float32Array.from(digits.flatMap((d) => [...d])))

describe('a sample of a split', () => {
  it('has every place at most once, in no order of the file, fewer being the first of more', () => {
    const data = tinyData({ shape: [1], sizes: { train: 10, validation: 0, test: 1000 } })
    const all = sampledIndices(data, 'test', 5000)
    expect(new Set(all).size).toBe(1000)
    expect(Math.max(...all)).toBe(999)
    const some = sampledIndices(data, 'test', 200)
    expect(some).toEqual(all.subarray(0, 200))
    // Standard deviation of a share drawn without replacement: √(200 · ¼ · 800 / 999) = 6.3.
    const early = some.filter((place) => place < 500).length
    expect(Math.abs(early - 100)).toBeLessThan(26)
  })
})

describe('strokes', () => {
  it('have their width, whatever the contrast, within a tenth', () => {
    for (const width of [2, 3, 4]) {
      const faint = stroke(width, 10).map((value) => value / 2)
      const { thickness } = strokesOf(images(stroke(width, 10), faint))
      // The ends of a stroke belong to its outline too: w l over l + w.
      const expected = width / (1 + width / (18 / Math.cos(Math.PI / 18)))
      expect(thickness[0]! / expected).toBeGreaterThan(0.9)
      expect(thickness[0]! / expected).toBeLessThan(1.1)
      expect(thickness[1]).toBeCloseTo(thickness[0]!, 5)
    }
  })

  it('have their slant, to the right above 0', () => {
    for (const degrees of [-20, 0, 10, 30]) {
      const { slant } = strokesOf(images(stroke(3, degrees)))
      expect(Math.abs(slant[0]! - degrees)).toBeLessThan(1.5)
    }
  })
})

describe('a fitted plane', () => {
  const { normal } = stream(0, 'points')
  const points = hostTensor('float32', [200, 2], Float32Array.from({ length: 400 }, normal))
  const values = (of: (x: number, y: number) => number) =>
    Float64Array.from({ length: 200 }, (_, i) => of(points.data[2 * i]!, points.data[2 * i + 1]!))

  it('finds a straight change, and explains it wholly', () => {
    const { slope, explained } = fittedPlane(
      points,
      values((x, y) => 5 + 2 * x - y),
    )
    expect(slope[0]).toBeCloseTo(2, 9)
    expect(slope[1]).toBeCloseTo(-1, 9)
    expect(explained).toBeCloseTo(1, 9)
  })

  it('explains half of a change with as much noise, and nothing of a bowl', () => {
    const noisy = fittedPlane(
      points,
      values((x) => x + normal()),
    )
    expect(Math.abs(noisy.explained - 0.5)).toBeLessThan(0.12)
    const bowl = fittedPlane(
      points,
      values((x, y) => x * x + y * y),
    )
    expect(bowl.explained).toBeLessThan(0.1)
  })
})

describe('ways through the plane', () => {
  it('are straight, of equal steps and of one length', () => {
    const { data } = randomWays(3, 0)
    for (let way = 0; way < 3; way++) {
      const at = (step: number) => {
        const i = 2 * (way * (WAY.steps + 1) + step)
        return [data[i]!, data[i + 1]!] as const
      }
      const lengths = Array.from({ length: WAY.steps }, (_, step) =>
        Math.hypot(at(step + 1)[0] - at(step)[0], at(step + 1)[1] - at(step)[1]),
      )
      for (const length of lengths) expect(length).toBeCloseTo((2 * WAY.reach) / WAY.steps, 5)
      const [from, to] = [at(0), at(WAY.steps)]
      expect(Math.hypot(to[0] - from[0], to[1] - from[1])).toBeCloseTo(2 * WAY.reach, 4)
    }
    expect([placeOnWay(0), placeOnWay(WAY.steps)]).toEqual([-WAY.reach, WAY.reach])
  })

  it('tell an even change from a jump, and not from one way to the next', () => {
    const steps = WAY.steps + 1
    const even = Float64Array.from({ length: 2 * steps }, (_, i) => i % steps)
    expect(largestStep({ thickness: even, slant: even })).toBeCloseTo(1 / WAY.steps, 12)
    const jump = even.map((value) => (value < 20 ? 0 : 1))
    expect(largestStep({ thickness: even, slant: jump })).toBeCloseTo((1 / WAY.steps + 1) / 2, 12)
  })
})

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

  it('of the box fill it, and leave none of it', () => {
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

describe('spoilt pixels', () => {
  const { uniform } = stream(3, 'images')
  const x = hostTensor(
    'float32',
    [50, 784],
    Float32Array.from({ length: 50 * 784 }, () => (uniform() < 0.2 ? 1 : 0)),
  )
  const changes = (to: typeof x) => to.data.filter((value, i) => value !== x.data[i]!).length / 50
  const ink = (of: typeof x, i: number) =>
    of.data.subarray(784 * i, 784 * (i + 1)).reduce((a, b) => a + b)

  it('are as many as are asked for, and a coin leaves half of them', () => {
    // 100 pixels, each another one with probability 1/2.
    expect(Math.abs(changes(drawnAnew(x, 100, 0)) - 50)).toBeLessThan(4)
    expect(Math.abs(ink(drawnAnew(x, 784, 0), 7) - 392)).toBeLessThan(60)
    expect(changes(drawnAnew(x, 0, 0))).toBe(0)
  })

  it('keep their ink where they are shuffled', () => {
    const all = shuffled(x, 784, 0)
    for (let i = 0; i < 50; i++) expect(ink(all, i)).toBe(ink(x, i))
    // Two pixels differ with probability 2 · 0.2 · 0.8.
    expect(Math.abs(changes(all) / 784 - 0.32)).toBeLessThan(0.03)
    expect(changes(shuffled(x, 100, 0))).toBeLessThan(60)
  })
})

describe('a ratio of means', () => {
  it('has the error that it varies by', () => {
    const ratios = Array.from({ length: 300 }, (_, repetition) => {
      const { normal } = stream(4, 'pairs', repetition)
      const b = Float64Array.from({ length: 100 }, () => 5 + normal())
      return ratioOfMeans(
        b.map((value) => 0.8 * value + 0.5 * normal()),
        b,
      )
    })
    const mean = ratios.reduce((sum, { value }) => sum + value, 0) / 300
    const spread = Math.sqrt(ratios.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / 300)
    const stated = ratios.reduce((sum, { error }) => sum + error, 0) / 300
    expect(mean).toBeCloseTo(0.8, 2)
    expect(Math.abs(stated / spread - 1)).toBeLessThan(0.15)
  })

  it('and quantiles are at the middles of equal shares', () => {
    expect(quantiles([4, 1, 3, 2], 2)).toEqual(Float64Array.of(2, 4))
    expect(quantiles([4, 1, 3, 2], 4)).toEqual(Float64Array.of(1, 2, 3, 4))
  })
})
