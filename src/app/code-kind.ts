import { Tensor } from '../graph/tensor.ts'
import type { BuiltModel } from '../train/build.ts'
import { inferenceMode } from '../train/trained.ts'

/**
 * Whether codes are drawn in a way that no gradient passes, as binary ones are: training must then have
 * taken a relaxation of them.
 */
export function drawsRelaxedCodes(model: BuiltModel): boolean {
  const x = Tensor.input('x', ['batch', model.info.dimension])
  const q = model.posterior?.(x, inferenceMode(model))
  return q !== undefined && !q.reparametrised
}
