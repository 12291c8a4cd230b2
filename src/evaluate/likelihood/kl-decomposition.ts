// Hoffman and Johnson 2016, "ELBO surgery: yet another way to carve up the variational evidence lower
// bound", Workshop on Advances in Approximate Bayesian Inference.

import { int64, Tensor } from '../../graph/tensor.ts'
import { UserError } from '../../tensor/errors.ts'
import { hostTensor } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import type { BuiltModel } from '../../train/build.ts'
import type { WithParameters } from '../../train/trained.ts'
import { rowKeys, rowNoise } from '../loss/row-noise.ts'
import { type ActiveUnits, activeUnits } from './active-units.ts'
import { blocksOf, type Drawing, type Examples, generatorOf, repeatedMode } from './latent-model.ts'
import { mapped, posteriorParts } from './posterior-rows.ts'

export interface DecompositionOptions extends ReadOptions, Drawing {
  /** Codes drawn from q(z|x) for each example; 1 by default. */
  readonly codesPerExample?: number | undefined
}

/** A mean over examples or draws, with its standard error. */
export interface Estimated {
  readonly value: number
  readonly error: number
}

/** Where the divergence of the posteriors from the prior comes from. All in nats. */
export interface KlDecomposition {
  /** N: the mixture q(z) = 1/N Σ q(z|x_n) is of these. */
  readonly examples: number
  /** Number of codes by which the expectations under q(z) are estimated. */
  readonly codes: number
  /** KL(q(z|x) ‖ p(z)) of each example, exact, `[N]`. */
  readonly kl: Float64Array
  /** The part of each dimension of the code, mean over the examples, and its standard error over them, `[L]`. */
  readonly perDimension: Float64Array
  readonly perDimensionErrors: Float64Array
  readonly active: ActiveUnits
  /**
   * I(x; z) under q, where x is one of the N examples: 0 to log N. Its Monte Carlo error is overestimated: it is
   * computed as if the examples were drawn too, while each has the same number of codes.
   */
  readonly mutualInformation: Estimated
  /** KL(q(z) ‖ p(z)): the mean of `kl` minus the mutual information, with the error of the latter. */
  readonly marginalKl: Estimated
}

/**
 * Mean KL(q(z|x) ‖ p(z)) = I(x; z) + KL(q(z) ‖ p(z)) over examples `[N, D]`, with q(z) the mixture of their
 * posteriors (equation 9). The mutual information is the mean of log q(z|x) - log q(z) over drawn codes, with q(z)
 * averaged over all N posteriors, in time N² · L · codesPerExample: a few thousand examples are enough. A
 * conditional model's q(z) is over examples of all classes. Code i of the example with number j is a function of
 * (seed, i, j).
 *
 * @throws UserError if the model lacks a posterior with a density or a prior; RangeError for N < 2
 */
export async function klDecomposition(
  latentModel: WithParameters,
  x: Examples,
  options: DecompositionOptions,
): Promise<KlDecomposition> {
  const { latent } = latentModel.model
  const { posteriors, means, divergences, codes, logPosteriors } = await encoded(
    latentModel,
    x,
    options,
  )
  const count = means.length / latent
  const active = activeUnits(means, [count, latent])
  const logAggregated = await aggregatedPosterior(latentModel, posteriors, codes, options)
  const mutualInformation = estimated(logPosteriors.map((log, i) => log - logAggregated[i]!))
  const kl = Float64Array.from({ length: count }, (_, i) =>
    divergences.subarray(i * latent, (i + 1) * latent).reduce((a, b) => a + b, 0),
  )
  const dimensions = Array.from({ length: latent }, (_, l) =>
    estimated(divergences.filter((_, at) => at % latent === l)),
  )
  return {
    examples: count,
    codes: logPosteriors.length,
    kl,
    perDimension: Float64Array.from(dimensions, ({ value }) => value),
    perDimensionErrors: Float64Array.from(dimensions, ({ error }) => error),
    active,
    mutualInformation,
    marginalKl: {
      value: estimated(kl).value - mutualInformation.value,
      error: mutualInformation.error,
    },
  }
}

/** The posteriors of all examples, and codes drawn from them. */
interface Encoded {
  /** The parameters of q(z|x), `[N, L]` each. */
  readonly posteriors: Readonly<Record<string, Float64Array>>
  readonly means: Float64Array
  /** Divergence from the prior of each dimension, `[N, L]`. */
  readonly divergences: Float64Array
  /** `[M, L]`. */
  readonly codes: Float64Array
  /** log q(z|x) of each code under the posterior that it was drawn from, `[M]`. */
  readonly logPosteriors: Float64Array
}

