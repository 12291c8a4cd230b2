import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { constant, Tensor } from '../../src/graph/tensor.ts'
import { type MlpOptions, mlp, mlpLayers } from '../../src/nn/mlp.ts'
import { initialValue, parameters } from '../../src/nn/parameters.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Arrays } from '../../src/runtime/session.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { moments, numbersOf, onnx } from '../train/onnx.ts'
import { disturbed, evaluating, initial, shapesOf, training } from './passes.ts'

const small: MlpOptions = {
  inputs: 3,
  hidden: [4, 2],
  outputs: 2,
  activations: ['tanh', 'relu'],
  dropout: 0,
}

describe('a multi-layer perceptron', () => {
  it('creates a weight [in, out] and a bias for each layer', () => {
    const to = parameters()
    mlp(to, 'net', small)
    expect([...to.all.values()].map(({ name, shape }) => [name, shape])).toEqual([
      ['net.0.weight', [3, 4]],
      ['net.0.bias', [4]],
      ['net.1.weight', [4, 2]],
      ['net.1.bias', [2]],
      ['net.2.weight', [2, 2]],
      ['net.2.bias', [2]],
    ])
  })

  it('multiplies, adds, and activates all layers but the last', async () => {
    const to = parameters()
    const network = mlp(to, 'net', small)
    const values = initial(to, 5)
    const x = [0.3, -0.8, 1.7]
    const layer = (h: number[], i: number, activate: (v: number) => number) => {
      const weight = values[`net.${i}.weight`]!.data as Float32Array
      const bias = values[`net.${i}.bias`]!.data as Float32Array
      return Array.from(bias, (b, j) =>
        activate(h.reduce((sum, v, k) => sum + v * weight[k * bias.length + j]!, b)),
      )
    }
    const relu = (v: number) => Math.max(v, 0)
    const expected = layer(layer(layer(x, 0, Math.tanh), 1, relu), 2, (v) => v)
    const found = await numbersOf(
      referenceRuntime,
      network(constant(x, [1, 3]), evaluating),
      values,
    )
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 12)
    })
  })

  it('starts uniform in ±1/√in, as a function of seed and name', () => {
    const to = parameters()
    mlp(to, 'net', { ...small, inputs: 400, hidden: [500], activations: ['relu'] })
    const weight = to.all.get('net.0.weight')!
    const values = Array.from(initialValue(weight, 0).data)
    const bound = 1 / Math.sqrt(400)
    expect(values.every((v) => Math.abs(v) <= bound)).toBe(true)
    const { mean, variance } = moments(values)
    expect(Math.abs(mean)).toBeLessThan((4 * bound) / Math.sqrt(3 * values.length))
    expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(0.01)
    const bias = to.all.get('net.0.bias')!
    const started = (name: string, seed: number) => initialValue({ ...bias, name }, seed).data
    expect(started(bias.name, 0)).toEqual(started(bias.name, 0))
    expect(started(bias.name, 1)).not.toEqual(started(bias.name, 0))
    expect(started('other', 0)).not.toEqual(started(bias.name, 0))
  })

  it('refuses two parameters of one name', () => {
    const to = parameters()
    mlp(to, 'net', small)
    expect(() => mlp(to, 'net', small)).toThrow('two parameters are called net.0.weight')
  })
})

describe('the layers of a multi-layer perceptron', () => {
  it('are one after the other the whole', async () => {
    const [to, alone] = [parameters(), parameters()]
    const network = mlp(to, 'net', { ...small, normalization: 'layer' })
    const layers = mlpLayers(alone, 'net', { ...small, normalization: 'layer' })
    expect(shapesOf(alone)).toEqual(shapesOf(to))
    const x = constant([0.3, -0.8, 1.7], [1, 3])
    const [first, second, third] = layers.map(({ network }) => network)
    const outcome = third!(second!(first!(x, evaluating), evaluating), evaluating)
    const values = disturbed(to, 2)
    expect(await numbersOf(referenceRuntime, outcome, values)).toEqual(
      await numbersOf(referenceRuntime, network(x, evaluating), values),
    )
  })

  it('have no bias where batch normalisation shifts', () => {
    const to = parameters()
    const layers = mlpLayers(to, 'net', { ...small, normalization: 'batch' })
    expect(layers.map(({ bias }) => bias?.shape)).toEqual([undefined, undefined, [2]])
    expect(Object.keys(shapesOf(to))).toEqual([
      ...[0, 1].flatMap((i) =>
        ['weight', 'norm.scale', 'norm.shift', 'norm.mean', 'norm.variance'].map(
          (part) => `net.${i}.${part}`,
        ),
      ),
      'net.2.weight',
      'net.2.bias',
    ])
  })
})

