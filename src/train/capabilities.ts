import { Tensor } from '../graph/tensor.ts'
import type { BuiltModel } from './build.ts'
import { inferenceMode } from './trained.ts'

/** What a model can do, read off what its definition has; its name is never asked. */

/** Whether examples have codes that can be decoded. */
export const hasCode = ({ posterior, likelihood }: BuiltModel): boolean =>
  posterior !== undefined && likelihood !== undefined

/** Whether new examples can be drawn. */
export const canSample = ({ prior, likelihood }: BuiltModel): boolean =>
  prior !== undefined && likelihood !== undefined

/** Whether q(z|x) is a distribution with a divergence from the prior, and not a point. */
export function hasRandomCode(model: BuiltModel): boolean {
  const q = posteriorOf(model)
  return q !== undefined && 'kl' in q
}

/**
 * Whether codes are drawn in a way that no gradient passes, as binary ones are: training must have taken a
 * relaxation of them.
 */
export function relaxesCodes(model: BuiltModel): boolean {
  const q = posteriorOf(model)
  return q !== undefined && !q.reparametrised
}

function posteriorOf(model: BuiltModel) {
  const x = Tensor.input('x', ['batch', model.info.dimension])
  return model.posterior?.(x, inferenceMode(model))
}

/** What kind of codes p(z) gives: standard normal, binary, or of a shape of its own. */
export type PriorKind = 'normal' | 'binary' | 'other'

export function priorKind({ prior, latent }: BuiltModel): PriorKind | undefined {
  const p = prior?.([1, latent])
  if (!p) return undefined
  if ('logits' in p) return 'binary'
  return 'logVar' in p ? 'normal' : 'other'
}
