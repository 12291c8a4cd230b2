import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { opTable } from '../../src/graph/ops/table.ts'
import { functionText } from '../../src/graph/wgsl/functions.ts'
import { Computer } from './compute.ts'
import { evaluateFloats, evaluateTruths } from './evaluate.ts'
import { COUNT, edges, flushed, LEAST_NORMAL, sampler } from './samples.ts'
import { softwareDevice } from './software-device.ts'

const device = softwareDevice()
const missing = 'missing' in device ? device.missing : undefined
if (missing) console.log(`skipped: the functions of WGSL on a device, since ${missing}`)

let computer: Computer
beforeAll(() => {
  if (!('missing' in device)) computer = new Computer(device)
})
afterAll(() => computer?.close())

/** Every edge case beside every other, then pairs of numbers of which some are equal. */
function pairs(): [Float32Array, Float32Array] {
  const { samples } = sampler()
  const x = samples(-3, 3)
  const y = samples(-3, 3)
  edges.forEach((a, i) => {
    edges.forEach((b, j) => {
      x[i * edges.length + j] = a
      y[i * edges.length + j] = b
    })
  })
  for (let i = COUNT - 50; i < COUNT; i++) y[i] = x[i]!
  return [x, y]
}

/** Error of a float beside the true value, relative to the larger of its size and `floor`. */
function error(y: number, truth: number, floor: number): number {
  const expected = Math.fround(truth)
  if (Object.is(y, expected) || (y === 0 && flushed(expected) === 0)) return 0
  if (!Number.isFinite(expected) || !Number.isFinite(y)) return Infinity
  return Math.abs(y - truth) / Math.max(Math.abs(truth), floor)
}

/** The largest error over all arguments, and where it is. */
function largestError(
  results: Float32Array,
  truth: (i: number, of: (x: number) => number) => number,
  floor = LEAST_NORMAL,
) {
  let largest = { error: 0, at: -1 }
  results.forEach((y, i) => {
    const both = [truth(i, (x) => x), truth(i, flushed)].map((value) => error(y, value, floor))
    if (!(Math.min(...both) <= largest.error)) largest = { error: Math.min(...both), at: i }
  })
  return largest
}

type UnaryName = keyof typeof accuracy

/** Sampled range, and a bound some tenth above the largest relative error of SwiftShader and of lavapipe (Mesa 25). */
const accuracy = {
  exp: [-105, 90, 1.3e-7],
  log: [0, 3, 8.5e-8],
  log1p: [-1, 2, 1.9e-7],
  sqrt: [0, 10, 6e-8],
  sin: [-20, 20, 1.9e-7],
  cos: [-20, 20, 1.9e-7],
  tanh: [-3, 3, 1.3e-7],
  sigmoid: [-100, 20, 2e-7],
  softplus: [-100, 20, 1.5e-7],
  erf: [-4, 4, 1.2e-7],
  relu: [-1, 1, 0],
  sign: [-1, 1, 0],
} as const satisfies Partial<Record<keyof typeof opTable, readonly [number, number, number]>>

function kernel(name: UnaryName | 'lgamma' | 'polygamma', order = 0) {
  return (x: number): number => {
    const value = { dtype: 'float', shape: [1], data: Float64Array.of(x) } as const
    const result = opTable[name].reference([value], { order }, () => 1)
    return result.data[0] as number
  }
}

describe('the text of WGSL functions', () => {
  it('has what is called once, before its callers', () => {
    const text = functionText(['op_softplus', 'op_exp', 'op_softplus'])
    const defined = [...text.matchAll(/^fn (\w+)/gm)].map((match) => match[1])
    expect(new Set(defined).size).toBe(defined.length)
    expect(defined.at(-1)).toBe('op_softplus')
    expect(defined.indexOf('op_exp')).toBeLessThan(defined.indexOf('op_softplus'))
    expect(defined).not.toContain('op_tanh')
  })

  it('is refused for an unknown name, and for an order whose factorials no float holds', () => {
    expect(() => functionText(['op_gelu'])).toThrow('there is no WGSL function op_gelu')
    expect(() => functionText(['op_polygamma_-1'])).toThrow('there is no WGSL function')
    expect(() => functionText(['toString'])).toThrow('there is no WGSL function toString')
    expect(() => functionText(['op_polygamma_60'])).toThrow('does not fit float32')
  })
})

