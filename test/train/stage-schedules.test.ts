import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { DataSet } from '../../src/data/dataset.ts'
import { storedForm } from '../../src/data/form.ts'
import { arrayStore } from '../../src/data/row-store.ts'
import { formOf } from '../../src/data/training-rows.ts'
import { defineModel, type ModelDefinition } from '../../src/models/model.ts'
import type { Arrays } from '../../src/runtime/session.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { build } from '../../src/train/build.ts'
import type { Checkpoint } from '../../src/train/checkpoint.ts'
import { trainConfig } from '../../src/train/config.ts'
import { trainingProgram } from '../../src/train/program.ts'
import { bitsOf, memoryStore, type Training, tinyData, tinyModel, trained } from './tiny.ts'

/** 45 examples in batches of 15. */
const PER_EPOCH = 3
const BATCH = 15

/** The learning rates that a stage of `stacked-ae` is fed, an epoch a row. */
function fedRates(stage: number, epochs: number, options: Record<string, unknown>): number[][] {
  const model = tinyModel({ hidden: [9], pretrainEpochs: 2 }, 'stacked-ae')
  const config = trainConfig.parse({
    epochs: 6,
    batch: BATCH,
    optimizer: 'sgd',
    lr: 0.1,
    ...options,
  })
  const data = tinyData()
  const form = formOf(data)
  const program = trainingProgram(model, form, config, { stage })
  const feeds = program.feeds(0, new Int32Array(epochs * PER_EPOCH * BATCH), PER_EPOCH)
  const all = Array.from(feeds['column lr']!.data as Float64Array)
  return Array.from({ length: epochs }, (_, e) => all.slice(e * PER_EPOCH, (e + 1) * PER_EPOCH))
}

const close = (rows: number[][]) => rows.map((row) => row.map((value) => expect.closeTo(value, 12)))
const constant = (rates: number[]) => rates.map((rate) => new Array<number>(PER_EPOCH).fill(rate))
/** 0.1 along half a cosine over `epochs` epochs. */
const cosine = (epochs: number) =>
  Array.from({ length: epochs }, (_, e) =>
    Array.from({ length: PER_EPOCH }, (_, k) => {
      const share = (e * PER_EPOCH + k) / (epochs * PER_EPOCH)
      return 0.05 * (1 + Math.cos(Math.PI * share))
    }),
  )

describe('the learning rate of a stacked model, 2 epochs a layer and 6 for the whole', () => {
  it('falls along a whole half of a cosine in each layer, and again in the whole', () => {
    const schedule = { schedule: 'cosine' }
    expect(fedRates(0, 2, schedule)).toEqual(close(cosine(2)))
    expect(fedRates(1, 2, schedule)).toEqual(close(cosine(2)))
    expect(fedRates(2, 6, schedule)).toEqual(close(cosine(6)))
  })

  it('never rests while a layer is longer than the whole', () => {
    const model = tinyModel({ hidden: [9], pretrainEpochs: 6 }, 'stacked-ae')
    const config = trainConfig.parse({
      epochs: 2,
      batch: BATCH,
      optimizer: 'sgd',
      schedule: 'cosine',
    })
    const data = tinyData()
    const form = formOf(data)
    const steps = 6 * PER_EPOCH
    const rates = Array.from(
      trainingProgram(model, form, config, { stage: 0 }).feeds(
        0,
        new Int32Array(steps * BATCH),
        PER_EPOCH,
      )['column lr']!.data as Float64Array,
    )
    const expected = rates.map((_, step) => 5e-4 * (1 + Math.cos((Math.PI * step) / steps)))
    expect(rates).toEqual(expected.map((rate) => expect.closeTo(rate, 15)))
    expect(Math.min(...rates)).toBeGreaterThan(5e-6)
  })

  it('falls at steps and milestones that are counted from the beginning of the stage', () => {
    for (const schedule of ['step:1:0.5', 'milestones:1,2:0.5']) {
      expect(fedRates(0, 2, { schedule })).toEqual(close(constant([0.1, 0.05])))
      expect(fedRates(1, 2, { schedule })).toEqual(close(constant([0.1, 0.05])))
      expect(fedRates(2, 3, { schedule })).toEqual(close(constant([0.1, 0.05, 0.025])))
    }
  })

  it('rises from 0 in each stage', () => {
    const warm = [[0.1 / 3, 0.2 / 3, 0.1], ...constant([0.1])]
    for (const stage of [0, 1, 2]) expect(fedRates(stage, 2, { warmup: 1 })).toEqual(close(warm))
  })
})

/**
 * Numbers that each step of gradient descent moves by the learning rate, a stage after the other: 6 epochs
 * of their own for the first, those of the training for the second. Its weight of 0.5 rises to 1.
 */
