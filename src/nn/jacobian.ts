import { gradients } from '../graph/autodiff.ts'
import type { Tensor } from '../graph/tensor.ts'
import { type Activation, activations } from './activations.ts'
import type { Mode } from './network.ts'

/**
 * Norms of the Jacobian of codes with respect to examples, as expressions that can be differentiated again. Each
 * derivative is of a sum over the batch, so the code of an example must not depend on other examples: under batch
 * normalisation use `perExample`.
 */

/** ‖∂h/∂x‖²_F of each example `[B]`, where h = s(x W + b): Rifai et al. 2011, equation 4. */
export function oneLayerNorm(linear: Tensor, weight: Tensor, activation: Activation): Tensor {
  const slope = gradients(activations[activation](linear).sum(), [linear])[0]! // s′, [B, L]
  return slope
    .square()
    .dot(weight.square().sum([0], true), false, true)
    .squeeze(1)
}

/** ‖∂h/∂x‖²_F of each example `[B]`, computed row by row. */
export function exactNorm(h: Tensor, x: Tensor): Tensor {
  const rows = Array.from({ length: h.shape[1] as number }, (_, l) => {
    const row = gradients(h.slice(1, l, l + 1).sum(), [x])[0]! // ∂h_l/∂x, [B, D]
    return row.square().sum([1])
  })
  return rows.reduce((sum, row) => sum.add(row))
}

/**
 * An unbiased estimate of ‖∂h/∂x‖²_F `[B]`: E‖vᵀJ‖² = ‖J‖² for v ~ N(0, I) (Hutchinson 1990), averaged
 * over `count` draws.
 */
export function projectedNorm(h: Tensor, x: Tensor, count: number, noise: Mode['noise']): Tensor {
  const estimates = Array.from({ length: count }, (_, k) => {
    const v = noise(`projection ${k}`).normal(h.shape as number[]) // [B, L]
    return gradients(h.mul(v).sum(), [x])[0]!.square().sum([1])
  })
  return estimates.reduce((sum, estimate) => sum.add(estimate)).mul(1 / count)
}
