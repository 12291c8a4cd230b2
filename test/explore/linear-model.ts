import { type Floats, hostTensor } from '../../src/tensor/host.ts'
import type { Labels, TrainedModel } from '../../src/train/trained.ts'

const DIMENSION = 4

/**
 * A model whose maps are known: the code is the first values of the example squared, and decoding repeats
 * the code's values, halved, over the four values of an example.
 */
export function linearModel({ latent }: { latent: number }): TrainedModel {
  const perRow = (rows: Floats, width: number, map: (row: Float32Array, j: number) => number) => {
    const [count, columns] = rows.shape as [number, number]
    const data = Float32Array.from({ length: count * width }, (_, k) => {
      const i = Math.floor(k / width)
      return map(rows.data.subarray(i * columns, (i + 1) * columns), k % width)
    })
    return hostTensor('float32', [count, width], data)
  }
  const model: Pick<TrainedModel, 'encode' | 'decode'> = {
    encode: async (x) => perRow(x, latent, (row, j) => row[j]! ** 2),
    decode: async (z) => perRow(z, DIMENSION, (row, j) => row[j % latent]! / 2),
  }
  const built = {
    latent,
    info: { dimension: DIMENSION },
    definition: { name: 'linear' },
    likelihood() {},
  }
  return { ...model, model: built } as unknown as TrainedModel
}

/** A model that is conditioned on labels: a code is the example less its class, decoding adds a class. */
export function conditionalModel(options: { latent: number; classes: number }): TrainedModel {
  const { latent, classes } = options
  const map = (
    rows: Floats,
    labels: Labels,
    width: number,
    value: (own: number, label: number) => number,
  ) => {
    const [count, columns] = rows.shape as [number, number]
    const data = Float32Array.from({ length: count * width }, (_, k) => {
      const [i, j] = [Math.floor(k / width), (k % width) % columns]
      return value(rows.data[i * columns + j]!, labels[i]!)
    })
    return hostTensor('float32', [count, width], data)
  }
  const model: Pick<TrainedModel, 'encode' | 'decode'> = {
    encode: async (x, labels) => map(x, labels!, latent, (own, label) => own - label),
    decode: async (z, labels) => map(z, labels!, DIMENSION, (own, label) => own + label),
  }
  const info = { dimension: DIMENSION, classes }
  const built = { latent, info, labels: 'condition', likelihood() {} }
  return { ...model, model: built } as unknown as TrainedModel
}
