import type { Dim } from '../graph/shape.ts'
import { iota, Tensor } from '../graph/tensor.ts'
import { type HostTensor, hostTensor, int64s } from '../tensor/host.ts'

/** Class indices of examples `[B]`: an input of every graph that uses labels. */
export const labelInput = (batch: Dim): Tensor => Tensor.input('labels', [batch], 'int64')

/** Class indices `[B]` as one-hot rows `[B, classes]`. */
export const oneHot = (labels: Tensor, classes: number): Tensor =>
  labels.unsqueeze(1).equal(iota(classes)).cast('float')

/** Class indices as the feed of `labelInput`. */
export const labelFeed = (classes: ArrayLike<number>): { labels: HostTensor<'int64'> } => ({
  labels: hostTensor('int64', [classes.length], int64s(classes)),
})
