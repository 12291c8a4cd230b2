import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import type { TrainedModel } from '../../src/train/trained.ts'

type Floats = HostTensor<'float32'>

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
  const known = {
    latent,
    info: { dimension: DIMENSION },
    definition: { name: 'linear' },
    likelihood: () => {},
  }
  return { ...model, model: known } as unknown as TrainedModel
}
