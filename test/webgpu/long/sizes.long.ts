import { afterAll, describe, expect, it } from 'vitest'
import { gradients } from '../../../src/graph/autodiff.ts'
import { interpret } from '../../../src/graph/interpret.ts'
import type { Value } from '../../../src/graph/rule.ts'
import { concat, Tensor } from '../../../src/graph/tensor.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../../src/tensor/host.ts'
import { floats, indices } from '../../graph/arrays.ts'
import { differences, loopResults } from '../../graph/loop-results.ts'
import { webgpuOf } from '../runtime.ts'
import { requireSoftwareGpu } from '../software-device.ts'

/** float32 rounds at 6e-8 relative, and sums here have up to 100 000 terms. */
const NEAR = 1e-5

const gpu = await requireSoftwareGpu()
/** A GPU's own: four steps of a product's inner loop are written out. */
const unrolled = await requireSoftwareGpu({ unrolled: 4 })
afterAll(() => {
  gpu.destroy()
  unrolled.destroy()
})

type Feeds = Readonly<Record<string, HostTensor>>

/** One expression on a device. */
async function computed(y: Tensor, feeds: Feeds, device = gpu): Promise<HostTensor> {
  const session = await webgpuOf(device).compile({ y })
  try {
    return (await session.run(feeds)).y!
  } finally {
    await session.close()
  }
}

/** The largest difference of two arrays of one shape, as a share of the largest number expected. */
function apart(found: HostTensor, expected: Value): number {
  expect(found.shape).toEqual(expected.shape)
  let [difference, largest] = [0, 0]
  for (let i = 0; i < expected.data.length; i++) {
    const [x, y] = [Number(found.data[i]), Number(expected.data[i])]
    difference = Math.max(difference, Number.isNaN(x) ? Number.POSITIVE_INFINITY : Math.abs(x - y))
    largest = Math.max(largest, Math.abs(y))
  }
  return largest === 0 ? difference : difference / largest
}

/** More than 65 535 workgroups of 256 elements: beyond one axis of a dispatch. */
const MANY = 65_535 * 256 + 1234
const many = (of: (i: number) => number, shape: readonly number[] = [MANY]) =>
  hostTensor(
    'float32',
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => of(i)),
  )
/** Whole numbers of both signs whose sum is known and that float32 adds without rounding. */
const digit = (i: number) => ((i * 7) % 11) - 5

describe('more elements than one axis of a dispatch has workgroups for', () => {
  const a = Tensor.input('a', [MANY])

  it('are each computed, to the last', async () => {
    const found = await computed(a.mul(2).add(1), { a: many(digit) })
    expect(found.shape).toEqual([MANY])
    const wrong = found.data.findIndex((x: number | bigint, i: number) => x !== 2 * digit(i) + 1)
    expect(wrong).toBe(-1)
  })

  it('are added up to one', async () => {
    let sum = 0
    for (let i = 0; i < MANY; i++) sum += digit(i)
    const found = await computed(a.sum(), { a: many(digit) })
    expect(found.data[0]).toBe(sum)
  })

  it('have their largest found at the very end', async () => {
    const found = await computed(a.reduceMax([0]), {
      a: many((i) => (i === MANY - 1 ? 9 : digit(i))),
    })
    expect(found.data[0]).toBe(9)
  })

  it('are added up row by row, and column by column', async () => {
    const [rows, columns] = [3, 5_600_000]
    const m = Tensor.input('m', [rows, columns])
    const feeds = { m: many(digit, [rows, columns]) }
    const byRow = await computed(m.sum([1]), feeds)
    const expected = Array.from({ length: rows }, (_, r) => {
      let sum = 0
      for (let c = 0; c < columns; c++) sum += digit(r * columns + c)
      return sum
    })
    expect([...byRow.data]).toEqual(expected)
    const byColumn = await computed(m.sum([0]), feeds)
    const wrong = byColumn.data.findIndex(
      (x: number | bigint, c: number) =>
        x !== digit(c) + digit(columns + c) + digit(2 * columns + c),
    )
    expect(wrong).toBe(-1)
  })
})

interface Case {
  readonly name: string
  readonly shapes: readonly (readonly number[])[]
  readonly y: (...inputs: Tensor[]) => Tensor
  /** How many numbers the longest sum adds. */
  readonly terms: number
}

