import type { Tensor } from '../graph/tensor.ts'
import type { Mode } from './network.ts'

/** Srivastava et al. 2014, inverted: kept units are scaled up while training. */
export function dropout(x: Tensor, rate: number, mode: Mode, stream: string): Tensor {
  if (rate === 0 || !mode.training) return x
  const kept = mode
    .noise(stream)
    .uniform(x.shape as number[])
    .less(1 - rate)
  return kept.select(x.mul(1 / (1 - rate)), 0)
}
