import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { constant, Tensor } from '../../src/graph/tensor.ts'
import { batchNorm, layerNorm, normalization } from '../../src/nn/normalization.ts'
import { parameters } from '../../src/nn/parameters.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { numbers } from '../graph/arrays.ts'
import { computed, moments, numbersOf } from '../train/onnx.ts'
import { disturbed, evaluating, initial, recorded, training } from './passes.ts'

const shape = [3, 2, 2, 5]
const values = numbers(4, 60).map((v, i) => 3 * v + (i % 7))
const x = constant(values, shape)

/** The values of an array [3, 2, 2, 5] whose indices along the first two axes are as asked. */
const where = (all: readonly number[], chosen: (example: number, channel: number) => boolean) =>
  all.filter((_, i) => chosen(Math.floor(i / 20), Math.floor(i / 10) % 2))

/** What a variance of 1 becomes by the ε that is added to it before the root. */
const shrunk = (variance: number) => variance / (variance + 1e-5)

describe('batch normalisation', () => {
  it('gives every channel mean 0 and variance 1 over batch and positions, in training', async () => {
    const to = parameters()
    const y = batchNorm(to, 'norm', 2)(x, training(0))
    const found = await numbersOf(referenceRuntime, y, initial(to))
    for (const channel of [0, 1]) {
      const ofChannel = (all: readonly number[]) => where(all, (_, c) => c === channel)
      const { mean, variance } = moments(ofChannel(found))
      expect(mean).toBeCloseTo(0, 12)
      expect(variance).toBeCloseTo(shrunk(moments(ofChannel(values)).variance), 12)
    }
  })

  it('uses the running moments in evaluation, example by example', async () => {
    const to = parameters()
    const network = batchNorm(to, 'norm', 2)
    const state = disturbed(to, 3)
    const found = await numbersOf(referenceRuntime, network(x, evaluating), state)
    const [scale, shift, mean, variance] = ['scale', 'shift', 'mean', 'variance'].map(
      (name) => state[`norm.${name}`]!.data as Float64Array,
    )
    values.forEach((value, i) => {
      const c = Math.floor(i / 10) % 2
      const deviation = Math.sqrt(variance![c]! + 1e-5)
      const expected = ((value - mean![c]!) / deviation) * scale![c]! + shift![c]!
      expect(found[i]).toBeCloseTo(expected, 12)
    })
  })

  it('moves the running moments once for every batch that passes in a step', async () => {
    const to = parameters()
    const network = batchNorm(to, 'norm', 1)
    const { mode, moved } = recorded()
    network(constant([1, 3], [2, 1]), mode)
    network(constant([10, 20, 30], [3, 1]), mode)
    const become = async (name: string) =>
      (await numbersOf(referenceRuntime, moved.get(`norm.${name}`)!, initial(to)))[0]
    expect(await become('mean')).toBeCloseTo(0.9 * (0.9 * 0 + 0.1 * 2) + 0.1 * 20, 12)
    expect(await become('variance')).toBeCloseTo(0.9 * (0.9 * 1 + 0.1 * 2) + 0.1 * 100, 12)
  })

  it('keeps the moments without training them', () => {
    const to = parameters()
    batchNorm(to, 'norm', 2)
    const trained = [...to.all.values()].map((p) => [p.name, p.trained])
    expect(trained).toEqual([
      ['norm.scale', true],
      ['norm.shift', true],
      ['norm.mean', false],
      ['norm.variance', false],
    ])
  })

  it('makes a feature that never changes its shift, with a finite gradient', async () => {
    const to = parameters()
    const same = Tensor.input('x', [4, 1])
    const y = batchNorm(to, 'norm', 1)(same, training(0))
    const state = disturbed(to, 1)
    const feeds = { ...state, x: hostTensor('float64', [4, 1], new Float64Array(4).fill(7)) }
    const shift = state['norm.shift']!.data[0] as number
    expect(await numbersOf(referenceRuntime, y, feeds)).toEqual(new Array(4).fill(shift))
    const slope = await numbersOf(referenceRuntime, gradients(y.square().sum(), [same])[0]!, feeds)
    expect(slope.every(Number.isFinite)).toBe(true)
  })

  it('refuses a batch in which a feature has a single value', () => {
    const network = batchNorm(parameters(), 'norm', 2)
    const single = () => network(constant([1, 2], [1, 2]), training(0))
    expect(single).toThrow(UserError)
    expect(single).toThrow(
      'normalization: batch needs at least 2 values of each feature, and a batch of 1 gives 1',
    )
    // Positions of an image count as well.
    expect(network(constant([1, 2, 3, 4], [1, 2, 2, 1]), training(0)).shape).toEqual([1, 2, 2, 1])
  })
})

describe('layer normalisation', () => {
  it('gives every example mean 0 and variance 1 over channels and positions', async () => {
    const to = parameters()
    const y = layerNorm(to, 'norm', 2)(x, evaluating)
    const found = await numbersOf(referenceRuntime, y, initial(to))
    for (const example of [0, 1, 2]) {
      const ofExample = (all: readonly number[]) => where(all, (e) => e === example)
      const { mean, variance } = moments(ofExample(found))
      expect(mean).toBeCloseTo(0, 12)
      expect(variance).toBeCloseTo(shrunk(moments(ofExample(values)).variance), 12)
    }
  })

  it('scales and shifts each feature of a table', async () => {
    const to = parameters()
    const y = layerNorm(to, 'norm', 3)(constant([1, 2, 6], [1, 3]), evaluating)
    const state = disturbed(to, 5)
    const found = await numbersOf(referenceRuntime, y, state)
    const deviation = Math.sqrt(14 / 3 + 1e-5)
    found.forEach((value, i) => {
      const standard = ([1, 2, 6][i]! - 3) / deviation
      const [scale, shift] = [state['norm.scale']!.data[i], state['norm.shift']!.data[i]]
      expect(value).toBeCloseTo(standard * Number(scale) + Number(shift), 12)
    })
  })

  it('refuses a layer of one unit, of which it would leave nothing', () => {
    const network = layerNorm(parameters(), 'net.0.norm', 1)
    expect(() => network(constant([1, 2], [2, 1]), evaluating)).toThrow(
      'normalization: layer would make the only unit of net.0.norm constant; use a wider layer, or none',
    )
  })
})

describe('no normalisation', () => {
  it('creates nothing and changes nothing', async () => {
    const to = parameters()
    const y = normalization(to, 'norm', 'none', 2)(x, training(0))
    expect(to.all.size).toBe(0)
    expect((await computed(referenceRuntime, y)).data).toEqual(Float64Array.from(values))
  })
})
