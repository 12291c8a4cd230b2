import { int64, Tensor } from '../../graph/tensor.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import type { BuiltModel } from '../../train/build.ts'
import type { WithParameters } from '../../train/trained.ts'
import { rowKeys, rowNoise } from '../loss/row-noise.ts'
import { blocksOf, type Drawing, type Examples, generatorOf, repeatedMode } from './latent-model.ts'
import { mapped, posteriorParts } from './posterior-rows.ts'

/** A mean over examples or draws, with its standard error. */
export interface Estimated {
  readonly value: number
  readonly error: number
}

/** The posteriors of all examples, and codes drawn from them. */
export interface EncodedPosteriors {
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

/**
 * Encodes examples `[N, D]`. Code i of the example with number j is a function of (seed, i, j).
 *
 * @param options `codesPerExample` may be 0
 * @throws UserError if the model lacks a posterior with a density or a prior
 */
export async function encodedPosteriors(
  { model, parameters, runtime }: WithParameters,
  x: Examples,
  options: Drawing & Pick<ReadOptions, 'signal'> & { readonly codesPerExample: number },
): Promise<EncodedPosteriors> {
  const { seed, codesPerExample, rowsPerCall = BLOCK, signal } = options
  const count = x.shape[0] ?? 0
  const size = Math.max(1, Math.min(count, rowsPerCall))
  const blocks = blocksOf(model, x, options, size)
  const { perExample, codes: drawnCodes } = posteriorGraphs(model, seed, size)
  const drawn = codesPerExample > 0 ? drawnCodes : {}
  const session = await runtime.compile({ ...perExample, ...drawn })
  const all: Record<string, Float64Array[]> = {}
  try {
    await session.bind(parameters)
    for (const { count: counted, numbers, feeds } of blocks)
      for (let k = 0; k < Math.max(1, codesPerExample); k++) {
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
  const none = new Float64Array()
  return {
    posteriors,
    means: means!,
    divergences: divergences!,
    codes: codes ?? none,
    logPosteriors: logPosteriors ?? none,
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
    codes: { codes, logPosteriors: q.logProb(codes) },
  }
}

export function estimated(values: ArrayLike<number>): Estimated {
  const all = Array.from(values)
  const value = all.reduce((a, b) => a + b, 0) / all.length
  const squares = all.reduce((sum, one) => sum + (one - value) ** 2, 0)
  return { value, error: Math.sqrt(squares / (all.length - 1) / all.length) }
}

/** The mean over examples of each dimension of values `[N, L]`, with its standard error. */
export const perDimension = (values: Float64Array, latent: number): Estimated[] =>
  Array.from({ length: latent }, (_, l) => estimated(values.filter((_, at) => at % latent === l)))
