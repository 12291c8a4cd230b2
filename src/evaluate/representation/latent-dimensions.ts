import { UserError } from '../../tensor/errors.ts'
import type { Floats } from '../../tensor/host.ts'
import { canSample, hasRandomCode } from '../../train/capabilities.ts'
import type { Labels, TrainedModel } from '../../train/trained.ts'
import { activeAbove, activeUnits } from '../likelihood/active-units.ts'
import {
  type Estimated,
  encodedPosteriors,
  perDimension,
} from '../likelihood/encoded-posteriors.ts'

/** One dimension of the code, over examples. */
export interface LatentDimension {
  /** Its index in the code, from 0. */
  readonly index: number
  /** Mean and standard deviation over the examples of the mean code, with n - 1 in the denominator. */
  readonly mean: number
  readonly deviation: number
  /** Whether it tells examples apart: whether the variance of the mean code is above `activeAbove`. */
  readonly active: boolean
  /** What it adds to KL(q(z|x) ‖ p(z)), in nats: the mean over the examples and its standard error. */
  readonly kl?: Estimated | undefined
}

/** The dimensions of a code, over examples. */
export interface LatentDimensions {
  readonly examples: number
  /** Active ones first, by decreasing KL, or decreasing variance where there is no KL. */
  readonly dimensions: readonly LatentDimension[]
  /**
   * The variance of the mean code above which a dimension is active: 0.01 (Burda et al. 2016, section 5) for a code with a
   * distribution, and a millionth of the largest variance for any other.
   */
  readonly activeAbove: number
}

/**
 * What each dimension of the code says about examples `[N, D]`.
 *
 * @throws UserError for a model without an encoder, and for fewer than two examples
 */
export async function latentDimensions(
  trained: TrainedModel,
  x: Floats,
  labels?: Labels,
): Promise<LatentDimensions> {
  const [examples = 0] = x.shape
  if (examples < 2) throw new UserError(`examples: their spread needs 2 or more, got ${examples}`)
  const { latent } = trained.model
  const { means, kl } = await encodedMeans(trained, x, labels)
  const { centres, variances } = activeUnits(means, [examples, latent])
  const least = activeAbove(variances, hasRandomCode(trained.model)).variance
  const dimensions = Array.from(variances, (variance, index) => ({
    index,
    mean: centres[index]!,
    deviation: Math.sqrt(variance),
    active: variance > least,
    ...(kl && { kl: kl[index]! }),
  }))
  const weight = ({ deviation, kl }: LatentDimension) => kl?.value ?? deviation
  dimensions.sort((a, b) => Number(b.active) - Number(a.active) || weight(b) - weight(a))
  return { examples, dimensions, activeAbove: least }
}

/** The means of q(z|x), `[N, L]`, and the divergence by dimension where there is a prior to diverge from. */
async function encodedMeans(
  trained: TrainedModel,
  x: Floats,
  labels: Labels | undefined,
): Promise<{ means: ArrayLike<number>; kl?: readonly Estimated[] }> {
  const { model, rowsPerCall } = trained
  if (!canSample(model) || !hasRandomCode(model))
    return { means: (await trained.encode(x, labels)).data }
  const options = { seed: 0, labels, rowsPerCall, codesPerExample: 0 }
  const { means, divergences } = await encodedPosteriors(trained, x, options)
  return { means, kl: perDimension(divergences, model.latent) }
}
