import { describe, expect, it } from 'vitest'
import type { DataSet } from '../../../src/data/dataset.ts'
import { splitLabels } from '../../../src/data/rows.ts'
import { meanOf } from '../../../src/reproduce/measures/statistics.ts'
import {
  classifierMistakes,
  testMistakes,
} from '../../../src/reproduce/models/encoder-classifier.ts'
import type { Arrays } from '../../../src/runtime/session.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { initialParameters } from '../../../src/train/initial-state.ts'
import { trainedModel } from '../../../src/train/trained.ts'
import { onnx } from '../../train/onnx.ts'
import { DIMENSION, tinyData, tinyModel } from '../../train/tiny.ts'
import { bareLaboratory } from '../laboratory.ts'

/** Stripes, of which those in the left half are of class 0. */
function labelledStripes(examples: number): DataSet {
  const data = tinyData(examples)
  const { store } = data.splits.train
  const middle = (row: number) => {
    const pixels = Array.from(store.array!.data.subarray(row * DIMENSION, (row + 1) * DIMENSION))
    return pixels.indexOf(Math.max(...pixels))
  }
  const labels = Int32Array.from({ length: store.count }, (_, row) =>
    middle(row) < DIMENSION / 2 ? 0 : 1,
  )
  const { train, validation, test } = data.splits
  const splits = {
    train: { ...train, labels },
    validation: { ...validation, labels },
    test: { ...test, labels },
  }
  return { ...data, classes: 2, splits }
}

describe('a classifier on an encoder', () => {
  const data = labelledStripes(300)
  const lab = bareLaboratory({ data: async () => data })
  const model = tinyModel({ hidden: [9], latent: 3 }, 'ae')
  const run = (parameters: Arrays) => ({
    ...trainedModel(onnx(), model, parameters),
    runtime: onnx(),
    seconds: 0,
    data: async () => data,
    evaluate: async () => ({ terms: {} }),
  })
  const withClasses = { ...model, info: { ...model.info, classes: 2 } }
  const untrained = { ...run(initialParameters(model, 0)), model: withClasses }
  const training = { epochs: 30, batch: 30, lr: 1e-2 }

  it('learns classes that can be told apart', async () => {
    const mistakes = await classifierMistakes(lab, untrained, { training, pretrained: false })
    expect(mistakes.length).toBe(data.splits.test.rows.length)
    expect(meanOf(mistakes)).toBe(0)
  })

  it('uses only the labels that it is given', async () => {
    const labels = splitLabels(data, 'train')!
    const first = labels[0]!
    const alike = labels.findIndex((label) => label !== first)
    expect(alike).toBeGreaterThan(0)
    const few = { training: { ...training, batch: alike, epochs: 100 }, labels: alike }
    const mistakes = await classifierMistakes(lab, untrained, { ...few, pretrained: false })
    const truth = splitLabels(data, 'test')!
    expect(Array.from(mistakes)).toEqual(truth.map((label) => Number(label !== first)))
  })

  it('starts from the encoder of the run only if pretrained', async () => {
    // An encoder that knows nothing of its input gives every example the class of the bias.
    const blind = Object.fromEntries(
      Object.entries(untrained.parameters).map(([name, { shape, data: values }]) => [
        name,
        hostTensor('float32', shape, new Float32Array(values.length)),
      ]),
    )
    const still = { epochs: 1, batch: 30, lr: 1e-30 }
    const options = { training: still, pretrained: true }
    const blindRun = { ...run(blind), model: withClasses }
    const mistakes = await classifierMistakes(lab, blindRun, options)
    const truth = splitLabels(data, 'test')!
    const given = Array.from(mistakes, (wrong, i) => (wrong ? 1 - truth[i]! : truth[i]!))
    expect(new Set(given).size).toBe(1)
    const taught = { training, pretrained: false }
    expect(Array.from(await classifierMistakes(lab, blindRun, taught))).toEqual(
      Array.from(await classifierMistakes(lab, untrained, taught)),
    )
  })

  it('takes the class of the largest logit', async () => {
    const parameters = {
      'classifier.weight': hostTensor('float32', [1, 2], Float32Array.of(2, -1)),
      'classifier.bias': hostTensor('float32', [2], Float32Array.of(0, 0.3)),
    }
    // Logits 2z and 0.3 - z: class 0 where z is above 0.1.
    const z = Float32Array.from(data.splits.test.rows, (_, i) => (i % 3) / 5)
    const encode = async () => hostTensor('float32', [z.length, 1], z)
    const truth = splitLabels(data, 'test')!
    expect(Array.from(await testMistakes({ encode, parameters }, data))).toEqual(
      truth.map((label, i) => Number(label !== (z[i]! > 0.1 ? 0 : 1))),
    )
  })
})
