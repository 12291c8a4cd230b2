import { describe, expect, it } from 'vitest'
import type { DataSet } from '../../src/data/dataset.ts'
import { arrayStore } from '../../src/data/row-store.ts'
import { modelNamed } from '../../src/models/registry.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { build } from '../../src/train/build.ts'
import {
  bitsOf,
  DIMENSION,
  memoryStore,
  outOfMemory,
  type Training,
  tinyData,
  trained,
} from './tiny.ts'

const CLASSES = 3
const PER_EPOCH = Math.floor(45 / 7)

/** Stripes with classes; their rows are of floats where binarisation is not asked for. */
function stripes(binarize: DataSet['binarize'] = 'none'): DataSet {
  const data = tinyData(45, binarize)
  const labels = Int32Array.from({ length: 55 }, (_, i) => (i * 2) % CLASSES)
  const splits = Object.entries(data.splits).map(([name, split]) => [name, { ...split, labels }])
  return {
    ...data,
    classes: CLASSES,
    classLabels: [0, 1, 2],
    splits: Object.fromEntries(splits) as DataSet['splits'],
  }
}

function asFloats(data: DataSet): DataSet {
  const { array } = data.splits.train.store
  const values = Float32Array.from(array!.data, (value) => value / 255)
  const store = arrayStore(hostTensor('float32', array!.shape, values))
  const splits = Object.entries(data.splits).map(([name, split]) => [name, { ...split, store }])
  return { ...data, scale: 1, splits: Object.fromEntries(splits) as DataSet['splits'] }
}

const small = { hidden: [9], latent: 3 }
const trainings: Record<string, [DataSet, string, Record<string, unknown>]> = {
  'a vae on bytes that are binarised at every step': [stripes('dynamic'), 'vae', small],
  'a vae on floats': [asFloats(stripes()), 'vae', small],
  'a cvae with the labels of its rows': [stripes(), 'cvae', small],
  'an aae in its phases': [stripes(), 'aae', small],
  'a stacked-ae, stage by stage': [stripes(), 'stacked-ae', { hidden: [9, 5], latent: 3 }],
  'a dae that swaps values within a batch': [
    stripes(),
    'dae',
    { ...small, corruption: 'swap:0.3' },
  ],
}

const training = (name: string, epochs = 2): Training => {
  const [data, model, options] = trainings[name]!
  const definition = modelNamed(model)
  const info = { exampleShape: [1, 1, DIMENSION], dimension: DIMENSION, classes: CLASSES }
  return {
    data,
    model: build(definition, definition.config.parse(options), info),
    config: { epochs, seed: 4 },
  }
}

const outcome = ({ store, events }: Awaited<ReturnType<typeof trained>>) => ({
  arrays: bitsOf(store.read('last').arrays),
  epochs: events.flatMap((event) => (event.type === 'epoch' ? [event.train] : [])),
})

describe('rows that are not in memory', () => {
  it.each(Object.keys(trainings))('train %s to the same bits', async (name) => {
    const given = training(name)
    const read: number[] = []
    const hidden = outOfMemory(given.data!, (rows) => read.push(...rows))
    const windows = await trained({ ...given, data: hidden }, { stepsPerCall: 4 })
    expect(outcome(windows)).toEqual(outcome(await trained(given)))
    // In every epoch each of its rows once.
    const { length } = windows.events.filter(({ type }) => type === 'epoch')
    expect(read.length).toBe(length * PER_EPOCH * 7)
    for (let epoch = 0; epoch < length; epoch++)
      expect(new Set(read.splice(0, PER_EPOCH * 7)).size).toBe(PER_EPOCH * 7)
  })

  it('resume in the middle of an epoch to the same bits', async () => {
    const given = training('a cvae with the labels of its rows', 3)
    const hidden = { ...given, data: outOfMemory(given.data!) }
    const controller = new AbortController()
    const store = memoryStore()
    await trained(hidden, {
      store,
      stepsPerCall: 4,
      signal: controller.signal,
      onEvent: (event) => event.type === 'progress' && event.epoch === 2 && controller.abort(),
    })
    const from = store.read('last')
    expect(from.progress.step).toBe(PER_EPOCH + 4)
    const resumed = await trained(hidden, { from, stepsPerCall: 3 })
    const whole = await trained(given)
    expect(bitsOf(resumed.store.read('last').arrays)).toEqual(
      bitsOf(whole.store.read('last').arrays),
    )
  })

  it('are named by their number in the store where the loss is not a number', async () => {
    const data = asFloats(stripes())
    data.splits.train.store.array!.data[17 * DIMENSION] = Number.NaN
    const given = { ...training('a vae on floats'), data: outOfMemory(data) }
    await expect(trained(given, { stepsPerCall: 6 })).rejects.toThrow(
      /\(epoch 1, batch \d\): the term reconstruction is NaN for row 17 of the training data/,
    )
  })

  it('that cannot be read end the training with the error of the store', async () => {
    const given = training('a vae on floats')
    let calls = 0
    const data = outOfMemory(given.data!, () => {
      if (++calls > 1) throw new Error('the file is gone')
    })
    const store = memoryStore()
    await expect(trained({ ...given, data }, { stepsPerCall: 4, store })).rejects.toThrow(
      'the file is gone',
    )
    expect(store.read('last').progress.step).toBe(4)
  })
})
