import type { Distribution } from '../../distributions/distribution.ts'
import { iota, Tensor, topological } from '../../graph/tensor.ts'
import type { BuiltModel } from '../../train/build.ts'
import { rowNoise } from '../loss/row-noise.ts'
import { generatorOf, repeatedMode, repeatedRows } from './latent-model.ts'
import { mapped, posteriorParts } from './posterior-rows.ts'

/** Codes drawn for some examples, all those of an example next to each other. */
export interface WeightedCodes {
  /** `[examples · codes, L]`. */
  readonly z: Tensor
  /** p(x|z), of as many rows. */
  readonly likelihood: Distribution
  /** log p(x|z) + log p(z) - log q(z|x), `[examples · codes]`, in nats. */
  readonly logWeights: Tensor
}

/**
 * That many draws z from q(z|x) for each example, with their importance weights. Inputs are `x`, `labels`, `keys`
 * `[examples, 1]` and `first`, the number of the first of the draws.
 *
 * @param changed another parameter of the posterior, `[examples, L]`, of the one that the encoder gives and `x`
 * @throws UserError if the model lacks a posterior with a density, a likelihood or a prior
 */
export function weightedCodes(
  model: BuiltModel,
  seed: number,
  examples: number,
  codes: number,
  changed: (parameter: Tensor, x: Tensor) => Tensor = (parameter) => parameter,
): WeightedCodes {
  const { likelihood: likelihoodOf, prior, latent } = generatorOf(model)
  const rows = examples * codes
  const x = Tensor.input('x', [examples, model.info.dimension])
  const { once, repeated } = repeatedMode(model, examples, codes)
  const keys = repeatedRows(Tensor.input('keys', [examples, 1], 'int64'), codes)
  const first = Tensor.input('first', [], 'int64')
  const steps = first.add(iota(codes)).expand([examples, codes]).reshape([rows, 1])
  const q = mapped(posteriorParts(model, x, once), (parameter) =>
    repeatedRows(changed(parameter, x), codes),
  )
  const z = q.sample(rowNoise(seed, keys, steps)('importance codes')) // [rows, L]
  const likelihood = likelihoodOf(z, repeated)
  const logJoint = likelihood.logProb(repeatedRows(x, codes)).add(prior([rows, latent]).logProb(z))
  return { z, likelihood, logWeights: logJoint.sub(q.logProb(z)) }
}

/** Numbers of the widest array of a call: few enough to stay close to the processor's caches. */
const CALL_NUMBERS = 2 ** 21

/** How many rows keep the widest array between the code and the weight within `CALL_NUMBERS`. */
export function rowsAtOnce(model: BuiltModel): number {
  const { z, logWeights } = weightedCodes(model, 0, 1, 1)
  const ofCode = new Set([z])
  let widest = 1
  for (const node of topological([logWeights])) {
    if (!ofCode.has(node) && !node.inputs.some((input) => ofCode.has(input))) continue
    ofCode.add(node)
    widest = Math.max(widest, node.size)
  }
  return Math.max(1, Math.floor(CALL_NUMBERS / widest))
}
