import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { DataSet } from '../../src/data/dataset.ts'
import { storedForm } from '../../src/data/form.ts'
import { arrayStore } from '../../src/data/row-store.ts'
import { defineModel, type ModelDefinition } from '../../src/models/model.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { build } from '../../src/train/build.ts'
import type { TrainingEvent } from '../../src/train/events.ts'
import { bitsOf, memoryStore, trained } from './tiny.ts'

/**
 * First `a` comes from 1 towards 0 by a² / 2, for 2 epochs; then `b` begins as 8 a and follows x by
 * (b - x)² / 2, where every example is 4.
 */
const twoStages = defineModel({
  name: 'two stages',
  summary: 'one number after the other',
  paper: 'none',
  config: z.strictObject({}),
  networks: (_config, _info, to) => ({
    a: to.create('a', [], { kind: 'constant', value: 1 }),
    b: to.create('b', [], { kind: 'constant', value: 100 }),
  }),
  stages: ({ networks: { a, b } }) => [
    {
      name: 'one',
      epochs: 2,
      trains: ['a'],
      terms: () => ({ size: { value: a.square().mul(0.5), bound: false } }),
    },
    {
      name: 'two',
      trains: ['b'],
      begin: { b: a.mul(8) },
      terms: (_m, { x }) => ({
        distance: { value: x.sub(b).square().mul(0.5).squeeze(1), bound: false },
      }),
    },
  ],
}) as unknown as ModelDefinition

const rows = Int32Array.of(0, 1, 2, 3, 4, 5, 6)
const split = <N extends string>(name: N) => ({
  name,
  store: arrayStore(hostTensor('float32', [7, 1], new Float32Array(7).fill(4))),
  rows,
})

const data: DataSet = {
  name: 'fours',
  kind: 'table',
  exampleShape: [1],
  scale: 1,
  form: storedForm([1], split('train').store, 1),
  binarize: 'none',
  hash: 'f00d',
  splits: { train: split('train'), validation: split('validation'), test: split('test') },
}

/** Two steps an epoch; a number that is followed comes nearer by a half at each. */
const training = {
  model: build(twoStages, {}, { exampleShape: [1], dimension: 1 }),
  data,
  config: { batch: 3, epochs: 3, optimizer: 'sgd', momentum: 0, lr: 0.5 },
}

const told = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) =>
    event.type === 'start'
      ? [`${event.stage} begins: ${event.epoch} of ${event.epochs}`]
      : event.type === 'epoch'
        ? [`${event.stage} ${event.epoch} of ${event.epochs}`]
        : event.type === 'stopped'
          ? [`${event.reason} after ${event.epoch}`]
          : [],
  )

const number = (name: string, { arrays }: { arrays: Record<string, { data: unknown }> }) =>
  (arrays[name]!.data as Float32Array)[0]

describe('the stages of a training', () => {
  it('follow each other, each with its own epochs, and say which they are', async () => {
    const { reason, events, store } = await trained(training)
    expect(reason).toBe('finished')
    expect(told(events)).toEqual([
      'one begins: 0 of 2',
      'one 1 of 2',
      'one 2 of 2',
      'two begins: 0 of 3',
      'two 1 of 3',
      'two 2 of 3',
      'two 3 of 3',
      'finished after 3',
    ])
    expect(store.lines).toHaveLength(5)
    expect(store.read('last').progress).toMatchObject({ stage: 1, step: 6, epoch: 3 })
  })

  it('move what they train, from what they begin with', async () => {
    const { store, events } = await trained(training)
    // a = 2⁻⁴ after four steps; b begins at 8 a = 1/2, 3.5 from 4, and has six steps.
    expect(number('a', store.read('last') as never)).toBe(1 / 16)
    expect(number('b', store.read('last') as never)).toBe(4 - 3.5 / 64)
    const objectives = events.flatMap((e) => (e.type === 'epoch' ? [e.train.objective] : []))
    expect(objectives).toEqual([
      (0.5 + 0.125) / 2,
      (1 / 32 + 1 / 128) / 2,
      ...[0, 1, 2].map((epoch) => ((3.5 ** 2 / 2) * (1 + 1 / 4)) / 2 / 16 ** epoch),
    ])
  })

  it('begin where they begin also when they are stopped there and resumed', async () => {
    const controller = new AbortController()
    const first = await trained(training, {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'start' && event.stage === 'two') controller.abort()
      },
    })
    expect(told(first.events).slice(-2)).toEqual(['two begins: 0 of 3', 'cancelled after 0'])
    const from = first.store.read('last')
    expect(from.progress).toMatchObject({ stage: 1, step: 0, epoch: 0, best: null })
    expect(number('b', from as never)).toBe(0.5)
    const second = await trained(training, { from })
    expect(told(second.events)[0]).toBe('two begins: 0 of 3')
    expect(bitsOf(second.store.read('last').arrays)).toEqual(
      bitsOf((await trained(training)).store.read('last').arrays),
    )
  })

  it('are each stopped early on their own, and only the last has a best checkpoint', async () => {
    const figures: Record<string, number[]> = { one: [1, 2], two: [5, 4, 6] }
    const seen: string[] = []
    const { reason, events, store } = await trained(
      { ...training, config: { ...training.config, epochs: 9, patience: 1 } },
      {
        async validate(_parameters, { name }) {
          seen.push(name)
          return { terms: {}, objective: figures[name]!.shift()! }
        },
      },
    )
    expect(seen).toEqual(['one', 'one', 'two', 'two', 'two'])
    expect([reason, told(events).at(-1)]).toEqual(['early', 'early after 3'])
    expect(store.read('best').progress).toMatchObject({ stage: 1, best: { epoch: 2, value: 4 } })
  })

  it('follow their objective where they have no term that is monitored', async () => {
    const run = trained(
      { ...training, config: { ...training.config, monitor: 'distance' } },
      {
        validate: async (_parameters, { name }) =>
          name === 'one'
            ? { terms: { size: 1 }, objective: 1 }
            : { terms: { distance: 2 }, objective: 3 },
      },
    )
    expect((await run).store.read('best').progress.best).toEqual({ epoch: 1, value: 2 })
    const unknown = trained(
      { ...training, config: { ...training.config, monitor: 'size' } },
      { validate: async (_p, { name }) => ({ terms: { [name]: 0 }, objective: 0 }) },
    )
    await expect(unknown).rejects.toThrow('no validation term size (known: objective, two, none)')
  })

  it('start with an optimiser that knows nothing of the stage before', async () => {
    const store = memoryStore()
    await trained({ ...training, config: { ...training.config, momentum: 0.9 } }, { store })
    const { arrays } = store.read('last')
    expect(Object.keys(arrays).sort()).toEqual(['a', 'b', 'b:velocity'])
  })
})
