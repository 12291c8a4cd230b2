import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { constant, Tensor } from '../../src/graph/tensor.ts'
import { convDecoder, convEncoder } from '../../src/nn/conv.ts'
import { stackedHourglass } from '../../src/nn/hourglass.ts'
import type { ImageNetworkOptions } from '../../src/nn/images.ts'
import type { Network } from '../../src/nn/network.ts'
import { type Parameters, parameters } from '../../src/nn/parameters.ts'
import { unet } from '../../src/nn/unet.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { sizeOf } from '../../src/tensor/host.ts'
import { numbers } from '../graph/arrays.ts'
import { moments, numbersOf, onnx } from '../train/onnx.ts'
import { disturbed, evaluating, initial, shapesOf, training } from './passes.ts'

/** Levels of two channels each. */
const levels = (
  exampleShape: readonly number[],
  count: number,
  more: Partial<ImageNetworkOptions> = {},
) => ({
  exampleShape,
  channels: new Array<number>(count).fill(2),
  activations: new Array(count).fill('tanh') as 'tanh'[],
  normalization: 'none' as const,
  dropout: 0,
  residual: false,
  ...more,
})

const rows = (seed: number, shape: readonly [number, number]) =>
  constant(numbers(seed, sizeOf(shape)), shape)

const images = (side: number) =>
  fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: side }),
    fc.integer({ min: 1, max: side }),
  )

