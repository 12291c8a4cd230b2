// What variational autoencoders share: their options, q(z|x), p(z) and the KL term (Kingma and Welling 2014).
import { z } from 'zod'
import { number, schedule } from '../config/options.ts'
import { adjustable, onlyWith } from '../config/schema-facts.ts'
import type { Posterior } from '../distributions/distribution.ts'
import { boundedGaussian, standardNormal } from '../distributions/gaussian.ts'
import { bernoulliPrior, relaxedBernoulli } from '../distributions/relaxed-bernoulli.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Mode } from '../nn/network.ts'
import type { HostTensor } from '../tensor/host.ts'
import { type Coders, coderConfig } from './coders.ts'
import type { Bound, Term } from './model.ts'

export const vaeConfig = coderConfig.extend({
  prior: z
    .enum(['gaussian', 'bernoulli'])
    .default('gaussian')
    .describe('p(z), and with it q(z|x): gaussian, or bernoulli for binary codes'),
  beta: schedule()
    .default(1)
    .describe('weight of the KL term: a number, or FROM:TO@EPOCHS for a linear warm-up'),
  freeBits: adjustable(
    number(z.number().min(0))
      .default(0)
      .describe('nats of KL per dimension of the code that cost nothing'),
  ),
  temperature: onlyWith(
    schedule()
      .refine((t) => (typeof t === 'number' ? t > 0 : t.from > 0 && t.to > 0), {
        error: 'expected a temperature above 0',
      })
      .default({ from: 1, to: 0.5, epochs: 10 })
      .describe(
        'temperature of relaxed binary codes (bernoulli only): a number, or FROM:TO@EPOCHS',
      ),
    'prior',
    ['bernoulli'],
  ),
})

export type VaeConfig = z.infer<typeof vaeConfig>
type VaeBound = Bound<VaeConfig, Coders, Posterior>

/** q(z|x), from the encoder's output: `[B, 2L]` for a Gaussian, `[B, L]` for binary codes. */
export function posteriorOf(
  m: Pick<VaeBound, 'config' | 'scheduled'>,
  encoded: Tensor,
  mode: Mode,
): Posterior {
  const { latent, prior } = m.config
  if (prior === 'bernoulli')
    return mode.training
      ? relaxedBernoulli(encoded, m.scheduled('temperature'))
      : relaxedBernoulli(encoded, 1, { hard: true })
  const [mu, logVar] = encoded.split(1, [latent, latent]) // [B, L] each
  return boundedGaussian(mu!, logVar!)
}

export const priorOf = ({ config }: Pick<VaeBound, 'config'>, shape: readonly number[]) =>
  config.prior === 'bernoulli' ? bernoulliPrior(shape) : standardNormal(shape)

/** Number of encoder outputs for an example. */
export const encodedSize = ({ latent, prior }: VaeConfig): number =>
  prior === 'bernoulli' ? latent : 2 * latent

/** KL(q(z|x) ‖ p(z)) of each example; with free bits, Kingma et al. 2016, appendix C.8. */
export function divergence(m: VaeBound, q: Posterior, shape: readonly number[]): Term {
  const perDimension = q.klPerDimension(priorOf(m, shape)) // [B, L]
  const { freeBits } = m.config
  return {
    value: perDimension.sum([1]),
    ...(freeBits > 0 && {
      minimized: perDimension.mean([0]).max(freeBits).sum(),
      joint: {
        rows: { perDimension },
        of: (rows) =>
          meanRow(rows.perDimension!).reduce((sum, mean) => sum + Math.max(mean, freeBits), 0),
      },
    }),
    weight: m.scheduled('beta'),
    bound: true,
  }
}

/** The mean of the rows of an array `[n, D]`, `[D]`; NaN for no rows. */
function meanRow({ shape, data }: HostTensor<'float32' | 'float64'>): Float64Array {
  const [count, width] = shape as readonly [number, number]
  const sums = new Float64Array(width)
  for (let at = 0; at < data.length; at++) sums[at % width]! += Number(data[at])
  return sums.map((sum) => sum / count)
}
