import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DataSet } from '../../../src/data/dataset.ts'
import { evaluatedValues } from '../../../src/data/evaluated.ts'
import { arrayStore } from '../../../src/data/row-store.ts'
import { splitLabels, splitValues } from '../../../src/data/rows.ts'
import { featureConfigFor } from '../../../src/evaluate/generation/feature-classifier.ts'
import {
  type FeatureSpace,
  featureSpace,
  likeliestClasses,
} from '../../../src/evaluate/generation/feature-space.ts'
import { featureKey } from '../../../src/evaluate/generation/feature-training.ts'
import type { Runtime } from '../../../src/runtime/session.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { tinyData } from '../../app/tiny-run.ts'
import { onnx } from '../../train/onnx.ts'
import { bitsOf } from '../../train/tiny.ts'

const sizes = { train: 150, validation: 0, test: 60 }
const classOf = (row: number) => (row * 7) % 4

/** Noise of 8 × 8 pixels, brighter in the quarter that is the class. */
function quarters(): DataSet {
  const { uniform } = stream(0, 'quarters')
  const values = Uint8Array.from({ length: 210 * 64 }, (_, at) => {
    const [row, y, x] = [Math.floor(at / 64), Math.floor((at % 64) / 8), at % 8]
    const quarter = 2 * Math.floor(y / 4) + Math.floor(x / 4)
    return Math.floor((quarter === classOf(row) ? 255 : 155) * uniform())
  })
  return tinyData({ shape: [1, 8, 8], values, classes: 4, sizes })
}

/** A column in thousands that says nothing, and two of unit size whose signs are the class. */
function table(): DataSet {
  const { normal, uniform } = stream(0, 'table')
  const signed = (row: number, bit: number) => (((classOf(row) >> bit) & 1) - 0.5) * (1 + uniform())
  const values = Float32Array.from({ length: 210 * 3 }, (_, at) => {
    const row = Math.floor(at / 3)
    return at % 3 === 0 ? 3000 + 10 * normal() : signed(row, (at % 3) - 1)
  })
  return tinyData({ shape: [3], values, classes: 4, sizes })
}

const tested = (data: DataSet) => splitValues(data, 'test', [...data.splits.test.rows.keys()])

/** A runtime that cannot train. */
const untrainable = (): Runtime => ({
  ...onnx(),
  compileLoop: async () => {
    throw new Error('nothing is to be trained')
  },
})

describe('the feature space of images', () => {
  const data = quarters()
  let space: FeatureSpace
  const shares: number[] = []

  beforeAll(async () => {
    space = await featureSpace(onnx(), data, { onProgress: (share) => shares.push(share) })
  })
  afterAll(() => space.close())

  it('is that of a classifier whose accuracy on the test split is stated', async () => {
    expect(space.test!.count).toBe(60)
    expect(space.test!.accuracy).toBeGreaterThan(0.9)
    const told = likeliestClasses(await space.classify(tested(data)))
    const right = splitLabels(data, 'test')!.filter((label, i) => told[i] === label).length
    expect(space.test!.accuracy).toBe(right / 60)
    expect(space.name).toBe(
      '64 features of a classifier (conv 16, 32) of tiny, trained on 150 examples from seed 0',
    )
  })

  it('is what the softmax layer sees: the logits are a linear map of it', async () => {
    const x = tested(data)
    const [features, logits] = [await space.features(x), await space.classify(x)]
    expect(features.shape).toEqual([60, 64])
    const weight = space.parameters['classifier.weight']!.data as Float32Array // [64, 4]
    const bias = space.parameters['classifier.bias']!.data as Float32Array
    for (let i = 0; i < 60; i++)
      for (let c = 0; c < 4; c++) {
        let sum = bias[c]!
        for (let l = 0; l < 64; l++) sum += features.data[i * 64 + l]! * weight[l * 4 + c]!
        expect(logits.data[i * 4 + c]).toBeCloseTo(sum, 3)
      }
  })

  it('tells how far it is, up to the end', () => {
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.length).toBeGreaterThan(2)
    expect(shares.at(-1)).toBe(1)
  })

  it('is had again from its parameters, without training', async () => {
    const again = await featureSpace(untrainable(), data, { parameters: space.parameters })
    const x = tested(data)
    expect(bitsOf({ x: await again.features(x) })).toEqual(bitsOf({ x: await space.features(x) }))
    expect(again).toMatchObject({ name: space.name, key: space.key, test: space.test })
    await again.close()
  })

  it('is the same for the same training examples, bit by bit', async () => {
    const again = await featureSpace(onnx(), quarters())
    expect(bitsOf(again.parameters)).toEqual(bitsOf(space.parameters))
    await again.close()
  })

  it('refuses parameters of another network', async () => {
    const { 'classifier.bias': _, ...parameters } = space.parameters
    await expect(featureSpace(untrainable(), data, { parameters })).rejects.toThrow(
      'classifier.bias [4], got none',
    )
    const wide = hostTensor('float32', [5], new Float32Array(5))
    await expect(
      featureSpace(untrainable(), data, { parameters: { ...parameters, 'classifier.bias': wide } }),
    ).rejects.toThrow('got [5]')
  })

  it('is given up where it is cancelled', async () => {
    const controller = new AbortController()
    const onProgress = () => controller.abort(new Error('enough'))
    const { signal } = controller
    await expect(featureSpace(onnx(), data, { onProgress, signal })).rejects.toThrow('enough')
  })
})