describe('a decoder tied to an encoder', () => {
  const tiedTo = (to: ReturnType<typeof parameters>, options: MlpOptions = small) => {
    const encoder = mlpLayers(to, 'encoder', options)
    const tied = encoder.map(({ weight }) => weight)
    const mirror = { inputs: options.outputs, outputs: options.inputs, dropout: 0, tied }
    const hidden = [...options.hidden].reverse()
    const activations = [...options.activations].reverse()
    return { encoder, decoder: mlp(to, 'decoder', { ...mirror, hidden, activations }) }
  }

  it('has biases of its own, and no weight', () => {
    const to = parameters()
    tiedTo(to)
    const own = Object.entries(shapesOf(to)).filter(([name]) => name.startsWith('decoder'))
    expect(own).toEqual([
      ['decoder.0.bias', [2]],
      ['decoder.1.bias', [4]],
      ['decoder.2.bias', [3]],
    ])
  })

  it("uses the encoder's weights transposed, the last first", async () => {
    const tiedNetworks = parameters()
    const { decoder } = tiedTo(tiedNetworks)
    const free = parameters()
    const untied = mlp(free, 'decoder', {
      inputs: 2,
      hidden: [2, 4],
      outputs: 3,
      activations: ['relu', 'tanh'],
      dropout: 0,
    })
    const values = disturbed(tiedNetworks, 4)
    const transposed = (i: number) => {
      const { shape, data } = values[`encoder.${i}.weight`]!
      const [rows, columns] = shape as [number, number]
      const turned = Float64Array.from(data as Float64Array, (_, at) =>
        Number(data[(at % rows) * columns + Math.floor(at / rows)]),
      )
      return hostTensor('float64', [columns, rows], turned)
    }
    const weights = Object.fromEntries(
      [0, 1, 2].map((i) => [`decoder.${i}.weight`, transposed(2 - i)]),
    )
    const z = constant([0.4, -1.1], [1, 2])
    const found = await numbersOf(referenceRuntime, decoder(z, evaluating), values)
    expect(found).toEqual(
      await numbersOf(referenceRuntime, untied(z, evaluating), { ...values, ...weights }),
    )
    const inRuntime = await numbersOf(onnx(), decoder(z, evaluating), values)
    found.forEach((value, i) => {
      expect(inRuntime[i]).toBeCloseTo(value, 6)
    })
  })

  it('refuses the weights of a network that it does not mirror', () => {
    const to = parameters()
    const tied = mlpLayers(to, 'encoder', { ...small, outputs: 4 }).map(({ weight }) => weight)
    const mirror = { ...small, inputs: 2, hidden: [2, 4], outputs: 3 }
    expect(() => mlp(to, 'decoder', { ...mirror, tied })).toThrow(UserError)
    expect(() => mlp(to, 'decoder', { ...mirror, tied })).toThrow(
      'tied: decoder mirrors a network 3-4-2-2, but the given weights are of 3-4-2-4',
    )
  })
})

describe('dropout', () => {
  // The hidden layer's units are read through an identity of the last layer.
  const [units, rows, rate] = [50, 400, 0.3]
  const to = parameters()
  const network = mlp(to, 'net', {
    inputs: units,
    hidden: [units],
    outputs: units,
    activations: ['linear'],
    dropout: rate,
  })
  const identity = hostTensor(
    'float32',
    [units, units],
    Float32Array.from({ length: units * units }, (_, i) => Number(i % (units + 1) === 0)),
  )
  const zeros = hostTensor('float32', [units], new Float32Array(units))
  const values: Arrays = {
    'net.0.weight': identity,
    'net.0.bias': zeros,
    'net.1.weight': identity,
    'net.1.bias': zeros,
  }
  const ones = constant(new Array<number>(units * rows).fill(1), [rows, units])

  it('keeps its share of units while training, scaled up to the same mean', async () => {
    const found = await numbersOf(onnx(), network(ones, training(0)), values)
    const scaled = Math.fround(1 / (1 - rate))
    expect(new Set(found)).toEqual(new Set([0, scaled]))
    const share = found.filter((v) => v > 0).length / found.length
    expect(Math.abs(share - (1 - rate))).toBeLessThan(
      4 * Math.sqrt((rate * (1 - rate)) / found.length),
    )
  })

  it('drops other units under another seed, and the same ones under the same', async () => {
    const drawn = (seed: number) => numbersOf(onnx(), network(ones, training(seed)), values)
    expect(await drawn(1)).toEqual(await drawn(1))
    expect(await drawn(1)).not.toEqual(await drawn(2))
  })

  it('passes gradients through kept units only', async () => {
    const x = Tensor.input('x', [rows, units])
    const y = network(x, training(0))
    const feeds = {
      ...values,
      x: hostTensor('float32', [rows, units], new Float32Array(rows * units).fill(1)),
    }
    const slope = await numbersOf(onnx(), gradients(y.sum(), [x])[0]!, feeds)
    expect(slope).toEqual(await numbersOf(onnx(), y, feeds))
  })

  it('does nothing in evaluation', async () => {
    const found = await numbersOf(onnx(), network(ones, evaluating), values)
    expect(new Set(found)).toEqual(new Set([1]))
  })
})
