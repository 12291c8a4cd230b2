import type { Tensor } from '../graph/tensor.ts'
import type { Batch, Terms } from './model.ts'

/** The loss of a softmax classifier, from its logits `[B, classes]`, and its accuracy. Labels are one-hot. */
export function classification(logits: Tensor, { labels }: Batch): Terms {
  const crossEntropy = logits.logSoftmax(1).mul(labels!).sum([1]).neg()
  const right = logits.argMax(1).equal(labels!.argMax(1)).cast('float')
  return {
    'cross-entropy of labels': { value: crossEntropy, bound: false },
    accuracy: { value: right, bound: false, metric: true, unit: 'share' },
  }
}