const cases: readonly Case[] = [
  {
    name: 'a product of 70 000 rows',
    shapes: [
      [70_000, 3],
      [3, 5],
    ],
    y: (a, b) => a!.dot(b!),
    terms: 3,
  },
  {
    name: 'a product into 70 000 columns',
    shapes: [
      [5, 3],
      [70_000, 3],
    ],
    y: (a, b) => a!.dot(b!, false, true),
    terms: 3,
  },
  {
    name: 'the gradient of weights over 70 000 rows',
    shapes: [
      [70_000, 3],
      [70_000, 5],
    ],
    y: (a, b) => a!.dot(b!, true),
    terms: 70_000,
  },
  {
    name: 'K = 100 000',
    shapes: [
      [3, 100_000],
      [100_000, 2],
    ],
    y: (a, b) => a!.dot(b!),
    terms: 1e5,
  },
  {
    name: 'K = 100 000 with something after it',
    shapes: [[3, 100_000], [100_000, 2], [2]],
    y: (a, b, c) => a!.dot(b!).add(c!).tanh(),
    terms: 1e5,
  },
  {
    name: 'a product of 257 by 129 by 65',
    shapes: [
      [257, 129],
      [129, 65],
    ],
    y: (a, b) => a!.dot(b!),
    terms: 129,
  },
  {
    name: 'a batch of 300 products',
    shapes: [
      [300, 17, 33],
      [300, 33, 9],
    ],
    y: (a, b) => a!.matmul(b!),
    terms: 33,
  },
  {
    name: 'a convolution of one channel and odd sizes',
    shapes: [
      [3, 1, 29, 31],
      [5, 1, 5, 3],
    ],
    y: (x, w) => x!.conv2d(w!, { padding: [2, 1, 2, 1] }),
    terms: 15,
  },
  {
    name: 'a convolution in strides of 3 with dilations',
    shapes: [
      [2, 3, 37, 41],
      [7, 3, 3, 3],
    ],
    y: (x, w) => x!.conv2d(w!, { strides: [3, 3], dilations: [2, 3], padding: [1, 2, 3, 0] }),
    terms: 27,
  },
  {
    name: 'a transposed convolution with output padding',
    shapes: [
      [2, 7, 11, 13],
      [7, 1, 4, 4],
    ],
    y: (x, w) =>
      x!.convTranspose2d(w!, { strides: [3, 2], padding: [1, 1, 1, 1], outputPadding: [2, 1] }),
    terms: 28,
  },
  {
    name: 'a transposed convolution with dilations',
    shapes: [
      [2, 5, 9, 7],
      [5, 6, 3, 3],
    ],
    y: (x, w) =>
      x!.convTranspose2d(w!, { strides: [2, 3], dilations: [3, 2], padding: [2, 0, 1, 3] }),
    terms: 45,
  },
  {
    name: 'the logarithm of a sum of exponentials over 50 000',
    shapes: [[3, 50_000]],
    y: (x) => x!.logSumExp(1),
    terms: 5e4,
  },
]

describe.each([
  ['as a device in software is given it', gpu],
  ['with four steps written out', unrolled],
] as const)('large and odd sizes, %s', (_, device) => {
  it.each(cases)('$name', async ({ shapes, y, terms }) => {
    const inputs = shapes.map((shape, i) => Tensor.input(`x${i}`, shape))
    const feeds = Object.fromEntries(shapes.map((shape, i) => [`x${i}`, floats(i + 1, shape)]))
    const value = y(...inputs)
    const slopes = gradients(value.square().sum(), inputs)
    const outputs = terms > 1e4 ? [value] : [value, ...slopes]
    const expected = interpret(outputs, feeds)
    for (const [i, output] of outputs.entries())
      expect(
        apart(await computed(output, feeds, device), expected[i]!),
        `output ${i}`,
      ).toBeLessThan(NEAR)
  })
})

