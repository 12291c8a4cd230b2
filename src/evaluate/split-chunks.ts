import type { DataSet, SplitName } from '../data/dataset.ts'
import { wholeNumbers } from '../data/indices.ts'
import { splitValues } from '../data/rows.ts'
import type { HostTensor } from '../tensor/host.ts'

const ROWS_AT_A_TIME = 1000

/** The values of a split's examples, `[n, D]`, some rows after the other. */
export function* splitChunks(data: DataSet, split: SplitName): Generator<HostTensor<'float32'>> {
  const { length } = data.splits[split].rows
  for (let start = 0; start < length; start += ROWS_AT_A_TIME) {
    const end = Math.min(length, start + ROWS_AT_A_TIME)
    yield splitValues(data, split, wholeNumbers(start, end))
  }
}
