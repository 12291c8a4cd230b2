import { columnScale } from '../../evaluate/representation/standardise.ts'
import { hasRandomCode } from '../../train/capabilities.ts'
import { advice, rounded, usualRate } from './advice.ts'
import { lastEpochs } from './curves.ts'
import type { ExaminedCurves, Finding, Suggestion } from './finding.ts'

/** Nats in the 24 binary digits of a float32: no dimension of a code can carry more. */
const MOST_NATS = 24 * Math.LN2

/**
 * A KL term that is larger than a code can carry. KL(q(z|x) ‖ p(z)) averages, over the data, the information of
 * the code about the example plus the divergence of the average q(z|x) from the prior (Hoffman and Johnson 2016,
 * "ELBO surgery"). The information is below 24 ln 2 nats in each float32, so the rest measures codes that lie far
 * outside of the prior.
 */
export function explodingKl(examined: ExaminedCurves): Finding | undefined {
  const { trained, epochs } = examined
  if (!trained || !hasRandomCode(trained.run.model)) return undefined
  const kl = lastEpochs(examined).at(-1)?.train.terms.kl
  const { latent } = trained.run.model
  if (kl === undefined || !(kl > MOST_NATS * latent)) return undefined
  return {
    name: 'exploding-kl',
    what: 'The KL term is larger than a code can carry: codes lie far outside of the prior.',
    evidence: `${nats(kl)} per example after epoch ${epochs.at(-1)!.epoch}, ${nats(kl / latent)} for each of ${latent} dimensions; a float32 carries at most ${MOST_NATS.toFixed(1)}${codesText(examined)}`,
    ...nearerToPrior(examined),
  }
}

const nats = (value: number): string =>
  `${value >= 1e6 ? value.toExponential(2) : value.toFixed(1)} nats`

/** How large mean codes are, where the prior has 1. */
function codesText({ trained }: ExaminedCurves): string {
  const codes = trained?.outputs?.codes
  if (!codes) return ''
  const { mean, deviation } = columnScale(codes)
  const sizes = mean.map((value, i) => Math.hypot(value, deviation[i]!))
  const largest = sizes.indexOf(Math.max(...sizes))
  return `; the mean codes of test examples have a root mean square of ${sizes[largest]!.toPrecision(3)} in dimension ${largest}, the prior of 1`
}

function nearerToPrior(examined: ExaminedCurves): Suggestion {
  const { lr, clip } = examined.config.train
  const { beta } = examined.config.options
  const usual = usualRate(examined)
  const choices = [
    typeof beta === 'number' && beta < 1 && { beta: 1 },
    lr > 2 * usual && { lr: usual },
    clip === 0 ? { clip: 1 } : { lr: rounded(lr / 10) },
  ]
  return advice(examined, choices, 'give the KL term a larger weight')
}
