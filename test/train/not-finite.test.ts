import { describe, expect, it } from 'vitest'
import type { DataSet } from '../../src/data/dataset.ts'
import { arrayStore } from '../../src/data/row-store.ts'
import type { Arrays } from '../../src/runtime/session.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { DIMENSION, memoryStore, type Training, tinyData, tinyModel, trained } from './tiny.ts'

const areFinite = (arrays: Arrays) =>
  Object.values(arrays).every(({ data }) => (data as Float32Array).every(Number.isFinite))

/** What a training says when it breaks, and what it leaves behind. */
async function broken(training: Training, options: Parameters<typeof trained>[1] = {}) {
  const store = memoryStore()
  const error: unknown = await trained(training, { ...options, store }).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(UserError)
  return { message: (error as UserError).message, last: store.read('last') }
}

/** The tiny data as floats, with one value of one training row replaced. */
function withValue(row: number, value: number): DataSet {
  const data = tinyData()
  const { store } = data.splits.train
  const values = Float32Array.from(store.array!.data, (v) => v / 255)
  values[row * DIMENSION + 2] = value
  const floats = arrayStore(hostTensor('float32', store.array!.shape, values))
  const splits = Object.entries(data.splits).map(([name, s]) => [name, { ...s, store: floats }])
  return { ...data, scale: 1, splits: Object.fromEntries(splits) as DataSet['splits'] }
}

describe('a learning rate that is far too large', () => {
  it('stops the training, naming step, term, row and what to try', async () => {
    const { message, last } = await broken({ config: { lr: 1e20 } })
    expect(message).toMatch(
      /^training stopped at step 2 \(epoch 1, batch 2\): the term (reconstruction|kl) is (NaN|Infinity) for row \d+ of the training data; the last good checkpoint is kept; try a lower lr/,
    )
    expect(areFinite(last.arrays)).toBe(true)
  })

  it('is found at the same step whatever the length of the calls', async () => {
    const messages = await Promise.all(
      [1, 4, 6].map(async (stepsPerCall) => {
        const { message, last } = await broken({ config: { lr: 1e20 } }, { stepsPerCall })
        expect(areFinite(last.arrays)).toBe(true)
        return message
      }),
    )
    expect(new Set(messages).size).toBe(1)
  })

  it('that no float32 holds is blamed on the update, naming the parameter', async () => {
    const { message, last } = await broken({ config: { lr: 1e39, optimizer: 'sgd' } })
    expect(message).toContain(
      'step 1 (epoch 1, batch 1): all terms are finite, but the update made',
    )
    expect(message).toMatch(/made (encoder|decoder)\.\d\.(weight|bias) infinite or NaN/)
    expect(last.progress.step).toBe(0)
    expect(areFinite(last.arrays)).toBe(true)
  })
})

describe('a value that is not a number', () => {
  it('in the data is traced to its row', async () => {
    const training = {
      data: withValue(17, Number.NaN),
      model: tinyModel({ likelihood: 'gaussian' }),
    }
    const { message, last } = await broken(training)
    expect(message).toMatch(/\(epoch 1, batch \d\): the term reconstruction is NaN for row 17 of/)
    expect(areFinite(last.arrays)).toBe(true)
  })

  it('but infinite is found in the loss, also where clipping keeps the state finite', async () => {
    const training = {
      data: withValue(17, 3e19),
      model: tinyModel({ likelihood: 'gaussian' }),
      config: { optimizer: 'sgd' as const, clip: 1 },
    }
    const { message, last } = await broken(training)
    expect(message).toMatch(/the term reconstruction is Infinity for row 17 of/)
    expect(areFinite(last.arrays)).toBe(true)
  })

  it('in a weight is noticed at the first step', async () => {
    const { store } = await trained({ config: { epochs: 1 } })
    const from = store.read('last')
    const weight = from.arrays['decoder.0.weight']!
    const spoiled = {
      ...weight,
      data: Float32Array.from(weight.data as Float32Array).fill(Number.NaN, 3, 4),
    }
    const arrays = { ...from.arrays, 'decoder.0.weight': spoiled as typeof weight }
    const { message } = await broken({ config: { epochs: 2 } }, { from: { ...from, arrays } })
    expect(message).toContain('step 7 (epoch 2, batch 1): the term reconstruction is NaN for row')
  })
})
