import { describe, expect, it } from 'vitest'
import { constant, Tensor } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { golden } from '../goldens/golden.ts'
import { numbersOf, onnx } from '../train/onnx.ts'

type Values = readonly (number | null)[]
const written = golden<{ readonly x: readonly number[] } & Record<string, Values>>('gamma')

/** The largest of |found - expected| / max(floor, |expected|) at the arguments that have a value. */
async function error(name: string, runtime: typeof referenceRuntime, floor: number) {
  const expected = written[name]!
  const x = Tensor.input('x', [written.x.length])
  const order = name.split(' ')[1]
  const y = order === undefined ? x.lgamma() : x.polygamma(Number(order))
  const fed = hostTensor('float32', [written.x.length], Float32Array.from(written.x))
  const found = await numbersOf(runtime, y, { x: fed })
  const errors = expected.flatMap((value, i) =>
    value === null ? [] : [Math.abs(found[i]! - value) / Math.max(floor, Math.abs(value))],
  )
  expect(errors.length).toBeGreaterThan(80)
  return Math.max(...errors)
}

describe('log Γ', () => {
  it('is mpmath’s to 1e-14 relative in float64, also beside its zeros at 1 and 2', async () => {
    expect(await error('lgamma', referenceRuntime, 1e-300)).toBeLessThan(1e-14)
  })

  it('errs in float32 by 1e-6 of the larger of its value and 1', async () => {
    expect(await error('lgamma', onnx(), 1)).toBeLessThan(1e-6)
  })

  it('is infinite at 0 and not a number below', async () => {
    const x = constant([0, -0.5], [2])
    expect(await numbersOf(referenceRuntime, x.lgamma())).toEqual([Infinity, Number.NaN])
    expect(await numbersOf(referenceRuntime, x.polygamma(0))).toEqual([-Infinity, Number.NaN])
    expect(await numbersOf(referenceRuntime, x.polygamma(1))).toEqual([Infinity, Number.NaN])
  })
})

describe('polygamma', () => {
  it.each([0, 1, 2, 3])('of order %i is mpmath’s, in float64 and in float32', async (order) => {
    // Only the digamma function has a zero.
    const floor = order === 0 ? 1 : 1e-300
    const name = `polygamma ${order}`
    expect(await error(name, referenceRuntime, floor)).toBeLessThan(1e-14)
    expect(await error(name, onnx(), floor)).toBeLessThan(1e-6)
  })

  it('has whole orders from 0 on', () => {
    for (const order of [-1, 0.5, Number.NaN])
      expect(() => constant([1], [1]).polygamma(order)).toThrow(
        `polygamma takes a whole order of 0 or more, got ${order}`,
      )
  })
})

describe('log1p', () => {
  it('keeps the digits of small numbers in float32', async () => {
    const x = [-0.999, -0.4, -1e-3, -3e-7, 1e-30, 2e-8, 7e-6, 0.013, 0.7, 25, 1e12, 1e30]
    const values = Float32Array.from(x)
    const fed = { x: hostTensor('float32', [x.length], values) }
    const found = await numbersOf(onnx(), Tensor.input('x', [x.length]).log1p(), fed)
    found.forEach((y, i) => {
      expect(Math.abs(y / Math.log1p(values[i]!) - 1)).toBeLessThan(2e-7)
    })
  })
})
