import type { Neighbours } from '../neighbours/nearest-neighbours.ts'

/**
 * The class of each query by a vote of its neighbours (Cover and Hart 1967): the most frequent class and, among
 * equally frequent ones, that of the nearest neighbour. scikit-learn takes the lowest of these.
 *
 * @param labels classes of the references, from 0
 * @throws RangeError if there are no neighbours to vote
 */
export function votedClasses({ k, indices }: Neighbours, labels: ArrayLike<number>): Int32Array {
  if (k < 1) throw new RangeError('a vote of neighbours needs 1 or more of them, got k = 0')
  return Int32Array.from({ length: indices.length / k }, (_, query) => {
    // A map keeps the order in which classes came, nearest first.
    const votes = new Map<number, number>()
    for (let rank = 0; rank < k; rank++) {
      const label = labels[indices[query * k + rank]!]!
      votes.set(label, (votes.get(label) ?? 0) + 1)
    }
    const most = Math.max(...votes.values())
    return [...votes].find(([, count]) => count === most)![0]
  })
}

/** 1 where a predicted class is the true one and 0 elsewhere, `[n]`. */
export function correctness(predicted: ArrayLike<number>, labels: ArrayLike<number>): Float64Array {
  if (predicted.length !== labels.length)
    throw new RangeError(`${predicted.length} predictions for ${labels.length} labels`)
  return Float64Array.from(predicted, (label, i) => Number(label === labels[i]))
}
