import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../src/train/checkpoint.ts'
import type { TrainingEvent } from '../../src/train/events.ts'
import { paths } from './onnx.ts'
import { bitsOf, memoryStore, type Training, tinyData, tinyModel, trained } from './tiny.ts'

const training: Training = {
  model: tinyModel({ dropout: 0.1, beta: '0:1@2' }),
  data: tinyData(45, 'dynamic'),
  config: { epochs: 3, schedule: 'cosine', clip: 5, seed: 4 },
}

/** Bits of the state and what each epoch reported, leaving out what was measured by the clock. */
const outcome = (checkpoint: Checkpoint, events: readonly TrainingEvent[]) => ({
  state: bitsOf(checkpoint.arrays),
  progress: { ...checkpoint.progress, seconds: 0, metricsBytes: 0 },
  epochs: events
    .filter((event) => event.type === 'epoch')
    .map(({ epoch, train, validation, best }) => ({ epoch, train, validation, best })),
})

describe.each(paths)('on %s', (_path, runtime) => {
  const trainedOn: typeof trained = (given, options) =>
    trained(given, { runtime: runtime(), ...options })

  /** Trains until `steps` steps are done, then is cancelled; returns what was left behind. */
  async function cancelledAfter(steps: number, stepsPerCall: number) {
    const controller = new AbortController()
    let done = 0
    const run = await trainedOn(training, {
      stepsPerCall,
      signal: controller.signal,
      onEvent(event) {
        if (event.type !== 'progress') return
        done = (event.epoch - 1) * event.stepsPerEpoch + event.step
        if (done >= steps) controller.abort()
      },
    })
    expect(run.reason).toBe('cancelled')
    expect(run.store.read('last').progress.step).toBe(done)
    return run
  }

  describe('a training that was cancelled', () => {
    it.each([
      { steps: 1, before: 1, after: 6 },
      { steps: 8, before: 4, after: 5 },
      { steps: 6, before: 3, after: 1 },
      { steps: 17, before: 5, after: 2 },
    ])(
      'after $steps steps resumes to the bits of an undisturbed one ($before, then $after a call)',
      async ({ steps, before, after }) => {
        const whole = await trainedOn(training, { stepsPerCall: 2 })
        const first = await cancelledAfter(steps, before)
        const from = first.store.read('last')
        const second = await trainedOn(training, { from, stepsPerCall: after, store: first.store })
        expect(second.reason).toBe('finished')
        expect(second.events[0]).toMatchObject({ type: 'start', epoch: from.progress.epoch })
        expect(outcome(second.store.read('last'), [...first.events, ...second.events])).toEqual(
          outcome(whole.store.read('last'), whole.events),
        )
      },
    )

    it('before it began does nothing, and can begin later', async () => {
      const { reason, store, events } = await trainedOn(training, { signal: AbortSignal.abort() })
      expect(reason).toBe('cancelled')
      expect(store.read('last').progress.step).toBe(0)
      expect(events.map(({ type }) => type)).toEqual(['start', 'checkpoint', 'stopped'])
      const [later, whole] = [
        await trainedOn(training, { from: store.read('last') }),
        await trainedOn(training),
      ]
      expect(bitsOf(later.store.read('last').arrays)).toEqual(
        bitsOf(whole.store.read('last').arrays),
      )
    })
  })

  describe('a training resumed from each of its checkpoints', () => {
    it('ends in the same bits', async () => {
      const store = memoryStore()
      const saved: Checkpoint[] = []
      const whole = await trainedOn(training, {
        stepsPerCall: 4,
        saveEvery: 0,
        store: {
          ...store,
          async save(kind, checkpoint) {
            await store.save(kind, checkpoint)
            if (kind === 'last') saved.push(store.read('last'))
          },
        },
      })
      expect(saved.map(({ progress }) => progress.step)).toEqual([4, 6, 10, 12, 16, 18, 18])
      const expected = outcome(whole.store.read('last'), []).state
      for (const from of saved) {
        const resumed = await trainedOn(training, { from, stepsPerCall: 5 })
        expect(outcome(resumed.store.read('last'), []).state).toEqual(expected)
      }
    })

    it('with more epochs is the longer training, where no schedule counts them', async () => {
      const plain = { config: { epochs: 2 } }
      const short = await trainedOn(plain)
      const longer = { config: { epochs: 4 } }
      const resumed = await trainedOn(longer, { from: short.store.read('last') })
      const whole = await trainedOn(longer)
      expect(outcome(resumed.store.read('last'), []).state).toEqual(
        outcome(whole.store.read('last'), []).state,
      )
    })

    it('stays stopped where patience had ended it', async () => {
      const patient = { config: { epochs: 9, patience: 1 } }
      const validate = async () => ({ terms: {}, objective: 1 })
      const first = await trainedOn(patient, { validate })
      expect(first.events.at(-1)).toMatchObject({ reason: 'early', epoch: 2 })
      const again = await trainedOn(patient, { validate, from: first.store.read('last') })
      expect(again.events.map(({ type }) => type)).toEqual(['start', 'checkpoint', 'stopped'])
      expect(again.events.at(-1)).toMatchObject({ reason: 'early', epoch: 2, best: { epoch: 1 } })
    })
  })
})