async function encoded(
  { model, parameters, runtime }: WithParameters,
  x: Examples,
  options: DecompositionOptions,
): Promise<Encoded> {
  const { seed, codesPerExample = 1, rowsPerCall = BLOCK, signal } = options
  if (!Number.isInteger(codesPerExample) || codesPerExample < 1)
    throw new UserError(
      `codesPerExample: expected a whole number, 1 or more, got ${codesPerExample}`,
    )
  const count = x.shape[0] ?? 0
  const size = Math.max(1, Math.min(count, rowsPerCall))
  const blocks = blocksOf(model, x, options, size)
  const { perExample, drawn } = posteriorGraphs(model, seed, size)
  const session = await runtime.compile({ ...perExample, ...drawn })
  const all: Record<string, Float64Array[]> = {}
  try {
    await session.bind(parameters)
    for (const { count: counted, numbers, feeds } of blocks)
      for (let k = 0; k < codesPerExample; k++) {
        signal?.throwIfAborted()
        const keys = rowKeys(numbers.map((number) => ({ number, k })))
        for (const [name, { shape, data }] of Object.entries(await session.run({ ...feeds, keys })))
          if (k === 0 || name in drawn) {
            const width = shape[1] ?? 1
            all[name] ??= []
            all[name].push(Float64Array.from(data as Float32Array).subarray(0, counted * width))
          }
      }
  } finally {
    await session.close()
  }
  const joined = Object.fromEntries(
    Object.entries(all).map(([name, parts]) => [name, joinedArrays(parts)]),
  )
  const { means, divergences, codes, logPosteriors, ...posteriors } = joined
  return {
    posteriors,
    means: means!,
    divergences: divergences!,
    codes: codes!,
    logPosteriors: logPosteriors!,
  }
}

function joinedArrays(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Examples that are encoded in one call, by default. */
const BLOCK = 500

/** Of a block of examples: the parameters of q(z|x), its mean and divergences by dimension; and a code of each. */
function posteriorGraphs(model: BuiltModel, seed: number, size: number) {
  const { prior, latent } = generatorOf(model)
  const { once } = repeatedMode(model, size, 1)
  const x = Tensor.input('x', [size, model.info.dimension])
  const parts = posteriorParts(model, x, once)
  const q = mapped(parts, (parameter) => parameter)
  const keys = Tensor.input('keys', [size, 1], 'int64')
  const steps = int64(0n).expand([size, 1])
  const codes = q.sample(rowNoise(seed, keys, steps)('decomposition codes')) // [B, L]
  return {
    perExample: {
      ...parts.parameters,
      means: q.mean(),
      divergences: q.klPerDimension(prior([size, latent])), // [B, L]
    },
    drawn: { codes, logPosteriors: q.logProb(codes) },
  }
}

/** log 1/N Σ q(z|x_n) at each code `[M, L]`, over posteriors given by their parameters `[N, L]`. */
async function aggregatedPosterior(
  { model, runtime }: WithParameters,
  posteriors: Readonly<Record<string, Float64Array>>,
  codes: Float64Array,
  { onProgress, signal }: ReadOptions,
): Promise<Float64Array> {
  const { latent, info } = model
  const count = Object.values(posteriors)[0]!.length / latent
  const x = Tensor.input('x', [1, info.dimension])
  const q = mapped(posteriorParts(model, x, repeatedMode(model, 1, 1).once), (_, name) =>
    Tensor.input(name, [count, latent]),
  )
  const z = Tensor.input('z', [1, latent])
  const session = await runtime.compile({ logSum: q.logProb(z).logSumExp(0) })
  const logDensities = new Float64Array(codes.length / latent)
  try {
    const arrays = Object.entries(posteriors).map(
      ([name, values]) => [name, hostTensor('float64', [count, latent], values)] as const,
    )
    await session.bind(Object.fromEntries(arrays))
    for (let i = 0; i < logDensities.length; i++) {
      signal?.throwIfAborted()
      const code = codes.slice(i * latent, (i + 1) * latent)
      const { logSum } = await session.run({ z: hostTensor('float64', [1, latent], code) })
      logDensities[i] = Number(logSum!.data[0]) - Math.log(count)
      onProgress?.((i + 1) / logDensities.length)
    }
  } finally {
    await session.close()
  }
  return logDensities
}

function estimated(values: ArrayLike<number>): Estimated {
  const all = Array.from(values)
  const value = all.reduce((a, b) => a + b, 0) / all.length
  const squares = all.reduce((sum, one) => sum + (one - value) ** 2, 0)
  return { value, error: Math.sqrt(squares / (all.length - 1) / all.length) }
}