describe('the feature space of images that are binarised at every step', () => {
  it('is that of a classifier of binary images, and is told apart by its key and its name', async () => {
    const grey = quarters()
    const dynamic = { ...grey, binarize: 'dynamic' as const }
    expect(featureKey(dynamic)).not.toBe(featureKey(grey))
    const [ofBits, ofGrey] = [await featureSpace(onnx(), dynamic), await featureSpace(onnx(), grey)]
    expect(bitsOf(ofBits.parameters)).not.toEqual(bitsOf(ofGrey.parameters))
    expect(ofBits.name).toContain('trained on 150 examples of 0 and 1 from seed 0')
    // Its accuracy is stated for binary test examples.
    const places = [...dynamic.splits.test.rows.keys()]
    const classes = likeliestClasses(
      await ofBits.classify(evaluatedValues(dynamic, 'test', places, 0)),
    )
    const labels = splitLabels(dynamic, 'test')!
    expect(ofBits.test!.accuracy).toBe(
      labels.filter((label, i) => classes[i] === label).length / 60,
    )
    expect(ofBits.test!.accuracy).toBeGreaterThan(0.5)
    await ofBits.close()
    await ofGrey.close()
  })
})

describe('the feature space of a table', () => {
  it('is that of dense layers, whatever the unit of a column', async () => {
    const space = await featureSpace(onnx(), table())
    expect(space.name).toContain('(mlp 128, 128)')
    expect(space.test!.accuracy).toBeGreaterThan(0.95)
    await space.close()
  })
})

describe('a feature space', () => {
  it('convolves images from 8 × 8 on', () => {
    const network = (shape: number[]) => featureConfigFor(shape).network
    expect(
      [
        [1, 8, 8],
        [3, 9, 30],
        [8, 8],
      ].map(network),
    ).toEqual(['conv', 'conv', 'conv'])
    expect([[1, 7, 8], [3, 8, 7], [64]].map(network)).toEqual(['mlp', 'mlp', 'mlp'])
  })

  it('has a key that follows the training examples and their labels alone', () => {
    const data = quarters()
    const key = featureKey(data)
    expect(featureKey(quarters())).toBe(key)
    const { train, test } = data.splits
    const withTrain = (changes: Partial<typeof train>): DataSet => ({
      ...data,
      splits: { ...data.splits, train: { ...train, ...changes } as typeof train },
    })
    const fewer = { ...test, rows: test.rows.slice(1) }
    expect(featureKey({ ...data, splits: { ...data.splits, test: fewer } })).toBe(key)
    const bytes = train.store.array!.data.slice() as Uint8Array
    bytes[100]! ^= 1
    const others = [
      featureKey(withTrain({ rows: train.rows.slice(1) })),
      featureKey(withTrain({ rows: train.rows.toReversed() })),
      featureKey(withTrain({ labels: train.labels!.map((label, i) => (i === 3 ? 0 : label)) })),
      featureKey(
        withTrain({ store: arrayStore(hostTensor('uint8', train.store.array!.shape, bytes)) }),
      ),
      featureKey({ ...data, scale: 1 }),
      featureKey({ ...data, classes: 5 }),
      featureKey({ ...data, exampleShape: [64] }),
    ]
    expect(new Set([key, ...others]).size).toBe(8)
    expect(key).toMatch(/^[0-9a-f]+-[0-9a-f]{8}$/)
  })

  it('needs labels, of more than one class', async () => {
    const unlabelled = tinyData({ shape: [1, 8, 8] })
    await expect(featureSpace(untrainable(), unlabelled)).rejects.toThrow(UserError)
    await expect(featureSpace(untrainable(), unlabelled)).rejects.toThrow('tiny has no labels')
    expect(() => featureKey(unlabelled)).toThrow(UserError)
    const alike = tinyData({ shape: [1, 8, 8], classes: 1 })
    await expect(featureSpace(untrainable(), alike)).rejects.toThrow('of one class')
  })
})
