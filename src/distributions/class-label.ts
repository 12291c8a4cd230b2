import type { Tensor } from '../graph/tensor.ts'

/** A class, given by logits `[B, classes]`: what a softmax layer says of examples. Labels are one-hot. */
export function classLabel(logits: Tensor) {
  return {
    /** log p(label) of each example, `[B]`, in nats: minus the cross-entropy. */
    logProb: (labels: Tensor): Tensor => logits.logSoftmax(1).mul(labels).sum([1]),
    /** 1 where the likeliest class is the label, else 0, `[B]`. */
    right: (labels: Tensor): Tensor => logits.argMax(1).equal(labels.argMax(1)).cast('float'),
  }
}