describe.skipIf(missing)('functions of WGSL on a software device', () => {
  for (const [name, [low, high, bound]] of Object.entries(accuracy)) {
    it(`${name} is the float64 kernel's to ${bound}, infinities and NaN included`, async () => {
      const x = sampler().samples(low, high)
      const y = await evaluateFloats(computer, `op_${name}`, x)
      const truth = kernel(name as UnaryName)
      const { error, at } = largestError(y, (i, of) => truth(of(x[i]!)))
      expect(error, `${name}(${x[at]}) = ${y[at]}`).toBeLessThanOrEqual(bound)
    })
  }

  it.each([
    ['op_lgamma', 'lgamma', 0, 3.2e-7],
    ['op_polygamma_0', 'polygamma', 0, 3.5e-7],
    ['op_polygamma_1', 'polygamma', 1, 2.1e-7],
    ['op_polygamma_2', 'polygamma', 2, 3.3e-7],
    ['op_polygamma_5', 'polygamma', 5, 6.1e-7],
  ] as const)(
    '%s is the float64 kernel’s for positive arguments',
    async (name, op, order, bound) => {
      const x = sampler().samples(0, 12)
      const y = await evaluateFloats(computer, name, x)
      const truth = kernel(op, order)
      const { error, at } = largestError(
        y,
        (i, of) => truth(of(x[i]!)),
        name === 'op_polygamma_0' ? 1 : undefined,
      )
      expect(error, `${name}(${x[at]}) = ${y[at]}`).toBeLessThanOrEqual(bound)
    },
  )

  it('raises to a power, large ones and negative bases included', async () => {
    const [x, y] = pairs()
    const { random, anyFloat } = sampler()
    for (let i = 0; i < COUNT; i++) {
      y[i] = flushed(y[i]!)
      if (i < edges.length ** 2) continue
      x[i] = i % 3 === 0 ? Math.abs(anyFloat()) : 4 * random()
      y[i] = i % 2 === 0 ? Math.round(40 * random() - 20) / 2 : 400 * random() - 200
    }
    const power = await evaluateFloats(computer, 'op_pow', x, y)
    const { error, at } = largestError(power, (i, of) => of(x[i]!) ** of(y[i]!))
    expect(error, `${x[at]} ** ${y[at]} = ${power[at]}`).toBeLessThanOrEqual(9.6e-7)
  })

  it('passes NaN through max, min and clip, which are else exact', async () => {
    const [x, y] = pairs()
    for (const [name, truth] of [
      ['op_max', Math.max],
      ['op_min', Math.min],
    ] as const) {
      const result = await evaluateFloats(computer, name, x, y)
      // Which zero is the larger one is left open.
      const { error, at } = largestError(result, (i, of) => truth(of(x[i]!), of(y[i]!)) + 0)
      expect(error, `${name}(${x[at]}, ${y[at]})`).toBe(0)
    }
    const bounds = [-0.5, Infinity].map((bound) => new Float32Array(COUNT).fill(bound))
    const clipped = await evaluateFloats(computer, 'op_clip', x, ...bounds)
    const { error, at } = largestError(clipped, (i) => Math.max(x[i]!, -0.5))
    expect(error, `clip(${x[at]}) = ${clipped[at]}`).toBe(0)
  })

  it('compares floats, NaN with nothing', async () => {
    const [x, y] = pairs()
    const normal = (i: number) => [x[i]!, y[i]!].every((v) => v === 0 || flushed(v) !== 0)
    const kept = Array.from(x.keys()).filter(normal)
    const equal = await evaluateTruths(computer, 'op_equal', x, y)
    const less = await evaluateTruths(computer, 'op_less', x, y)
    expect(kept.map((i) => equal[i])).toEqual(kept.map((i) => x[i] === y[i]))
    expect(kept.map((i) => less[i])).toEqual(kept.map((i) => x[i]! < y[i]!))
  })

  it('tells NaN and infinity by their bits, and makes them', async () => {
    const x = sampler().samples(-1, 1)
    expect(await evaluateTruths(computer, 'op_isnan', x)).toEqual(Array.from(x, Number.isNaN))
    const check = await evaluateFloats(computer, 'op_nonfinite', x)
    expect(Array.from(check)).toEqual(Array.from(x, (v) => (Number.isFinite(v) ? 0 : Number.NaN)))
    expect(await evaluateFloats(computer, 'op_infinity')).toEqual(Float32Array.of(Infinity))
    expect(await evaluateFloats(computer, 'op_nan')).toEqual(Float32Array.of(Number.NaN))
  })
})
