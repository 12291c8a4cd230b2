import type { Posterior } from '../../distributions/distribution.ts'
import { gaussian, isGaussian } from '../../distributions/gaussian.ts'
import { isBernoulli, relaxedBernoulli } from '../../distributions/relaxed-bernoulli.ts'
import type { Tensor } from '../../graph/tensor.ts'
import type { Mode } from '../../nn/network.ts'
import { UserError } from '../../tensor/errors.ts'
import type { BuiltModel } from '../../train/build.ts'

/** q(z|x) in parts, so that its parameters can be repeated, or kept on the host. */
export interface PosteriorParts {
  /** `[B, L]` each. */
  readonly parameters: Readonly<Record<string, Tensor>>
  /** The distribution with the given parameters, `[rows, L]` each; binary codes are drawn hard. */
  readonly of: (parameters: Readonly<Record<string, Tensor>>) => Posterior
}

/**
 * The posterior of examples `[B, D]` in its parts.
 *
 * @throws UserError if the model has no encoder, or its posterior is a single point
 */
export function posteriorParts(
  { definition, posterior }: BuiltModel,
  x: Tensor,
  mode: Mode,
): PosteriorParts {
  if (!posterior)
    throw new UserError(`${definition.name} has no encoder, so there is no posterior over codes`)
  const q = posterior(x, mode)
  if (isGaussian(q))
    return {
      parameters: { mu: q.mu, logVar: q.logVar.expand(q.mu.shape) },
      of: ({ mu, logVar }) => gaussian(mu!, logVar!),
    }
  if (isBernoulli(q))
    return {
      parameters: { logits: q.logits },
      of: ({ logits }) => relaxedBernoulli(logits!, 1, { hard: true }),
    }
  throw new UserError(
    `${definition.name} gives each example a single code, not a distribution over codes with a density`,
  )
}

/** The same distribution with another expression for each of its parameters. */
export const mapped = (
  { parameters, of }: PosteriorParts,
  change: (parameter: Tensor, name: string) => Tensor,
): Posterior =>
  of(
    Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, change(value, name)]),
    ),
  )
