import type { Neighbours } from '../neighbours/nearest-neighbours.ts'

/**
 * The class of each query by the votes of its neighbours (Cover and Hart 1967): that of most of them, and
 * of classes with equally many that whose nearest neighbour is the nearest. scikit-learn takes the lowest
 * class there.
 *
 * @param labels classes of the references, from 0
 * @throws RangeError where there are no neighbours to vote
 */
export function votedClasses({ k, indices }: Neighbours, labels: ArrayLike<number>): Int32Array {
  if (k < 1) throw new RangeError('a class by its neighbours needs at least 1 of them, got k = 0')
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
