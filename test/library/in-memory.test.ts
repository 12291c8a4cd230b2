import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { trainInMemory } from '../../src/app/library/in-memory.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { tinyData } from '../app/tiny-run.ts'

const options = { hidden: [4], latent: 2, batch: 4, epochs: 3, likelihood: 'gaussian' }

const trained = (validation: number) =>
  trainInMemory(
    resolveConfig(options),
    tinyData({ shape: [2], sizes: { train: 8, validation, test: 6 } }),
    referenceRuntime,
    {},
  )

describe('a model that was trained in memory', () => {
  it('has the parameters of its best epoch, and says so', async () => {
    const model = await trained(4)
    expect(model.checkpoint).toBe('best')
    expect(model.step).toBe(model.epoch * 2)
    expect(model.reason).toBe('finished')
    await model.close()
  })

  it('has those of the last epoch where nothing says which is best', async () => {
    const model = await trained(0)
    expect(model).toMatchObject({ checkpoint: 'last', epoch: 3, step: 6, folder: undefined })
    await model.close()
  })
})