describe('many parts', () => {
  it('of a concatenation: 60 of odd lengths, and their gradients', async () => {
    const inputs = Array.from({ length: 60 }, (_, i) => Tensor.input(`x${i}`, [5, 1 + (i % 7)]))
    const feeds = Object.fromEntries(
      inputs.map((x, i) => [`x${i}`, floats(i, x.shape as number[])]),
    )
    const joined = concat(inputs, 1)
    const outputs = [
      joined,
      ...gradients(joined.tanh().sum(), [inputs[0]!, inputs[31]!, inputs[59]!]),
    ]
    const expected = interpret(outputs, feeds)
    for (const [i, output] of outputs.entries())
      expect(apart(await computed(output, feeds), expected[i]!)).toBeLessThan(NEAR)
  })

  it('of a table: 100 columns, each of its own kind of loss', async () => {
    const x = Tensor.input('x', [9, 100])
    const p = Tensor.input('p', [9, 100])
    const losses = Array.from({ length: 100 }, (_, c) => {
      const [cell, guess] = [x.slice(1, c, c + 1), p.slice(1, c, c + 1)]
      if (c % 3 === 0) return guess.sub(cell).square()
      return c % 3 === 1 ? guess.softplus().sub(guess.mul(cell)) : guess.sub(cell).abs()
    })
    const loss = concat(losses, 1).sum([1])
    const outputs = [loss, ...gradients(loss.sum(), [p])]
    const feeds = { x: floats(1, [9, 100]), p: floats(2, [9, 100]) }
    const expected = interpret(outputs, feeds)
    for (const [i, output] of outputs.entries())
      expect(apart(await computed(output, feeds), expected[i]!)).toBeLessThan(NEAR)
  })
})

describe('a data set of bytes', () => {
  it('gives rows of odd length out of 100 000, which straddle words', async () => {
    const [rows, length] = [100_000, 37]
    const data = Uint8Array.from({ length: rows * length }, (_, i) => (i * 31 + (i >> 8)) % 256)
    const at = indices(5, [301], rows) as HostTensor<'int64'>
    at.data[300] = BigInt(rows - 1)
    const y = Tensor.input('data', [rows, length], 'uint8').gather(
      Tensor.input('at', [301], 'int64'),
    )
    const found = await computed(y, { data: hostTensor('uint8', [rows, length], data), at })
    const expected = Array.from(at.data, (row) => [
      ...data.subarray(Number(row) * length, (Number(row) + 1) * length),
    ])
    expect(found.dtype).toBe('uint8')
    expect([...found.data]).toEqual(expected.flat())
  })
})

describe('a device with small buffers', () => {
  /** State of three arrays, each of which moves by the others. */
  const loop = () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => Tensor.input(name, [20, 10]))
    const bias = Tensor.input('bias', [10])
    const state = {
      a: [a!, b!.add(bias)],
      b: [b!, c!.mul(0.5)],
      c: [c!, a!.sub(b!).tanh()],
    } as const
    return {
      program: {
        state: Object.fromEntries(
          Object.entries(state).map(([name, [input, next]]) => [name, { input, next }]),
        ),
        reports: { sum: a!.mul(c!).sum() },
        rows: {},
        summary: { finite: a!.sub(a!).sum() },
      },
      state: { a: floats(1, [20, 10]), b: floats(2, [20, 10]), c: floats(3, [20, 10]) },
      feeds: { bias: floats(4, [10]) },
    }
  }

  it('holds a state in several of them', async () => {
    const small = await requireSoftwareGpu({ words: 256, buffers: 8 })
    const calls = [2, 1]
    const found = await loopResults(webgpuOf(small), loop(), calls)
    const expected = await loopResults(referenceRuntime, loop(), calls)
    small.destroy()
    expect(differences(found, expected, 1e-5)).toEqual([])
  })

  it('refuses an array that is larger than one, in one line', async () => {
    const small = await requireSoftwareGpu({ words: 2 ** 18 })
    const x = Tensor.input('x', [2 ** 18 + 4])
    const refused = webgpuOf(small).compileLoop({
      state: { x: { input: x, next: x.mul(2) } },
      reports: {},
      rows: {},
      summary: {},
    })
    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow(
      /^an array of 2 MB is larger than a buffer of this GPU can be \(1 MB\); use a smaller batch, model or data set, or device: 'cpu'$/,
    )
    small.destroy()
  })

  it('refuses what needs too many of them, in one line', async () => {
    const small = await requireSoftwareGpu({ words: 256, buffers: 4 })
    const refused = webgpuOf(small).compileLoop(loop().program)
    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow(
      /^\d+ buffers are needed, and this GPU lets a shader see 4 of at most/,
    )
    small.destroy()
  })
})
