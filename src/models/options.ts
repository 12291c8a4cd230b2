import { z } from 'zod'
import { integer, list, number, numbers, readBy, text } from '../config/options.ts'
import { adjustable, onlyWith } from '../config/schema-facts.ts'
import { type LikelihoodName, parseLikelihood } from '../distributions/likelihood-choice.ts'
import { activationNames } from '../nn/activations.ts'

/** Hidden widths of the encoder; the decoder mirrors them. */
export const hidden = () =>
  onlyWith(
    widths().describe('widths of the hidden layers, such as 500,500; the decoder mirrors them'),
    'network',
    ['mlp'],
  )

/** Widths of hidden layers, of any network. */
export const widths = () => numbers(z.number().int().min(1).max(100_000))

export const activation = () =>
  readBy(list, z.array(z.enum(activationNames)).min(1)).describe(
    'activation of the hidden layers: one for all, or one for each, such as relu,tanh',
  )

export const latent = () =>
  onlyWith(integer(1, 100_000).describe('dimensions of the code'), 'network', ['mlp', 'conv'])

export const dropout = () =>
  adjustable(
    number(z.number().min(0).lt(1)).describe('share of hidden units dropped while training'),
  )

export const likelihood = () =>
  text<LikelihoodName>(
    (name) => parseLikelihood(name) !== undefined,
    'bernoulli, gaussian, gaussian:SIGMA, gaussian:global, gaussian:per-dimension, categorical:LEVELS (2 to 256) or columns',
    [
      'bernoulli',
      'gaussian',
      'gaussian:0.1',
      'gaussian:global',
      'gaussian:per-dimension',
      'categorical:16',
      'columns',
    ],
  ).describe(
    'p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension], categorical[:LEVELS] or columns (of a table, each by its kind); decides the reconstruction loss',
  )

const LEARNED = ['gaussian:global', 'gaussian:per-dimension', 'columns'] as const

/** The same for models whose losses do not depend on σ, so that it cannot be learned. */
export const fixedLikelihood = () =>
  likelihood()
    .refine(
      (name): name is Exclude<LikelihoodName, (typeof LEARNED)[number]> =>
        !LEARNED.some((learned) => learned === name),
      { error: 'no loss of this model depends on σ, so it cannot be learned; give gaussian:SIGMA' },
    )
    .describe(
      'p(x|z), whose mean is the example: bernoulli, gaussian[:SIGMA] or categorical[:LEVELS]',
    )
