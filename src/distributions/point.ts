import type { Tensor } from '../graph/tensor.ts'
import type { Distribution } from './distribution.ts'

/** All mass on one code: the posterior of a deterministic autoencoder. */
export function point(code: Tensor): Distribution {
  return {
    logProb() {
      throw new Error('a point has no density')
    },
    mean: () => code,
    sample: () => code,
    reparametrised: true,
  }
}
