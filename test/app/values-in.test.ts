import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Model } from '../../src/app/library/model.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { nodeLibrary } from '../browser/library.ts'

// Compiled, since a run is trained in a worker.
const { load, openDataSet, splitLabels, splitValues, train, UserError } = await nodeLibrary()
const folder = await mkdtemp(join(tmpdir(), 'latentlab-values-'))
const ROWS = 40
const models: Model[] = []

/** Trains for a moment; what the model gives is arbitrary, and how it reads its input is not. */
async function trained(name: string, options: Record<string, unknown>): Promise<Model> {
  const out = join(folder, name)
  const common = { hidden: [6], latent: 2, epochs: 1, batch: 10, threads: 1 }
  await train({ ...common, ...options, out } as unknown as Parameters<typeof train>[0])
  const { data, labels } = options as { data: HostTensor; labels?: number[] }
  const model = await load(out, { data, labels, threads: 1 })
  models.push(model)
  return model
}

const bytes = (shape: readonly number[], high = 255) => {
  const random = stream(1, 'bytes')
  return hostTensor(
    'uint8',
    shape,
    Uint8Array.from({ length: sizeOf(shape) }, () => random.integer(high + 1)),
  )
}
const first = ({ dtype, shape, data }: HostTensor, count = 3): HostTensor => {
  const width = sizeOf(shape.slice(1))
  return hostTensor(dtype, [count, ...shape.slice(1)], data.slice(0, count * width) as Uint8Array)
}
const as = (dtype: 'float32' | 'float64', { shape, data }: HostTensor, factor = 1): HostTensor =>
  hostTensor(
    dtype,
    shape,
    dtype === 'float32'
      ? Float32Array.from(data as Uint8Array, (v) => v * factor)
      : Float64Array.from(data as Uint8Array, (v) => v * factor),
  )

afterAll(async () => {
  for (const model of models) await model.close()
  await rm(folder, { recursive: true })
})

describe('a model trained on pixels in bytes', () => {
  const images = bytes([ROWS, 5, 4, 3])
  let model: Model
  beforeAll(async () => {
    model = await trained('pixels', { data: images, likelihood: 'gaussian' })
  })

  it('takes what training took, in the same layout', async () => {
    const data = await model.data()
    const codes = await model.encode(images)
    // Computed from the rows as the training program sees them.
    const rows = splitValues(data, 'train', [0, 1, 2])
    const direct = await model.encode(rows)
    const { rows: chosen } = data.splits.train
    for (let i = 0; i < 3; i++)
      for (let l = 0; l < 2; l++)
        expect(direct.data[2 * i + l]).toBeCloseTo(codes.data[2 * chosen[i]! + l]!, 5)
  })

  it('gives a picture one code, whatever lies beside it', async () => {
    const dark = hostTensor('uint8', [1, 5, 4, 3], new Uint8Array(60).fill(1))
    const pair = hostTensor('uint8', [2, 5, 4, 3], new Uint8Array(120).fill(1).fill(255, 60))
    const alone = await model.encode(dark)
    const beside = await model.encode(pair)
    expect(beside.data[0]).toBeCloseTo(alone.data[0]!, 6)
    expect(beside.data[2]).not.toBeCloseTo(alone.data[0]!, 3)
  })

  it('takes back what the library returns, unchanged', async () => {
    const restored = await model.reconstruct(first(images))
    expect(restored.scale).toBe(1 / 255)
    const sampled = await model.sample(4, { seed: 1 })
    const walk = await model.interpolate(first(images, 1), first(images, 1), { steps: 3 })
    for (const given of [restored, sampled, walk.latent, walk.pixel])
      expect((await model.encode(given)).shape).toEqual([given.shape[0], 2])
    const [again, whole] = [await model.encode(first(images)), await model.encode(images)]
    expect([...again.data]).toEqual([...whole.data.subarray(0, 6)])
  })

  it.each<[string, (x: HostTensor) => unknown, RegExp]>([
    ['floats to 255', (x) => as('float32', x), /holds float32; expected uint8 from 0 to 255/],
    ['floats to 1', (x) => as('float32', x, 1 / 255), /holds float32; expected uint8/],
    [
      'another layout',
      (x) => ({ ...x, shape: [3, 3, 5, 4] }),
      /shape \[3, 5, 4\]; expected \[5, 4, 3\]/,
    ],
    ['a transposed picture', (x) => ({ ...x, shape: [3, 4, 5, 3] }), /shape \[4, 5, 3\]; expected/],
    ['flat rows', (x) => ({ ...x, shape: [3, 60] }), /shape \[60\]; expected \[5, 4, 3\]/],
    [
      'another scale',
      (x) => ({ ...as('float32', x), shape: [3, 60], scale: 1 }),
      /multiplied by 1; expected 0\.0039/,
    ],
    ['rows of numbers', () => [new Array(60).fill(0)], /holds float32|shape \[60\]/],
  ])('refuses %s', async (_, make, message) => {
    const given = make(first(images)) as HostTensor
    await expect(model.encode(given)).rejects.toThrow(message)
    await expect(model.reconstruct(given)).rejects.toBeInstanceOf(UserError)
  })

  it('refuses NaN in codes and in scaled values, naming row and column', async () => {
    await expect(
      model.decode([
        [0, 1],
        [Number.NaN, 0],
      ]),
    ).rejects.toThrow('codes: row 1, column 0 (counted from 0) is NaN')
    const values = new Float32Array(120)
    values[70] = Number.NaN
    await expect(model.encode(hostTensor('float32', [2, 60], values, 1 / 255))).rejects.toThrow(
      'examples: row 1, column 10 (counted from 0) is NaN',
    )
  })
})

