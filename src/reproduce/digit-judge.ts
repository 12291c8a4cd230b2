import { nearestNeighbours } from '../evaluate/neighbours/nearest-neighbours.ts'
import type { HostTensor } from '../tensor/host.ts'
import type { Laboratory } from './laboratory.ts'
import { sampledValues } from './measures.ts'

type Floats = HostTensor<'float32'>

/** How much like digits images `[n, 784]` are, `[n]` each. */
export interface DigitJudge {
  /** Euclidean distances to the nearest of some training digits. */
  distances(x: Floats): Promise<Float64Array>
  /** The largest probability that a classifier gives to a class. */
  confidences(x: Floats): Promise<Float64Array>
}

/** @param training how many training digits images are compared with */
export async function digitJudge(lab: Laboratory, training: number): Promise<DigitJudge> {
  const data = await lab.data()
  const digits = sampledValues(data, 'train', training)
  const space = await lab.features()
  const options = { k: 1, ...(lab.signal && { signal: lab.signal }) }
  return {
    async distances(x) {
      const { squaredDistances } = await nearestNeighbours(lab.runtime, x, digits, options)
      return squaredDistances.map(Math.sqrt)
    },
    async confidences(x) {
      const { shape, data } = await space.classify(x)
      const [count, classes] = shape as readonly [number, number]
      return Float64Array.from({ length: count }, (_, i) =>
        largestProbability(data.subarray(i * classes, (i + 1) * classes)),
      )
    },
  }
}

function largestProbability(logits: Float32Array): number {
  const largest = logits.reduce((a, b) => Math.max(a, b))
  return 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)
}
