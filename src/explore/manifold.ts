import { classLabelsOf } from '../data/labels.ts'
import { gaussianQuantile } from '../distributions/gaussian-quantile.ts'
import { described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { type Floats, hostTensor } from '../tensor/host.ts'
import { option, worded } from '../tensor/wording.ts'
import { oneClass } from '../train/classes.ts'
import { lacksCode, type TrainedModel } from '../train/trained.ts'

/** A square grid over a two-dimensional latent space, row by row from the upper left corner. */
export interface ManifoldGrid {
  /** `[size * size, 2]`; the first dimension rises to the right, the second upwards. */
  readonly codes: Floats
  /** The decoded codes, `[size * size, D]`. */
  readonly values: Floats
}

/**
 * Decodes a grid of codes that are evenly spread over a standard normal prior: the midpoints of `size`
 * equal shares of its probability along each dimension, by the inverse of the Gaussian distribution
 * function (Kingma and Welling 2014, figure 4).
 *
 * @param label the class that a conditional model decodes as, by default its first; others ignore it
 * @throws UserError unless the code has two dimensions, and for a size that is not a whole number from 1.
 */
export async function manifoldGrid(
  model: TrainedModel,
  size: number,
  label?: number,
): Promise<ManifoldGrid> {
  const { latent, likelihood, definition } = model.model
  if (!likelihood) throw new UserError(lacksCode(definition.name))
  if (latent !== 2)
    throw new UserError(
      worded`the manifold grid needs a code of 2 dimensions, this model's has ${latent}; train one with ${option('latent', 2)}`,
    )
  if (!Number.isInteger(size) || size < 1)
    throw new UserError(`size: expected a whole number of at least 1, got ${described(size)}`)
  const codes = gridCodes(size)
  return {
    codes,
    values: await model.decode(
      codes,
      oneClass(size * size, label ?? classLabelsOf(model.model.info)[0] ?? 0),
    ),
  }
}

function gridCodes(size: number): Floats {
  const axis = Array.from({ length: size }, (_, i) => gaussianQuantile((i + 0.5) / size))
  const codes = new Float32Array(size * size * 2)
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      codes.set([axis[column]!, axis[size - 1 - row]!], 2 * (row * size + column))
  return hostTensor('float32', [size * size, 2], codes)
}
