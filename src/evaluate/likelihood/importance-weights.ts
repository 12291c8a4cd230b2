import type { Distribution } from '../../distributions/distribution.ts'
import { iota, Tensor, topological } from '../../graph/tensor.ts'
import type { BuiltModel } from '../../train/build.ts'
import { rowNoise } from '../loss/row-noise.ts'
import { generatorOf, repeatedMode, repeatedRows } from './latent-model.ts'
import { mapped, posteriorParts } from './posterior-rows.ts'

/** Codes drawn from q(z|x) for each of some examples, and what they weigh, as expressions. */
export interface ImportanceWeights {
  /** All codes of the first example, then those of the second: `[examples · codes, L]`. */
  readonly z: Tensor
  /** The example of each code, `[examples · codes, D]`. */
  readonly x: Tensor
  /** p(x|z). */
  readonly p: Distribution
  /** log p(x|z) + log p(z) - log q(z|x), `[examples · codes]`. */
  readonly logWeights: Tensor
}

/** Another q(z|x) than the model's: the weights hold for any. */
export interface Proposal {
  /** What the encoder sees of the examples in place of `x`, `[examples, D]`. */
  readonly seen?: Tensor | undefined
  /** A parameter of the posterior, `[examples, L]`, in place of that which the encoder gives for `x`. */
  readonly changed?: ((parameter: Tensor, x: Tensor) => Tensor) | undefined
}

/**
 * That many draws z from q(z|x) for each example, with their weights. Inputs are `x`, `labels`, `keys` `[examples, 1]` and
 * `first`, the number of the first of the draws.
 */
export function importanceWeights(
  model: BuiltModel,
  seed: number,
  examples: number,
  codes: number,
  { seen, changed = (parameter) => parameter }: Proposal = {},
): ImportanceWeights {
  const { likelihood, prior, latent } = generatorOf(model)
  const rows = examples * codes
  const given = Tensor.input('x', [examples, model.info.dimension])
  const { once, repeated } = repeatedMode(model, examples, codes)
  const keys = repeatedRows(Tensor.input('keys', [examples, 1], 'int64'), codes)
  const first = Tensor.input('first', [], 'int64')
  const steps = first.add(iota(codes)).expand([examples, codes]).reshape([rows, 1])
  const q = mapped(posteriorParts(model, seen ?? given, once), (parameter) =>
    repeatedRows(changed(parameter, given), codes),
  )
  const z = q.sample(rowNoise(seed, keys, steps)('importance codes')) // [rows, L]
  const x = repeatedRows(given, codes)
  const p = likelihood(z, repeated)
  const logJoint = p.logProb(x).add(prior([rows, latent]).logProb(z))
  return { z, x, p, logWeights: logJoint.sub(q.logProb(z)) }
}

/** Numbers of the widest array of a call: few enough to stay close to the processor's caches. */
const CALL_NUMBERS = 2 ** 21

/** How many rows keep the widest array between the code and the weight within `CALL_NUMBERS`. */
export function rowsAtOnce(model: BuiltModel): number {
  const { z, logWeights } = importanceWeights(model, 0, 1, 1)
  const ofCode = new Set([z])
  let widest = 1
  for (const node of topological([logWeights])) {
    if (!ofCode.has(node) && !node.inputs.some((input) => ofCode.has(input))) continue
    ofCode.add(node)
    widest = Math.max(widest, node.size)
  }
  return Math.max(1, Math.floor(CALL_NUMBERS / widest))
}

/** Examples of one call, and codes for each of them: all its codes at once, or in calls of equal size. */
export function callSize(count: number, samples: number, rows: number) {
  const codes = Math.ceil(samples / Math.ceil(samples / rows))
  return { codes, examples: Math.max(1, Math.min(count, Math.floor(rows / codes))) }
}
