import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pair } from '../../src/graph/rule.ts'
import { constant } from '../../src/graph/tensor.ts'
import { convolution, doubling, halvedSizes, halving, keeping } from '../../src/nn/convolution.ts'
import { asValues, imageShape } from '../../src/nn/images.ts'
import { type Initializer, parameters } from '../../src/nn/parameters.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { sizeOf } from '../../src/tensor/host.ts'
import { floats, numbers } from '../graph/arrays.ts'
import { numbersOf } from '../train/onnx.ts'

const sides = fc.integer({ min: 1, max: 40 })
const sizes: fc.Arbitrary<Pair> = fc.tuple(sides, sides)

const images = (seed: number, shape: readonly number[]) =>
  constant(numbers(seed, sizeOf(shape)), shape)

describe('halving', () => {
  it('rounds a side down, and leaves 1', () => {
    expect(halvedSizes([28, 28], 4).map(([height]) => height)).toEqual([28, 14, 7, 3, 1])
    expect(halvedSizes([20, 36], 3)).toEqual([
      [20, 36],
      [10, 18],
      [5, 9],
      [2, 4],
    ])
    expect(halvedSizes([1, 13], 5)).toEqual([
      [1, 13],
      [1, 6],
      [1, 3],
      [1, 1],
      [1, 1],
      [1, 1],
    ])
  })

  it('is what its convolution does to images of any size', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const halve = convolution(parameters(), 'net', {
          inputs: 2,
          outputs: 3,
          window: halving(size),
        })
        const expected = halvedSizes(size, 1)[1]!
        expect(halve(images(0, [1, 2, ...size])).shape).toEqual([1, 3, ...expected])
      }),
    )
  })
})

describe('a 3×3 convolution', () => {
  it('keeps images of any size as large as they are', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const window = keeping(size)
        const keep = convolution(parameters(), 'net', { inputs: 1, outputs: 2, window })
        expect(keep(images(0, [1, 1, ...size])).shape).toEqual([1, 2, ...size])
      }),
    )
  })
})

describe('doubling', () => {
  // ⟨halve x, y⟩ = ⟨x, double y⟩ for all x, y.
  it('is the transpose of halving, for images of any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(fc.nat(8), fc.nat(8)), async ([h, w]) => {
        const size: Pair = [h + 1, w + 1]
        const [forth, back] = [parameters(), parameters()]
        const channels = { bias: false } as const
        const halve = convolution(forth, 'net', {
          ...channels,
          inputs: 2,
          outputs: 3,
          window: halving(size),
        })
        const double = doubling(back, 'net', { ...channels, inputs: 3, outputs: 2, size })
        const { shape } = forth.all.get('net.weight')!
        expect(back.all.get('net.weight')!.shape).toEqual(shape)
        const x = images(1, [2, 2, ...size])
        const y = images(2, [2, 3, ...halvedSizes(size, 1)[1]!])
        const feeds = { 'net.weight': floats(3, shape) }
        const [left] = await numbersOf(referenceRuntime, halve(x).mul(y).sum(), feeds)
        const [right] = await numbersOf(referenceRuntime, x.mul(double(y)).sum(), feeds)
        expect(Math.abs(left! - right!)).toBeLessThan(1e-10 * (1 + Math.abs(left!)))
      }),
      { numRuns: 30 },
    )
  })
})

describe('initial values', () => {
  const boundOf = (initializer: Initializer) =>
    initializer.kind === 'uniform' ? initializer.bound : Number.NaN

  it("are within the bounds of PyTorch's Conv2d and ConvTranspose2d", () => {
    const to = parameters()
    convolution(to, 'conv', { inputs: 3, outputs: 8, window: halving([9, 9]) })
    doubling(to, 'transposed', { inputs: 8, outputs: 3, size: [9, 9] })
    const bounds = [...to.all.values()].map((p) => [p.name, p.shape, boundOf(p.initializer)])
    const bound = 1 / Math.sqrt(3 * 4 * 4)
    expect(bounds).toEqual([
      ['conv.weight', [8, 3, 4, 4], bound],
      ['conv.bias', [8], bound],
      ['transposed.weight', [8, 3, 4, 4], bound],
      ['transposed.bias', [3], bound],
    ])
  })
})

describe('images', () => {
  it('give the numbers of one value as neighbours', async () => {
    // Channel 2c + k of the network is number k of the image's channel c.
    const code = (c: number, k: number, row: number, column: number) =>
      1000 * c + 100 * k + 10 * row + column
    const every = [0, 1]
    const rows = [0, 1, 2]
    const y = every.flatMap((c) =>
      every.flatMap((k) => rows.flatMap((row) => every.map((column) => code(c, k, row, column)))),
    )
    const found = await numbersOf(referenceRuntime, asValues(constant(y, [1, 4, 3, 2]), 2))
    const expected = every.flatMap((c) =>
      rows.flatMap((row) => every.flatMap((column) => every.map((k) => code(c, k, row, column)))),
    )
    expect(found).toEqual(expected)
  })

  it('have a channel, also where their shape does not say so', () => {
    expect(imageShape('conv', [28, 20])).toEqual([1, 28, 20])
    expect(imageShape('conv', [3, 20, 36])).toEqual([3, 20, 36])
  })

  it('are not rows of a table', () => {
    expect(() => imageShape('unet', [7])).toThrow(UserError)
    expect(() => imageShape('unet', [7])).toThrow(
      'network: unet needs images, and each example is a row of 7 values; use mlp',
    )
  })
})
