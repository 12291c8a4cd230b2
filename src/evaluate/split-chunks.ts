import type { DataSet, SplitName } from '../data/dataset.ts'
import { splitValues } from '../data/rows.ts'
import type { HostTensor } from '../tensor/host.ts'

const ROWS_AT_A_TIME = 1000

/** The values of a split's examples, `[n, D]`, some rows after the other. */
export function* splitChunks(data: DataSet, split: SplitName): Generator<HostTensor<'float32'>> {
  const { length } = data.splits[split].rows
  for (let start = 0; start < length; start += ROWS_AT_A_TIME) {
    const size = Math.min(ROWS_AT_A_TIME, length - start)
    yield splitValues(
      data,
      split,
      Int32Array.from({ length: size }, (_, i) => start + i),
    )
  }
}
