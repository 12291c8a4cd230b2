import type { Noise } from '../distributions/distribution.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Binarize, DataSet } from './dataset.ts'

/** How a stored row becomes an example within the graph of the training program. */
export interface DataForm {
  /** Rows that the graph gathers batches from; undefined where a call is fed its batches. */
  readonly rows: number | undefined
  readonly dimension: number
  readonly storage: 'uint8' | 'float32'
  readonly scale: number
  readonly binarize: Binarize
}

/** How a data set's rows become examples. */
export function formOf(data: DataSet): DataForm {
  const { dtype, count, width, array } = data.splits.train.store
  return {
    rows: array && count,
    dimension: width,
    storage: dtype,
    scale: data.scale,
    binarize: data.binarize,
  }
}

/** Stored rows `[B, D]` as the network sees them: `scaled` (`rows.ts`) as an expression, to the same bits. */
export function examples(stored: Tensor, form: DataForm, noise: (stream: string) => Noise): Tensor {
  const x = stored.cast('float').mul(form.scale)
  if (form.binarize !== 'dynamic') return x
  const [batch, dimension] = stored.shape as readonly number[]
  return noise('binarize').uniform([batch!, dimension!]).less(x).cast('float')
}
