import { describe, expect, it } from 'vitest'
import type { DataSet } from '../../../src/data/dataset.ts'
import { arrayStore } from '../../../src/data/row-store.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { columnErrors } from '../../../src/evaluate/reconstruction/column-errors.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import type { TrainedModel } from '../../../src/train/trained.ts'

const shared = { gaps: false, centre: 10, scale: 2 } as const
const numeric: TableColumn = { ...shared, name: 'x', kind: 'numeric', distribution: 'gaussian' }
const categorical: TableColumn = {
  ...shared,
  name: 'c',
  kind: 'categorical',
  distribution: 'categorical',
  categories: ['a', 'b'],
}
const unknown = Number.NaN

// Training rows 0 to 2, test rows 3 to 5. Category 2 is one that the model does not know.
const cells = Float32Array.of(0, 1, 3, 1, unknown, 0, 1, 0, -1, unknown, unknown, 2)
const store = arrayStore(hostTensor('float32', [6, 2], cells))
const data = {
  scale: 1,
  form: { scale: 1, table: { columns: [numeric, categorical] } },
  splits: {
    train: { name: 'train', store, rows: Int32Array.of(0, 1, 2) },
    validation: { name: 'validation', store, rows: new Int32Array(0) },
    test: { name: 'test', store, rows: Int32Array.of(3, 4, 5) },
  },
} as unknown as DataSet

/** Restores each cell as 2 and each category as the second. */
const trained = {
  reconstruct: async ({ shape }: { shape: readonly number[] }) =>
    hostTensor('float32', shape, Float32Array.of(2, 1, 2, 1, 2, 1)),
} as unknown as TrainedModel

describe('the errors of columns', () => {
  it('are in units of the file, over known cells, beside those of the training rows', async () => {
    const [x, c] = await columnErrors(trained, data, 'test')
    // x: values 12 and 8, restored 14; the training mean of 10 and 16 is 13.
    expect(x).toEqual({
      column: numeric,
      count: 2,
      error: Math.sqrt((2 ** 2 + 6 ** 2) / 2),
      baseline: Math.sqrt((1 ** 2 + 5 ** 2) / 2),
    })
    // c: one known cell, a; b is restored and is most frequent.
    expect(c).toEqual({ column: categorical, count: 1, error: 1, baseline: 1 })
  })
})
