import { featuresOf } from '../../distributions/columns/features.ts'
import type { Tensor } from '../../graph/tensor.ts'
import type { Mode } from '../../nn/network.ts'
import { UserError } from '../../tensor/errors.ts'
import type { BuiltModel } from '../../train/build.ts'
import { withinReachExpression, withinTrainingExpression } from '../within-training.ts'

/** `comparedWithReconstructions` as expressions: examples `[B, D]` and their reconstructions as vectors `[B, F]`. */
export function comparedExpression(model: BuiltModel, x: Tensor, mode: Mode) {
  const { columns } = model.info
  const values = withinReachExpression(columns, x)
  const restored = reconstruction(model, withinTrainingExpression(columns, values), mode)
  if (!columns) return { given: values, restored }
  const given = featuresOf(columns, values)
  return {
    given: given.values,
    restored: given.known.select(featuresOf(columns, restored).values, 0),
  }
}

/** What the model makes of examples, `[B, D]`: the mean of p(x|z) at the mean of q(z|x) where it has a code. */
function reconstruction(
  { posterior, likelihood, restore, definition }: BuiltModel,
  x: Tensor,
  mode: Mode,
): Tensor {
  if (posterior && likelihood) return likelihood(posterior(x, mode).mean(), mode).mean()
  if (restore) return restore(x, mode).mean()
  throw new UserError(`${definition.name} has no encoder: it cannot reconstruct examples`)
}
