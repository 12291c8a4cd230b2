import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { arrayStore } from '../../src/data/row-store.ts'
import { rowsOf } from '../../src/data/rows.ts'
import { scalar } from '../../src/graph/tensor.ts'
import { defineModel, type ModelDefinition } from '../../src/models/model.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import type { RowSource } from '../../src/tensor/row-source.ts'
import { build } from '../../src/train/build.ts'
import { DIMENSION, tinyData, trained } from './tiny.ts'

/** A model whose only parameter is the mean of all values, after `work` is done. */
const meanModel = (work: (examples: RowSource, signal?: AbortSignal) => void = () => {}) => {
  const definition = defineModel({
    name: 'mean',
    summary: 'the mean of all values',
    paper: 'none',
    config: z.strictObject({}),
    networks: (_config, _info, to) => ({ mean: to.keep('mean', [], { kind: 'zeros' }) }),
    terms: () => ({ nothing: { value: scalar(0), bound: false } }),
    async fit(_m, examples, { signal, onProgress }) {
      work(examples, signal)
      onProgress?.(0.5)
      const rows = await examples.chunk(0, examples.count)
      const sum = Array.from(rows).reduce((total, value) => total + value, 0)
      const mean = (sum * (examples.scale ?? 1)) / rows.length
      return { mean: hostTensor('float32', [], Float32Array.of(mean)) }
    },
  })
  const info = { exampleShape: [1, 1, DIMENSION], dimension: DIMENSION }
  return build(definition as unknown as ModelDefinition, {}, info)
}

const figures = { terms: { nothing: 2 }, objective: 2 }
/** As an evaluation gives them, with more than an epoch records. */
const measureTraining = async () => ({ ...figures, values: { nothing: [2, 2] } })

describe('a model in closed form', () => {
  it('is told as one epoch, with a checkpoint of its parameters alone', async () => {
    const validate = async () => ({ terms: { nothing: 3 }, objective: 3 })
    const { reason, events, store } = await trained(
      { model: meanModel(), config: { epochs: 7 } },
      { measureTraining, validate },
    )
    expect(reason).toBe('finished')
    expect(events.map(({ type }) => type)).toEqual(['start', 'computing', 'epoch', 'stopped'])
    expect(events[0]).toMatchObject({ epochs: 1, epoch: 0, examples: 45, dropped: 0 })
    expect(events[1]).toMatchObject({ share: 0.5 })
    expect(events[2]).toMatchObject({
      epoch: 1,
      epochs: 1,
      train: figures,
      validation: { objective: 3 },
    })
    expect((events[2] as { train: unknown }).train).toEqual(figures)
    expect(events[3]).toMatchObject({ reason: 'finished', epoch: 1 })
    expect(store.lines.map(({ event }) => event)).toEqual([events[2]])
    expect(Object.keys(store.files)).toEqual(['last'])
    const { arrays, progress } = store.read('last')
    expect(progress).toMatchObject({ stage: 0, step: 1, epoch: 1, metricsBytes: 100 })
    const { splits, scale } = tinyData()
    const training = splits.train.store.array!.data.subarray(0, 45 * DIMENSION) as Uint8Array
    const mean = (training.reduce((a, b) => a + b, 0) * scale) / training.length
    expect(Object.keys(arrays)).toEqual(['mean'])
    expect(arrays.mean!.data[0]).toBe(Math.fround(mean))
  })

  it('has nothing to do when it is resumed', async () => {
    let fits = 0
    const model = meanModel(() => fits++)
    const first = await trained({ model }, { measureTraining })
    const again = await trained({ model }, { measureTraining, from: first.store.read('last') })
    expect([again.reason, fits]).toEqual(['finished', 1])
    expect(again.events.map(({ type }) => type)).toEqual(['start', 'stopped'])
    expect(again.store.files).toEqual({})
  })

  it('leaves no checkpoint when it is cancelled on the way', async () => {
    const controller = new AbortController()
    const model = meanModel((_examples, signal) => {
      controller.abort()
      signal!.throwIfAborted()
    })
    const run = await trained({ model }, { measureTraining, signal: controller.signal })
    expect(run.reason).toBe('cancelled')
    expect(run.events.at(-1)).toMatchObject({ type: 'stopped', reason: 'cancelled', epoch: 0 })
    expect([run.store.files, run.store.lines]).toEqual([{}, []])
  })

  it('fails with the error of its own', async () => {
    const model = meanModel(() => {
      throw new UserError('rows: none of them will do')
    })
    await expect(trained({ model }, { measureTraining })).rejects.toThrow('none of them will do')
  })

  it('refuses examples that are another at every step', async () => {
    const run = trained({ model: meanModel(), data: tinyData(45, 'dynamic') })
    await expect(run).rejects.toThrow(UserError)
    await expect(run).rejects.toThrow(
      'binarize: mean is computed once, from examples that do not change; use none or static',
    )
  })
})

describe('the rows of a split', () => {
  const store = arrayStore(
    hostTensor('float32', [4, 2], Float32Array.of(0, 1, 10, 11, 20, 21, 30, 31)),
  )

  it('are those of its store that belong to it, in their order', () => {
    const split = { name: 'train', store, rows: Int32Array.of(3, 0, 2) } as const
    const rows = rowsOf(split, 0.5)
    expect(rows).toMatchObject({ count: 3, dimension: 2, dtype: 'float32', scale: 0.5 })
    expect(rows.chunk(0, 3)).toEqual(Float32Array.of(30, 31, 0, 1, 20, 21))
    expect(rows.chunk(1, 2)).toEqual(Float32Array.of(0, 1))
    expect(rows.chunk(2, 2)).toEqual(new Float32Array(0))
  })

  it('keep the type of the store', () => {
    const bytes = hostTensor('uint8', [2, 1], Uint8Array.of(7, 255))
    const rows = rowsOf({ name: 'test', store: arrayStore(bytes), rows: Int32Array.of(1) }, 1 / 255)
    expect(rows.chunk(0, 1)).toEqual(Uint8Array.of(255))
  })
})