describe('a model trained on floats', () => {
  it('does not divide bytes, which it has not seen', async () => {
    const images = as('float32', bytes([ROWS, 3, 4]))
    const model = await trained('floats', { data: images, likelihood: 'gaussian' })
    expect(await model.encode(as('float64', images))).toEqual(await model.encode(images))
    await expect(model.encode(bytes([2, 3, 4]))).rejects.toThrow(
      'examples: holds uint8; expected numbers, taken as they are: convert it as the training data was converted',
    )
  })
})

describe('a model trained on binary pixels', () => {
  it('takes bytes of 0 and 1 alone', async () => {
    const model = await trained('binary', { data: bytes([ROWS, 3, 4], 1) })
    await expect(model.encode(bytes([2, 3, 4], 2))).rejects.toThrow(
      /row \d, column \d+ \(counted from 0\) is 2; expected uint8 of 0 and 1/,
    )
    const { shape, data } = bytes([2, 3, 4], 1)
    const flags = hostTensor('bool', shape, data)
    expect(await model.encode(flags)).toEqual(await model.encode(hostTensor('uint8', shape, data)))
  })
})

describe('a model trained on a table', () => {
  it('takes numbers of any type as they are, a square number of byte columns too', async () => {
    const answers = bytes([ROWS, 9], 5)
    const raw = { likelihood: 'gaussian', standardise: false }
    const model = await trained('table', { data: answers, ...raw })
    expect((await model.data()).kind).toBe('table')
    const rows = Array.from({ length: ROWS }, (_, i) =>
      Array.from(answers.data.slice(9 * i, 9 * i + 9) as Uint8Array),
    )
    const codes = await model.encode(answers)
    expect(await model.encode(rows)).toEqual(codes)
    expect(await model.encode(as('float64', answers))).toEqual(codes)
    const [a, b] = rows as [number[], number[]]
    const walk = await model.interpolate(a, b, { steps: 2 })
    expect([...walk.pixel.data]).toEqual([...a, ...b])
  })
})

describe('a conditional model', () => {
  it('knows its classes by their own labels', async () => {
    const labels = Array.from({ length: ROWS }, (_, i) => [10, 20, 30][i % 3]!)
    const data = bytes([ROWS, 3, 4])
    const model = await trained('classes', { model: 'cvae', data, labels, likelihood: 'gaussian' })
    expect(model.model.info).toMatchObject({ classes: 3, classLabels: [10, 20, 30] })
    const opened = await model.data()
    const kept = splitLabels(opened, 'train')
    expect(kept).toEqual(Array.from(opened.splits.train.rows, (row) => labels[row]))
    // Evenly over the classes, in order; the same draws of the prior under the last class alone.
    const [even, last] = [
      await model.sample(3, { seed: 5 }),
      await model.sample(3, { seed: 5, labels: 30 }),
    ]
    expect([...even.data.subarray(24)]).toEqual([...last.data.subarray(24)])
    expect(even.data[0]).not.toBe(last.data[0])
    const { classLabels, values, classes } = await model.styleTransfer(first(data, 1), {
      labels: [20],
    })
    expect([classLabels, classes, values.shape]).toEqual([[10, 20, 30], 3, [3, 12]])
    const restored = await model.reconstruct(first(data, 1), { labels: [20] })
    restored.data.forEach((value, i) => {
      expect(values.data[12 + i]).toBeCloseTo(value, 6)
    })
    for (const unknown of [0, 2, 11])
      await expect(model.sample(1, { labels: unknown })).rejects.toThrow(
        `the label of row 0 (counted from 0) is ${unknown}, which is not a class of the training data (10, 20, 30)`,
      )
    await expect(model.encode(first(data), { labels: [10, 20, null as never] })).rejects.toThrow(
      'labels: the label of row 2 (counted from 0) is null; expected a class',
    )
  })

  it('is not trained where a class has no training example', async () => {
    const labels = Array.from({ length: ROWS }, (_, i) => (i === 3 ? 7 : i % 2))
    const data = bytes([ROWS, 3, 4])
    // Of one example in forty, seven are for training: most seeds leave the rare one out.
    const { splits } = await openDataSet({ data, labels, validation: 13, test: 20, seed: 1 })
    expect([...splits.train.rows]).not.toContain(3)
    await expect(
      trained('rare', { model: 'cvae', data, labels, seed: 1, validation: 13, test: 20, batch: 7 }),
    ).rejects.toThrow('labels: cvae learns from labels, and no training example has 7')
  })
})
