import { describe, expect, it } from 'vitest'
import type { Adjustments, Training } from '../../src/app/library/training.ts'
import { stream } from '../../src/tensor/random.ts'
import { tinyData } from '../train/tiny.ts'
import { continued, filesAtEnd, started } from './controlled.ts'

/** Kinds of trainings, each with changes that it may undergo. */
const kinds: Readonly<
  Record<string, { options: Record<string, unknown>; changes: readonly Adjustments[] }>
> = {
  'a vae with a warm-up of β': {
    options: { model: 'vae', beta: '0:1@2', dropout: 0.1, schedule: 'cosine' },
    changes: [{ beta: 3 }, { lr: 0.01 }, { beta: '1:4@3' }, { freeBits: 0.1, lr: 0.002 }],
  },
  'a dae': {
    options: { model: 'dae', corruption: 'masking:0.25' },
    changes: [{ corruption: 'masking:0.5' }, { corruption: 'gaussian:0.3', lr: 0.01 }],
  },
  'a cae': {
    options: { model: 'cae', lambda: 0.1 },
    changes: [{ lambda: 1 }, { lambda: '0:1@2' }, { dropout: 0.2 }],
  },
  'an aae in its phases': {
    options: { model: 'aae', latent: 2, discriminatorHidden: [5] },
    changes: [{ lr: 0.01 }, { dropout: 0.3 }],
  },
  'a stacked dae in its stages': {
    options: { model: 'stacked-dae', hidden: [9], pretrainEpochs: 1, epochs: 2 },
    changes: [{ corruption: ['gaussian:0.2'] }, { lr: 0.01 }, { corruption: 'masking:0.1' }],
  },
}

/** Steps of a training of all stages, at most. */
const MOST = 30

describe.each(Object.entries(kinds))('%s', (_name, { options, changes }) => {
  it('ends in the bytes of an undisturbed training, however it is paused, stepped and looked at', async () => {
    const whole = await filesAtEnd(await started(options))
    const random = stream(1, 'disturbed')
    const training = await started(options, { paused: true, stepsPerCall: 3 })
    for (let made = 0; made < MOST && training.state === 'paused'; ) {
      const count = 1 + random.integer(4)
      made += count
      await training.step(count)
      if (training.state !== 'paused') break
      if (random.uniform() < 0.3) await (await training.snapshot()).close()
      if (random.uniform() < 0.2) await training.files()
    }
    if (training.state === 'paused') await training.continue()
    expect(await filesAtEnd(training)).toEqual(whole)
  })

  it('is repeated from its record, and resumes to the same bytes from before and after each change', async () => {
    const random = stream(2, 'changes')
    const kept: Awaited<ReturnType<Training['files']>>[] = []
    const training = await started(options, { paused: true, stepsPerCall: 3 })
    for (const change of changes) {
      await training.step(1 + random.integer(4))
      kept.push(await training.files())
      await training.adjust(change)
      kept.push(await training.files())
    }
    await training.continue()
    const changed = await filesAtEnd(training)
    expect(training.config.history).toHaveLength(changes.length)
    expect(changed).not.toEqual(await filesAtEnd(await started(options)))
    const record = { 'config.json': (await training.files())['config.json']! }
    expect(await filesAtEnd(await continued(record, { stepsPerCall: 5 }))).toEqual(changed)
    for (const [i, files] of kept.entries()) {
      // What was changed later is not in these files: it is made again.
      const resumed = await continued(
        { ...files, 'config.json': record['config.json'] },
        { stepsPerCall: 1 + (i % 3) },
      )
      expect(await filesAtEnd(resumed), `from ${i}`).toEqual(changed)
    }
  })
})

describe('a change at a step', () => {
  it('is that of a training that is stopped there and goes on with other options', async () => {
    const data = tinyData()
    for (const [options, change] of [
      [{ model: 'vae' }, { beta: 5 }],
      [{ model: 'cae', lambda: 0.1 }, { lambda: 2 }],
      [{ model: 'dae', corruption: 'masking:0.25' }, { corruption: 'masking:0.6' }],
      [{ model: 'vae' }, { lr: 0.05 }],
    ] as const) {
      const training = await started(options, { paused: true }, data)
      await training.step(8)
      const files = await training.files()
      await training.adjust(change)
      await training.step(7)
      const model = await training.snapshot()
      // By hand: the state of then under a configuration that never had other options.
      const plain = await started({ ...options, ...change, epochs: 3 }, { paused: true }, data)
      const config = (await plain.files())['config.json']!
      await plain.stop()
      const other = await continued({ ...files, 'config.json': config }, { paused: true }, data)
      await other.step(7)
      const expected = await other.snapshot()
      expect(model.parameters).toEqual(expected.parameters)
      expect(model.step).toBe(15)
      await Promise.all([training.stop(), other.stop()])
    }
  })
})
