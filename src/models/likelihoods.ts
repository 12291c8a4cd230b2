import { bernoulli } from '../distributions/bernoulli.ts'
import { categorical } from '../distributions/categorical.ts'
import { outputsOf } from '../distributions/columns/layout.ts'
import { columnsLikelihood } from '../distributions/columns/likelihood.ts'
import {
  type ColumnsOptions,
  type ColumnsParameters,
  columnParameters,
} from '../distributions/columns/parameters.ts'
import type { Distribution } from '../distributions/distribution.ts'
import { gaussian, gaussianWithSigma } from '../distributions/gaussian.ts'
import { type LikelihoodChoice, parseLikelihood } from '../distributions/likelihood-choice.ts'
import { scalar, type Tensor } from '../graph/tensor.ts'
import type { Mode, Network } from '../nn/network.ts'
import type { Parameters } from '../nn/parameters.ts'
import { UserError } from '../tensor/errors.ts'
import type { ExampleInfo } from './model.ts'

export function likelihoodChoice(text: string): LikelihoodChoice {
  const choice = parseLikelihood(text)
  if (!choice) throw new UserError(`likelihood: '${text}' is not known`)
  return choice
}

/** Number of decoder outputs for each value of an example. */
export function outputsPerValue(likelihood: string): number {
  const choice = likelihoodChoice(likelihood)
  return choice.kind === 'categorical' ? choice.levels : 1
}

/** Number of decoder outputs for an example. */
export const decoderOutputs = (likelihood: string, { columns, dimension }: ExampleInfo): number =>
  columns ? outputsOf(columns) : dimension * outputsPerValue(likelihood)

/** Parameters of the likelihood itself, which no network computes. */
export interface LikelihoodParameters {
  /** log σ, where one is learned, starting at σ = 1: [] or [D]. */
  readonly logSigma?: Tensor | undefined
  /** Those of the columns of a table, by name. */
  readonly columnParameters?: ColumnsParameters | undefined
}

/**
 * Creates the parameters of the likelihood itself.
 *
 * @throws UserError if the likelihood is that of columns, and the examples are not rows of a table with kinds
 */
export function likelihoodParameters(
  likelihood: string,
  info: ExampleInfo,
  to: Parameters,
): LikelihoodParameters {
  const choice = likelihoodChoice(likelihood)
  if (info.columns) {
    const created = columnParameters(info.columns, optionsOf(choice)).map(
      ({ name, shape, initial }) =>
        [
          name,
          to.create(`likelihood.${name}`, shape, { kind: 'constant', value: initial }),
        ] as const,
    )
    return { columnParameters: Object.fromEntries(created) }
  }
  if (choice.kind === 'columns')
    throw new UserError(
      'likelihood: columns is for tables whose columns have kinds; these examples have none',
    )
  if (choice.kind !== 'gaussian' || typeof choice.sigma === 'number') return {}
  const shape = choice.sigma === 'global' ? [] : [info.dimension]
  return { logSigma: to.create('likelihood.logSigma', shape, { kind: 'zeros' }) }
}

/** σ of the real-valued columns of a table, in standard deviations of each. */
function optionsOf(choice: LikelihoodChoice): ColumnsOptions {
  if (choice.kind !== 'gaussian' || choice.sigma === 'per-dimension') return {}
  return { sigma: choice.sigma }
}

interface Decoded {
  readonly config: { readonly likelihood: string }
  readonly networks: LikelihoodParameters
  readonly info: ExampleInfo
}

/** p(x|z) of codes, with the parameters that the decoder gives. */
export const decoded = <M extends Decoded>(
  m: M & { readonly networks: { readonly decoder: Network } },
  z: Tensor,
  mode: Mode,
): Distribution => likelihoodOf(m, m.networks.decoder(z, mode))

/** p(x|z), from what the decoder gives: `[B, D]`, or `[B, D · levels]` for a categorical one. */
export function likelihoodOf(m: Decoded, decoded: Tensor): Distribution {
  const choice = likelihoodChoice(m.config.likelihood)
  const { columns, dimension } = m.info
  const { logSigma, columnParameters: own } = m.networks
  if (columns) return columnsLikelihood(columns, decoded, own!, optionsOf(choice))
  switch (choice.kind) {
    case 'bernoulli':
      return bernoulli(decoded)
    case 'categorical':
      return categorical(
        decoded.reshape([decoded.shape[0]!, dimension, choice.levels]),
        choice.levels,
      )
    case 'gaussian':
      return typeof choice.sigma === 'number'
        ? gaussian(decoded, scalar(2 * Math.log(choice.sigma)))
        : gaussianWithSigma(decoded, logSigma!)
    case 'columns':
      throw new Error('a likelihood of columns without columns')
  }
}
