import { describe, expect, it } from 'vitest'
import type { Runtime } from '../../src/runtime/session.ts'
import { UserError } from '../../src/tensor/errors.ts'
import type { Figures } from '../../src/train/events.ts'
import { onnx } from './onnx.ts'
import { bitsOf, memoryStore, tinyData, tinyModel, trained } from './tiny.ts'

/** A validation whose objective is given, epoch by epoch. */
function scripted(values: readonly number[]) {
  let epoch = 0
  return async (): Promise<Figures> => {
    const objective = values[epoch++]!
    return { terms: { reconstruction: objective / 2, kl: -objective }, objective }
  }
}

/** A runtime that writes down which rows each call gathers. */
function observed(gathered: bigint[]): Runtime {
  const runtime = onnx()
  return {
    ...runtime,
    async compileLoop(program) {
      const session = await runtime.compileLoop(program)
      return {
        ...session,
        run(steps, feeds) {
          gathered.push(...(feeds.indices!.data as BigInt64Array))
          return session.run(steps, feeds)
        },
      }
    },
  }
}

describe('a training', () => {
  it('lowers the loss and tells what happens, in order', async () => {
    const { reason, events, store } = await trained({ config: { epochs: 30, lr: 0.01 } })
    expect(reason).toBe('finished')
    const epochs = events.filter((event) => event.type === 'epoch')
    expect(epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
    expect(epochs.at(-1)!.train.objective).toBeLessThan(0.85 * epochs[0]!.train.objective)

    expect(events[0]).toMatchObject({
      type: 'start',
      epochs: 30,
      epoch: 0,
      stepsPerEpoch: 6,
      examples: 45,
      dropped: 3,
      // 13·9 + 9 + 9·6 + 6 + 3·9 + 9 + 9·13 + 13
      parameters: 352,
    })
    expect(events.at(-1)).toMatchObject({ type: 'stopped', reason: 'finished', epoch: 30 })
    expect(events.at(-2)).toEqual({ type: 'checkpoint', step: 180 })
    expect(store.lines.map(({ event }) => event)).toEqual(epochs)
    let steps = 0
    for (const event of events) {
      if (event.type === 'progress') {
        expect(event.step).toBeGreaterThan(steps)
        steps = event.step
      }
      if (event.type !== 'epoch') continue
      expect(steps).toBe(6)
      steps = 0
    }
  })

  it('reports means whose weighted sum is the objective', async () => {
    const { events } = await trained({ model: tinyModel({ beta: 0.5 }), config: { epochs: 1 } })
    const [epoch] = events.filter((event) => event.type === 'epoch')
    const { terms, objective } = epoch!.train
    expect(terms.reconstruction! + 0.5 * terms.kl!).toBeCloseTo(objective, 4)
  })

  it('gathers no training row twice in an epoch, in another order each time', async () => {
    const gathered: bigint[] = []
    await trained({ config: { epochs: 2 } }, { runtime: observed(gathered) })
    const [first, second] = [gathered.slice(0, 42), gathered.slice(42)]
    for (const epoch of [first, second]) {
      expect(new Set(epoch).size).toBe(42)
      expect(epoch.every((row) => row < 45n)).toBe(true)
    }
    expect(second).not.toEqual(first)
  })

  it('is a function of its seed', async () => {
    const parameters = async (seed: number) =>
      bitsOf((await trained({ config: { seed } })).store.read('last').arrays)
    expect(await parameters(1)).toEqual(await parameters(1))
    expect((await parameters(1))['encoder.0.bias']).not.toBe(
      (await parameters(2))['encoder.0.bias'],
    )
  })

  it('refuses a batch that is larger than the data', async () => {
    const refused = trained({ config: { batch: 46 } })
    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow('batch: 46 examples are more than the 45')
    expect(
      (await trained({ config: { batch: 45, epochs: 2 } })).store.read('last').progress.step,
    ).toBe(2)
  })

  it('fits the last of several epochs of one step each', async () => {
    const { events } = await trained({ data: tinyData(8), config: { batch: 7, epochs: 3 } })
    expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(3)
  })
})

describe('early stopping', () => {
  const values = [5, 4, 4.5, 4.2, 4.1, 3, 2]

  it('stops after as many epochs without improvement as patience says', async () => {
    const { reason, events, store } = await trained(
      { config: { epochs: 7, patience: 3 } },
      { validate: scripted(values) },
    )
    expect(reason).toBe('early')
    const epochs = events.filter((event) => event.type === 'epoch')
    expect(epochs.map(({ best }) => best)).toEqual([true, true, false, false, false])
    expect(epochs.map(({ validation }) => validation!.objective)).toEqual(values.slice(0, 5))
    expect(events.at(-1)).toMatchObject({
      type: 'stopped',
      reason: 'early',
      epoch: 5,
      best: { epoch: 2, value: 4 },
    })
    expect(store.read('best').progress).toMatchObject({ epoch: 2, best: { epoch: 2, value: 4 } })
    expect(store.read('last').progress.epoch).toBe(5)
  })

  it('does not stop without patience, and goes on after an improvement', async () => {
    const all = await trained({ config: { epochs: 7 } }, { validate: scripted(values) })
    expect(all.reason).toBe('finished')
    const patient = await trained(
      { config: { epochs: 7, patience: 4 } },
      { validate: scripted(values) },
    )
    expect(patient.events.at(-1)).toMatchObject({
      reason: 'finished',
      best: { epoch: 7, value: 2 },
    })
  })

  it('keeps as best the parameters that were best', async () => {
    const two = await trained({ config: { epochs: 2 } })
    const { store } = await trained({ config: { epochs: 4 } }, { validate: scripted(values) })
    const [best, last] = [store.read('best').arrays, two.store.read('last').arrays]
    expect(Object.keys(best)).toEqual([...tinyModel().parameters.keys()])
    for (const [name, bits] of Object.entries(bitsOf(best))) expect(bitsOf(last)[name]).toBe(bits)
  })

  it('follows the term that is named, and says which there are', async () => {
    const falling = await trained(
      { config: { epochs: 3, monitor: 'kl' } },
      { validate: scripted([1, 2, 3]) },
    )
    expect(falling.events.at(-1)).toMatchObject({ best: { epoch: 3, value: -3 } })
    const unknown = trained({ config: { monitor: 'klll' } }, { validate: scripted([1]) })
    await expect(unknown).rejects.toThrow(
      'no validation term klll (known: objective, reconstruction, kl, none)',
    )
  })

  it('is never better than a validation that is not a number', async () => {
    const store = memoryStore()
    await trained({ config: { epochs: 2 } }, { validate: scripted([Number.NaN, 4]), store })
    expect(store.read('best').progress.best).toEqual({ epoch: 2, value: 4 })
  })
})
