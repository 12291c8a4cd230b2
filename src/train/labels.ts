import type { Dim } from '../graph/shape.ts'
import { iota, Tensor } from '../graph/tensor.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'

/** The classes of examples, an input of every graph that sees labels. */
export const labelInput = (batch: Dim): Tensor => Tensor.input('labels', [batch], 'int64')

/** Classes `[B]` as rows with a single 1, `[B, classes]`. */
export const oneHot = (labels: Tensor, classes: number): Tensor =>
  labels.unsqueeze(1).equal(iota(classes)).cast('float')

/** Classes as what `labelInput` is fed. */
export const labelFeed = (labels: ArrayLike<number>): { labels: HostTensor<'int64'> } => ({
  labels: hostTensor('int64', [labels.length], BigInt64Array.from(Array.from(labels), BigInt)),
})
