import { describe, expect, it } from 'vitest'
import { fitParameters } from '../../../src/reproduce/models/fit-parameters.ts'
import { bitsOf, tinyData, tinyModel } from '../../train/tiny.ts'
import { bareLaboratory } from '../laboratory.ts'

describe('fitting parameters', () => {
  it('is that of the program, and starts from the given parameters', async () => {
    const data = tinyData()
    const lab = bareLaboratory()
    const model = tinyModel()
    const training = { epochs: 2, batch: 7 }
    const once = await fitParameters(lab, model, data, { training })
    expect(bitsOf(await fitParameters(lab, model, data, { training }))).toEqual(bitsOf(once))
    const start = await fitParameters(lab, model, data, { training: { ...training, seed: 5 } })
    const still = { training: { ...training, optimizer: 'sgd', lr: 1e-30 }, start }
    expect(bitsOf(await fitParameters(lab, model, data, still))).toEqual(bitsOf(start))
  })
})