const distances = defineModel({
  name: 'distances',
  summary: 'how far each stage goes',
  paper: 'none',
  config: z.strictObject({ beta: z.any() }),
  networks: (_config, _info, to) => ({
    a: to.create('a', [], { kind: 'zeros' }),
    b: to.create('b', [], { kind: 'zeros' }),
    c: to.create('c', [], { kind: 'zeros' }),
  }),
  stages: (m) => [
    {
      name: 'one',
      epochs: 6,
      trains: ['a'],
      terms: () => ({ way: { value: m.networks.a.neg(), bound: false } }),
    },
    {
      name: 'two',
      trains: ['b', 'c'],
      terms: () => ({
        way: { value: m.networks.b.neg(), bound: false },
        weighted: {
          value: m.networks.c.neg(),
          weight: m.scheduled('beta'),
          bound: false,
        },
      }),
    },
  ],
}) as unknown as ModelDefinition

const rows = Int32Array.of(0, 1, 2, 3, 4, 5, 6)
const split = <N extends string>(name: N) => ({
  name,
  store: arrayStore(hostTensor('float32', [7, 1], new Float32Array(7))),
  rows,
})
const data: DataSet = {
  name: 'zeros',
  kind: 'table',
  exampleShape: [1],
  scale: 1,
  form: storedForm([1], split('train').store, 1),
  binarize: 'none',
  hash: 'f00d',
  splits: { train: split('train'), validation: split('validation'), test: split('test') },
}

/** Two steps an epoch. */
const training: Training = {
  model: build(
    distances,
    { beta: { from: 0.5, to: 1, epochs: 2 } },
    { exampleShape: [1], dimension: 1 },
  ),
  data,
  config: {
    batch: 3,
    epochs: 2,
    optimizer: 'sgd',
    momentum: 0,
    lr: 1,
    schedule: 'cosine',
    warmup: 1,
  },
}

/** Every checkpoint of a training that saves after every step. */
async function everyStep(): Promise<Checkpoint[]> {
  const store = memoryStore()
  const saved: Checkpoint[] = []
  await trained(training, {
    stepsPerCall: 1,
    saveEvery: 0,
    store: {
      ...store,
      async save(kind, checkpoint) {
        await store.save(kind, checkpoint)
        if (kind === 'last') saved.push(store.read('last'))
      },
    },
  })
  return saved
}

const moves = (saved: readonly Checkpoint[], stage: number, name: string): number[] => {
  const number = (arrays: Arrays) => Number(arrays[name]!.data[0])
  const values = saved
    .filter(({ progress }) => progress.stage === stage)
    .filter(({ progress }, i, all) => progress.step !== all[i - 1]?.progress.step)
    .map(({ arrays }) => number(arrays))
  return values.map((value, i) => value - (values[i - 1] ?? 0))
}

const half = (share: number) => 0.5 * (1 + Math.cos(Math.PI * share))

describe('the steps of a training in stages', () => {
  it('are as long as the schedule of their own stage says', async () => {
    const saved = await everyStep()
    const rate = (step: number, steps: number) => (step === 0 ? 0.5 : 1) * half(step / steps)
    const expected = (steps: number) => Array.from({ length: steps }, (_, s) => rate(s, steps))
    const near = (values: number[]) => values.map((value) => expect.closeTo(value, 6))
    expect(moves(saved, 0, 'a')).toEqual(near(expected(12)))
    expect(moves(saved, 1, 'b')).toEqual(near(expected(4)))
    // β is 0.5, 0.625, 0.75 and 0.875 at the steps of the second stage.
    const weighted = expected(4).map((value, s) => value * (0.5 + s / 8))
    expect(moves(saved, 1, 'c')).toEqual(near(weighted))
  })

  it('end in the same bits from wherever they are resumed, in the first stage and in the second', async () => {
    const whole = (await trained(training)).store.read('last')
    for (const from of await everyStep()) {
      const resumed = await trained(training, { from, stepsPerCall: 3 })
      expect(bitsOf(resumed.store.read('last').arrays)).toEqual(bitsOf(whole.arrays))
    }
  })

  it('do not change in pretraining where the whole is resumed for more epochs', async () => {
    const options = { pretrainEpochs: 3, activation: ['tanh'] }
    const stacked = (epochs: number): Training => ({
      model: tinyModel(options, 'stacked-ae'),
      config: { epochs, batch: BATCH, schedule: 'cosine' },
    })
    const controller = new AbortController()
    const first = await trained(stacked(2), {
      stepsPerCall: 1,
      signal: controller.signal,
      onEvent(event) {
        if (event.type === 'epoch' && event.stage === 'layer 1' && event.epoch === 2)
          controller.abort()
      },
    })
    const from = first.store.read('last')
    expect(from.progress).toMatchObject({ stage: 0, epoch: 2 })
    const resumed = await trained(stacked(4), { from })
    const whole = await trained(stacked(4))
    expect(bitsOf(resumed.store.read('last').arrays)).toEqual(
      bitsOf(whole.store.read('last').arrays),
    )
  })
})
