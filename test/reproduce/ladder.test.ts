import { describe, expect, it } from 'vitest'
import type { DataSet } from '../../src/data/dataset.ts'
import { splitLabels } from '../../src/data/rows.ts'
import { strayInk } from '../../src/reproduce/autoencoders/stacked-denoising-samples.ts'
import { drawsOf, layersAlone } from '../../src/reproduce/autoencoders/stacked-draws.ts'
import { meanOf, quantiles } from '../../src/reproduce/measures/statistics.ts'
import { classifierMistakes, testMistakes } from '../../src/reproduce/models/encoder-classifier.ts'
import { fitParameters } from '../../src/reproduce/models/fit-parameters.ts'
import type { Arrays } from '../../src/runtime/session.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { initialParameters } from '../../src/train/initial-state.ts'
import { trainedModel } from '../../src/train/trained.ts'
import { onnx } from '../train/onnx.ts'
import { bitsOf, DIMENSION, tinyData, tinyModel } from '../train/tiny.ts'
import { bareLaboratory } from './laboratory.ts'

/** Stripes, of which those in the left half are of class 0. */
function labelledStripes(examples: number): DataSet {
  const data = tinyData(examples)
  const { store } = data.splits.train
  const middle = (row: number) => {
    const pixels = Array.from(store.data.subarray(row * DIMENSION, (row + 1) * DIMENSION))
    return pixels.indexOf(Math.max(...pixels))
  }
  const labels = Int32Array.from({ length: store.shape[0]! }, (_, row) =>
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

describe('stray ink', () => {
  const of = (...rows: string[]) =>
    strayInk(
      [...rows.join('')].map((c) => (c === '#' ? 1 : 0)),
      rows[0]!.length,
    )

  it('is none where everything is connected, by sides or corners, or where there is no ink', () => {
    expect(of('....', '....')).toBe(0)
    expect(of('##..', '..##', '...#')).toBe(0)
  })

  it('is the share outside the largest piece', () => {
    expect(of('###.', '....', '#..#')).toBeCloseTo(2 / 5, 12)
    expect(of('#.#', '...', '#.#')).toBeCloseTo(3 / 4, 12)
  })

  it('does not go around the edge from one row to the next', () => {
    expect(of('...#', '#...')).toBeCloseTo(1 / 2, 12)
    expect(of('...#', '....', '#...')).toBeCloseTo(1 / 2, 12)
  })
})

describe('quantiles', () => {
  it('are the values in order, thinned evenly', () => {
    expect(Array.from(quantiles([3, 1, 2]))).toEqual([1, 2, 3])
    const many = Float64Array.from({ length: 1000 }, (_, i) => 999 - i)
    expect(Array.from(quantiles(many, 4))).toEqual([125, 375, 625, 875])
  })
})

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

describe('stacked layers', () => {
  const data = tinyData(256)
  const lab = bareLaboratory({ data: async () => data })

  it('are trained one by one, and nothing else is', async () => {
    const of = (epochs: number) => layersAlone(lab, 'stacked-ae', { hidden: [6, 4], epochs })
    const [{ parameters: before }, { parameters: after }] = [await of(1), await of(3)]
    const [one, other] = [bitsOf(before), bitsOf(after)]
    const moved = Object.keys(one).filter((name) => one[name] !== other[name])
    expect(moved.sort()).toEqual([
      'decoder.1.bias',
      'decoder.2.bias',
      'encoder.0.bias',
      'encoder.0.weight',
      'encoder.1.bias',
      'encoder.1.weight',
    ])
  })

  it('draw every layer with its probability on the way down', async () => {
    const [D, H, n] = [2, 3, 20_000]
    const array = (shape: readonly number[], values: readonly number[]) =>
      hostTensor('float32', shape, Float32Array.from(values))
    const weight = [1, -0.5, 0.3, 0.2, 0.7, -1]
    const [up, down] = [
      [0.1, -0.2, 0.4],
      [-0.3, 0.2],
    ]
    const parameters = {
      'encoder.0.weight': array([D, H], weight),
      'encoder.0.bias': array([H], up),
      'decoder.1.bias': array([D], down),
    }
    const x = hostTensor('float32', [n, D], new Float32Array(n * D).fill(1))
    const { means, drawn } = await drawsOf(lab, { layers: 1, parameters }, x)
    // The mean over all 2³ draws of the hidden layer, by hand.
    const sigmoid = (a: number) => 1 / (1 + Math.exp(-a))
    const p = up.map((bias, h) => sigmoid(weight[h]! + weight[H + h]! + bias))
    for (let d = 0; d < D; d++) {
      let expected = 0
      for (let bits = 0; bits < 8; bits++) {
        const on = p.map((_, h) => (bits >> h) & 1)
        const chance = p.reduce((all, q, h) => all * (on[h] ? q : 1 - q), 1)
        const logit = on.reduce((sum, bit, h) => sum + bit * weight[d * H + h]!, down[d]!)
        expected += chance * sigmoid(logit)
      }
      const column = (values: Float32Array) => values.filter((_, i) => i % D === d)
      const error = 4 * Math.sqrt(0.25 / n)
      expect(Math.abs(meanOf(column(means.data)) - expected)).toBeLessThan(error)
      expect(Math.abs(meanOf(column(drawn.data)) - expected)).toBeLessThan(error)
      expect(new Set(column(means.data)).size).toBe(8)
      expect(new Set(column(drawn.data))).toEqual(new Set([0, 1]))
    }
  })

  it('go down by the mirror of the layers that they go up by', async () => {
    // A layer that copies each unit, saturated, gives binary examples back whatever is drawn.
    const [D, n] = [3, 8]
    const copy = Float32Array.from({ length: D * D }, (_, i) => (i % (D + 1) === 0 ? 100 : 0))
    const bias = hostTensor('float32', [D], new Float32Array(D).fill(-50))
    const layer = hostTensor('float32', [D, D], copy)
    const parameters = {
      'encoder.0.weight': layer,
      'encoder.0.bias': bias,
      'encoder.1.weight': layer,
      'encoder.1.bias': bias,
      'decoder.1.bias': bias,
      'decoder.2.bias': bias,
    }
    const bits = Float32Array.from({ length: n * D }, (_, i) => (Math.floor(i / D) >> (i % D)) & 1)
    const x = hostTensor('float32', [n, D], bits)
    const { drawn } = await drawsOf(lab, { layers: 2, parameters }, x)
    expect(drawn.data).toEqual(x.data)
  })
})
