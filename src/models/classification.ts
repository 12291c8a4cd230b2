import { classLabel } from '../distributions/class-label.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Batch, Terms } from './model.ts'

/** The loss of a classifier whose logits `[B, classes]` a batch is given, and the share that it gets right. */
export function classification(logits: Tensor, { labels }: Batch): Terms {
  const label = classLabel(logits)
  return {
    'cross-entropy of labels': { value: label.logProb(labels!).neg(), bound: false },
    accuracy: { value: label.right(labels!), bound: false, metric: true, unit: 'share' },
  }
}
