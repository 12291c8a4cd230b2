import { describe, expect, it } from 'vitest'
import { parametersIn } from '../../src/train/build.ts'
import { initialParameters } from '../../src/train/initial-state.ts'
import { TRAINING_VERSION } from '../../src/train/training-version.ts'
import { tinyData, tinyModel, trained } from './tiny.ts'

/**
 * How far small trainings move their parameters (Euclidean), by the number of the training program. Where this fails, the same configuration trains other parameters than before: raise TRAINING_VERSION,
 * so that `reproduce` takes no older run for one of today, and add the new figures under its number.
 */
const MOVED: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  1: {
    ae: 0.2634844,
    'vae, dynamic': 0.2172927,
    'vae, dropout and schedule': 0.1221953,
    'dae, masking': 0.2535725,
    gan: 1.7454986,
  },
}

const trainings = {
  ae: { model: tinyModel({}, 'ae') },
  'vae, dynamic': { model: tinyModel(), data: tinyData(45, 'dynamic') },
  'vae, dropout and schedule': {
    model: tinyModel({ dropout: 0.2 }),
    config: { schedule: 'cosine', optimizer: 'adamw' },
  },
  'dae, masking': { model: tinyModel({ corruption: 'masking:0.25' }, 'dae') },
  gan: { model: tinyModel({}, 'gan') },
} as const

describe('the training program', () => {
  it.each(Object.entries(trainings))('trains %s as its number says', async (name, training) => {
    const { store } = await trained(training)
    const start = initialParameters(training.model, 0)
    const end = parametersIn(training.model, store.read('last').arrays)
    let squares = 0
    for (const [parameter, { data }] of Object.entries(end))
      for (let i = 0; i < data.length; i++)
        squares += (Number(data[i]) - Number(start[parameter]!.data[i])) ** 2
    const moved = Math.sqrt(squares)
    const known = MOVED[TRAINING_VERSION]?.[name] ?? Number.NaN
    expect(Math.abs(moved / known - 1), `moved by ${moved}`).toBeLessThan(1e-4)
  })
})
