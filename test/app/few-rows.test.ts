import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { trainInMemory } from '../../src/app/library/in-memory.ts'
import { requireTrainable, withData } from '../../src/app/model-for-data.ts'
import { modelNamed } from '../../src/models/registry.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { build } from '../../src/train/build.ts'
import { tinyData } from './tiny-run.ts'

const dataOf = (train: number) => tinyData({ shape: [2], sizes: { train, validation: 2, test: 2 } })

describe('the default number of epochs', () => {
  const table = (train: number) => {
    const data = dataOf(train)
    return { ...data, form: { ...data.form, table: { schema: {}, columns: [] } } } as never
  }
  const epochs = (data: ReturnType<typeof dataOf>, options = {}, chosen: string[] = []) =>
    withData(resolveConfig({ hidden: [3], ...options }), data, { chosen }).train.epochs

  it.each([
    [40, 500],
    [1280, 200],
    [12_801, 20],
    [100_000, 20],
  ])(
    'of a table with %d training rows is %d: 2000 steps, within 20 and 500 epochs',
    (rows, expected) => {
      expect(epochs(table(rows))).toBe(expected)
    },
  )

  it('is 20 of other data, and what was chosen', () => {
    expect(epochs(dataOf(40))).toBe(20)
    expect(epochs(table(40), { epochs: 7 }, ['epochs'])).toBe(7)
  })
})

describe('the default batch', () => {
  it.each([
    [1, 1],
    [40, 40],
    [127, 127],
    [128, 128],
    [129, 128],
  ])('of %d training examples has %d', (rows, batch) => {
    const config = withData(resolveConfig({ hidden: [3] }), dataOf(rows), { chosen: [] })
    expect(config.train.batch).toBe(batch)
  })

  it('is kept where it was chosen, and refused if it is too large', () => {
    const data = dataOf(40)
    const config = withData(resolveConfig({ hidden: [3], batch: 64 }), data)
    expect(config.train.batch).toBe(64)
    const model = build(modelNamed('vae'), config.options, { exampleShape: [2], dimension: 2 })
    expect(() => requireTrainable(config, model, data)).toThrow(
      'batch: 64 examples are more than the 40 training examples; give a smaller batch, or leave it out',
    )
  })

  it('trains on few examples, one step an epoch', async () => {
    const config = resolveConfig({ hidden: [3], latent: 1, epochs: 2, likelihood: 'gaussian' })
    const model = await trainInMemory(config, dataOf(5), referenceRuntime, { chosen: [] })
    expect(model.step).toBe(model.epoch)
    await model.close()
  })
})
