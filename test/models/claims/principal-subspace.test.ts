import { describe, expect, it } from 'vitest'
import type { Distribution } from '../../../src/distributions/distribution.ts'
import { constant, type Tensor } from '../../../src/graph/tensor.ts'
import { modelNamed } from '../../../src/models/registry.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import type { Arrays } from '../../../src/runtime/session.ts'
import type { HostTensor } from '../../../src/tensor/host.ts'
import { principalAngles } from '../../../src/tensor/principal-angles.ts'
import { arrayRows } from '../../../src/tensor/row-source.ts'
import { type BuiltModel, build } from '../../../src/train/build.ts'
import { moments, numbersOf } from '../../train/onnx.ts'
import { memoryStore, trained } from '../../train/tiny.ts'
import { documentedNumbers } from './documented.ts'
import { D, DISCARDED, knownSpectrum, L, ROWS, VARIANCES } from './spectrum.ts'

const { axes, data } = knownSpectrum()
const store = data.splits.train.store.array as HostTensor<'float32'>
const x = constant(store.data, [ROWS, D])
const subspace = axes.slice(0, L)
const mode = {
  training: false,
  noise(): never {
    throw new Error('nothing is drawn')
  },
}

function linear(name: string, options: Record<string, unknown> = {}): BuiltModel {
  const definition = modelNamed(name)
  const config = definition.config.parse({ latent: L, ...options })
  return build(definition, config, { exampleShape: [D], dimension: D })
}

async function pcaFitted(options: Record<string, unknown> = {}) {
  const model = linear('pca', options)
  return { model, parameters: await model.fit!(arrayRows(store), { seed: 0 }) }
}

/** Mean squared error of an example that goes through its code. */
async function squaredError(model: BuiltModel, parameters: Arrays): Promise<number> {
  const restored: Distribution = model.restore!(x, mode)
  const squares = x.sub(restored.mean()).square().sum([1]).mean()
  return (await numbersOf(referenceRuntime, squares, parameters))[0]!
}

/** The rows of a matrix `[n, m]`, or its columns. */
async function vectors(matrix: Tensor, parameters: Arrays): Promise<number[][]> {
  const [rows, columns] = matrix.shape as [number, number]
  const flat = await numbersOf(referenceRuntime, matrix, parameters)
  return Array.from({ length: rows }, (_, i) => flat.slice(i * columns, (i + 1) * columns))
}

const largestAngle = (vectors: readonly ArrayLike<number>[]) =>
  principalAngles(vectors, subspace).at(-1)!

describe('principal components', () => {
  it('span the subspace of largest variance and leave out the rest of it', async () => {
    const { model, parameters } = await pcaFitted()
    const components = model.parameters.get('components')!.symbol.transpose() // [L, D]
    expect(largestAngle(await vectors(components, parameters))).toBeLessThan(1e-3)
    expect(await squaredError(model, parameters)).toBeCloseTo(DISCARDED, 5)
  })

  it('give codes whose variances are those along the axes, or 1 where they are whitened', async () => {
    for (const whiten of [false, true]) {
      const { model, parameters } = await pcaFitted({ whiten })
      const codes = await vectors(model.posterior!(x, mode).mean().transpose(), parameters)
      codes.forEach((along, l) => {
        const { mean, variance } = moments(along)
        expect(mean).toBeCloseTo(0, 5)
        expect(variance).toBeCloseTo(whiten ? 1 : VARIANCES[l]!, 5)
      })
      // Whitening is undone by decoding.
      expect(await squaredError(model, parameters)).toBeCloseTo(DISCARDED, 5)
    }
  })
})

describe('a linear autoencoder', () => {
  it('spans the principal subspace, with their reconstruction error within 1 %', async () => {
    const model = linear('linear-ae')
    const kept = memoryStore()
    const config = { epochs: 600, batch: 40, lr: 2e-2, schedule: 'cosine' }
    await trained({ model, data, config }, { store: kept })
    const { arrays } = kept.read('last')
    const symbol = (name: string) => model.parameters.get(name)!.symbol
    const directions = await vectors(symbol('decoder.0.weight'), arrays)
    const decoder = largestAngle(directions)
    const encoder = largestAngle(await vectors(symbol('encoder.0.weight').transpose(), arrays))
    const error = await squaredError(model, arrays)
    const [ofDecoder, ofEncoder, ratio] = documentedNumbers(
      'A linear autoencoder spans the principal subspace',
      "angle is # degrees between the decoder's space and the principal one, # between the encoder's and it, and the squared error is # times",
    )
    expect(decoder).toBeCloseTo(ofDecoder!, 3)
    expect(encoder).toBeCloseTo(ofEncoder!, 3)
    expect(error / DISCARDED).toBeCloseTo(ratio!, 7)
    expect(decoder).toBeLessThan(2)
    expect(encoder).toBeLessThan(2)
    expect(error / DISCARDED).toBeGreaterThan(1 - 1e-6)
    expect(error / DISCARDED).toBeLessThan(1.01)
    // Nothing turns a direction of the code onto an axis: only the space that they span is the same.
    const toNearestAxis = directions.map((direction) =>
      Math.min(...subspace.map((axis) => principalAngles([direction], [axis])[0]!)),
    )
    expect(Math.max(...toNearestAxis)).toBeGreaterThan(10)
  }, 30_000)
})
