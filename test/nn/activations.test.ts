import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { constant } from '../../src/graph/tensor.ts'
import { type Activation, activationNames, activations } from '../../src/nn/activations.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { numbersOf, onnx } from '../train/onnx.ts'

const points = [-30, -4, -1.25, -0.1, 0.2, 1, 3.5, 30]

/** erf(x / √2) at the points below, from tables of the normal distribution. */
const shareWithin = new Map([
  [0.2, 0.15851941887820603],
  [1, 0.6826894921370859],
  [3.5, 0.9995347418419289],
])
const gelu = (x: number) => (x / 2) * (1 + shareWithin.get(x)!)
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const [scale, alpha] = [1.0507009873554805, 1.6732632423543772]

/** Published formulas, and their derivatives away from the kink. */
const formulas: Record<
  Exclude<Activation, 'gelu'>,
  [(x: number) => number, (x: number) => number]
> = {
  linear: [(x) => x, () => 1],
  relu: [(x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)],
  'leaky-relu': [(x) => (x > 0 ? x : x / 100), (x) => (x > 0 ? 1 : 0.01)],
  elu: [(x) => (x > 0 ? x : Math.expm1(x)), (x) => (x > 0 ? 1 : Math.exp(x))],
  selu: [
    (x) => scale * (x > 0 ? x : alpha * Math.expm1(x)),
    (x) => scale * (x > 0 ? 1 : alpha * Math.exp(x)),
  ],
  silu: [(x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))],
  softplus: [(x) => Math.log1p(Math.exp(x)), sigmoid],
  sigmoid: [sigmoid, (x) => sigmoid(x) * (1 - sigmoid(x))],
  tanh: [Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
}

const x = constant(points, [points.length])

describe.each(Object.entries(formulas))('%s', (name, [value, derivative]) => {
  const y = activations[name as Activation](x)

  it('is its formula', async () => {
    const found = await numbersOf(referenceRuntime, y)
    points.forEach((point, i) => {
      expect(found[i]).toBeCloseTo(value(point), 12)
    })
  })

  it('has its derivative', async () => {
    const found = await numbersOf(referenceRuntime, gradients(y.sum(), [x])[0]!)
    points.forEach((point, i) => {
      expect(found[i]).toBeCloseTo(derivative(point), 12)
    })
  })

  it('is so in ONNX Runtime, finite with its gradient far out', async () => {
    const far = constant([-1e4, -100, ...points, 100, 1e4], [points.length + 4])
    const z = activations[name as Activation](far)
    const found = await numbersOf(onnx(), z)
    points.forEach((point, i) => {
      expect(Math.abs(found[i + 2]! - value(point))).toBeLessThan(1e-6 * (1 + Math.abs(point)))
    })
    const slopes = await numbersOf(onnx(), gradients(z.sum(), [far])[0]!)
    expect([...found, ...slopes].every(Number.isFinite)).toBe(true)
  })
})

describe('gelu', () => {
  it('weighs a value by the normal distribution function', async () => {
    const values = [...shareWithin.keys()]
    const found = await numbersOf(referenceRuntime, activations.gelu(constant(values, [3])))
    values.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(gelu(value), 10)
    })
    const mirrored = await numbersOf(referenceRuntime, activations.gelu(constant([-1, -3.5], [2])))
    expect(mirrored[0]).toBeCloseTo(gelu(1) - 1, 10)
    expect(mirrored[1]).toBeCloseTo(gelu(3.5) - 3.5, 10)
  })
})

it('every activation that can be named is tested', () => {
  expect([...activationNames].sort()).toEqual([...Object.keys(formulas), 'gelu'].sort())
})