describe('a convolutional encoder and its decoder', () => {
  it('create parameters by the number of their layer, dense ones [in, out]', () => {
    const to = parameters()
    const options = { ...levels([3, 20, 36], 2), channels: [8, 16], residual: true }
    convEncoder(to, 'encoder', { ...options, outputs: 10 })
    convDecoder(to, 'decoder', { ...options, inputs: 5, outputsPerValue: 4 })
    const residual = (name: string, channels: number) =>
      [0, 1].flatMap((i) => [
        [`${name}.residual.${i}.weight`, [channels, channels, 3, 3]],
        [`${name}.residual.${i}.bias`, [channels]],
      ])
    expect(shapesOf(to)).toEqual(
      Object.fromEntries([
        ['encoder.0.weight', [8, 3, 4, 4]],
        ['encoder.0.bias', [8]],
        ...residual('encoder.0', 8),
        ['encoder.1.weight', [16, 8, 4, 4]],
        ['encoder.1.bias', [16]],
        ...residual('encoder.1', 16),
        ['encoder.2.weight', [16 * 5 * 9, 10]],
        ['encoder.2.bias', [10]],
        ['decoder.0.weight', [5, 16 * 5 * 9]],
        ['decoder.0.bias', [16 * 5 * 9]],
        ...residual('decoder.0', 16),
        ['decoder.1.weight', [16, 8, 4, 4]],
        ['decoder.1.bias', [8]],
        ...residual('decoder.1', 8),
        ['decoder.2.weight', [8, 12, 4, 4]],
        ['decoder.2.bias', [12]],
      ]),
    )
  })

  it('fit images of any size, at any number of levels', () => {
    fc.assert(
      fc.property(images(40), fc.nat(7), fc.integer({ min: 1, max: 3 }), (shape, count, k) => {
        const options = levels(shape, count, { normalization: 'batch' })
        const to = parameters()
        const encoder = convEncoder(to, 'encoder', { ...options, outputs: 3 })
        const decoder = convDecoder(to, 'decoder', { ...options, inputs: 3, outputsPerValue: k })
        const code = encoder(rows(0, [1, sizeOf(shape)]), evaluating)
        expect(code.shape).toEqual([1, 3])
        expect(decoder(code, evaluating).shape).toEqual([1, sizeOf(shape) * k])
      }),
    )
  })

  it('read every value of an image of any size', async () => {
    await fc.assert(
      fc.asyncProperty(images(7), fc.nat(3), async (shape, count) => {
        const to = parameters()
        const encoder = convEncoder(to, 'encoder', { ...levels(shape, count), outputs: 2 })
        const x = rows(1, [1, sizeOf(shape)])
        const [slope] = gradients(encoder(x, evaluating).square().sum(), [x])
        const found = await numbersOf(referenceRuntime, slope!, initial(to))
        expect(found.every((v) => v !== 0)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('make every value of an image of any size from the code', async () => {
    await fc.assert(
      fc.asyncProperty(images(7), fc.nat(3), async (shape, count) => {
        const to = parameters()
        const options = { ...levels(shape, count), inputs: 2, outputsPerValue: 1 }
        const decoder = convDecoder(to, 'decoder', options)
        const decoded = async (seed: number) =>
          await numbersOf(referenceRuntime, decoder(rows(seed, [1, 2]), evaluating), initial(to))
        const [one, other] = [await decoded(1), await decoded(2)]
        expect(one.every((v, i) => v !== other[i])).toBe(true)
      }),
      { numRuns: 30 },
    )
  })
})

describe('networks from image to image', () => {
  it('fit images of any size, at any number of levels', () => {
    fc.assert(
      fc.property(
        images(30),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        (shape, count, k) => {
          const options = { ...levels(shape, count), outputsPerValue: k }
          const x = rows(0, [2, sizeOf(shape)])
          const same = [2, sizeOf(shape) * k]
          expect(unet(parameters(), 'net', options)(x, evaluating).shape).toEqual(same)
          const stacked = stackedHourglass(parameters(), 'net', { ...options, stacks: k })
          const predictions = stacked(x, evaluating)
          expect(predictions.map((y) => y.shape)).toEqual(new Array(k).fill(same))
        },
      ),
    )
  })

  it('hand fine detail past the levels: a pixel of a U-Net reaches its own place', async () => {
    const to = parameters()
    const network = unet(to, 'net', { ...levels([1, 6, 6], 3), outputsPerValue: 1 })
    const x = rows(1, [1, 36])
    const y = network(x, evaluating)
    // Nothing comes back from the levels further in.
    const state = {
      ...initial(to),
      'net.0.double.weight': { dtype: 'float64', shape: [2, 2, 4, 4], data: new Float64Array(64) },
    } as const
    const [slope] = gradients(y.slice(1, 14, 15).sum(), [x])
    const found = await numbersOf(referenceRuntime, slope!, state)
    expect(found[14]).not.toBe(0)
  })

  it('in an hourglass, each prediction is part of what the next is made of', async () => {
    const to = parameters()
    const options = { ...levels([1, 5, 5], 2), outputsPerValue: 1, stacks: 3 }
    const predictions = stackedHourglass(to, 'net', options)(rows(1, [2, 25]), evaluating)
    const weight = to.all.get('net.0.output.weight')!.symbol
    for (const later of predictions) {
      const [slope] = gradients(later.square().sum(), [weight])
      const found = await numbersOf(referenceRuntime, slope!, initial(to))
      expect(found.every((v) => v !== 0)).toBe(true)
    }
  })

  it('need at least one level, and one hourglass', () => {
    const none = { ...levels([1, 4, 4], 0), outputsPerValue: 1 }
    expect(() => unet(parameters(), 'net', none)).toThrow(UserError)
    expect(() => unet(parameters(), 'net', none)).toThrow(
      'channels: unet needs at least one level, such as 32,64',
    )
    const stacks = 0
    expect(() =>
      stackedHourglass(parameters(), 'net', { ...none, ...levels([1, 4, 4], 1), stacks }),
    ).toThrow('stacks: expected at least 1, got 0')
  })
})

/** Every builder as a function of flat examples, over images [2, 3, 5]; an hourglass by its output. */
const builders: Record<string, (to: Parameters, options: ReturnType<typeof levels>) => Network> = {
  encoder: (to, options) => convEncoder(to, 'net', { ...options, outputs: 3 }),
  'encoder with conditions': (to, options) =>
    convEncoder(to, 'net', { ...options, exampleShape: [2, 1, 13], conditions: 4, outputs: 3 }),
  decoder: (to, options) => convDecoder(to, 'net', { ...options, inputs: 30, outputsPerValue: 2 }),
  unet: (to, options) => unet(to, 'net', { ...options, outputsPerValue: 2 }),
  hourglass(to, options) {
    const network = stackedHourglass(to, 'net', { ...options, outputsPerValue: 2, stacks: 2 })
    return (x, mode) => network(x, mode).at(-1)!
  },
}

describe.each(Object.entries(builders))('%s', (_, builder) => {
  it.each(['none', 'batch', 'layer'] as const)(
    'takes any number of examples in one graph, with normalization %s',
    async (normalization) => {
      const to = parameters()
      const network = builder(to, levels([2, 3, 5], 2, { normalization }))
      const state = disturbed(to, 1)
      const session = await onnx().compile({
        y: network(Tensor.input('x', ['batch', 30]), evaluating),
      })
      for (const batch of [1, 4]) {
        const x = rows(batch, [batch, 30])
        const expected = await numbersOf(referenceRuntime, network(x, evaluating), state)
        const data = Float32Array.from(numbers(batch, batch * 30))
        const { y } = await session.run({
          ...state,
          x: { dtype: 'float32', shape: x.shape as number[], data },
        })
        expect(y!.shape[0]).toBe(batch)
        const largest = Math.max(...expected.map(Math.abs))
        expected.forEach((value, i) => {
          expect(Math.abs(Number(y!.data[i]) - value)).toBeLessThan(1e-5 * largest)
        })
      }
      await session.close()
    },
  )

  // Inverted dropout keeps the mean of what is linear.
  it('is dropped out of while training alone, with the same mean where all is linear', async () => {
    const to = parameters()
    const linear = { activations: ['linear', 'linear'] as never, dropout: 0.3 }
    const network = builder(to, levels([2, 3, 5], 2, linear))
    const copies = 2000
    const one = rows(1, [1, 30])
    const state = initial(to)
    const expected = await numbersOf(onnx(), network(one, evaluating), state)
    const y = network(one.expand([copies, 30]), training(1))
    const found = await numbersOf(onnx(), y, state)
    const width = expected.length
    for (const [j, value] of expected.entries()) {
      const { mean, variance } = moments(found.filter((_v, i) => i % width === j))
      expect(variance).toBeGreaterThan(0)
      expect(Math.abs(mean - value)).toBeLessThan(4.5 * Math.sqrt(variance / copies))
    }
  })
})
