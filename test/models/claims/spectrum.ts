import type { DataSet } from '../../../src/data/dataset.ts'
import { storedForm } from '../../../src/data/form.ts'
import { arrayStore } from '../../../src/data/row-store.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { orthonormalBasis } from '../../../src/tensor/orthonormal-basis.ts'
import { stream } from '../../../src/tensor/random.ts'

export const ROWS = 400

/** Variances along the principal axes, falling; a gap behind the third. */
export const VARIANCES = [4, 2, 1, 0.3, 0.2, 0.1, 0.05, 0.05, 0.02, 0.01]
export const D = VARIANCES.length
export const L = 3

/** What a code of L dimensions has to leave out: the least mean squared error of an example. */
export const DISCARDED = VARIANCES.slice(L).reduce((a, b) => a + b, 0)

/**
 * Examples whose principal axes and variances are exactly the given ones, not only in expectation: their
 * coordinates along the axes are centred, uncorrelated columns of squared length `ROWS` · variance.
 */
export function knownSpectrum(): { axes: Float64Array[]; data: DataSet } {
  const random = stream(11, 'spectrum')
  const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal())
  const ones = new Float64Array(ROWS).fill(1)
  const [, ...columns] = orthonormalBasis([ones, ...VARIANCES.map(() => normals(ROWS))])
  const axes = orthonormalBasis(VARIANCES.map(() => normals(D)))
  const mean = normals(D)
  const values = new Float32Array(ROWS * D)
  for (let i = 0; i < ROWS; i++)
    for (let d = 0; d < D; d++)
      values[i * D + d] = VARIANCES.reduce(
        (sum, variance, j) => sum + Math.sqrt(ROWS * variance) * columns[j]![i]! * axes[j]![d]!,
        mean[d]!,
      )
  const store = arrayStore(hostTensor('float32', [ROWS, D], values))
  const split = (name: string) => ({
    name,
    store,
    rows: Int32Array.from({ length: ROWS }, (_, i) => i),
  })
  return {
    axes,
    data: {
      name: 'known spectrum',
      kind: 'table',
      exampleShape: [D],
      scale: 1,
      form: storedForm([D], store, 1),
      binarize: 'none',
      hash: '',
      splits: { train: split('train'), validation: split('validation'), test: split('test') },
    } as DataSet,
  }
}
