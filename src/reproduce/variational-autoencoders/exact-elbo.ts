import { type Gaussian, gaussian, standardNormal } from '../../distributions/gaussian.ts'
import { constant, Tensor } from '../../graph/tensor.ts'
import type { Arrays, Runtime } from '../../runtime/session.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'
import { rowOf } from '../measures/rows.ts'
import {
  type Diagonal,
  decoded,
  type LinearGaussian,
  truePosterior,
} from '../models/linear-gaussian.ts'

/** Inputs of a graph for one example of a linear Gaussian model: x `[1, D]`, and q(z|x) `[1, L]`. */
export function exampleInputs({ loadings, mean }: LinearGaussian): { x: Tensor; q: Gaussian } {
  const parameter = (name: string) => Tensor.input(name, [1, loadings.length])
  return {
    x: Tensor.input('x', [1, mean.length]),
    q: gaussian(parameter('mu'), parameter('logVar')),
  }
}

/** Feeds for these inputs. */
export function exampleFeeds(x: ArrayLike<number>, { mean, variance }: Diagonal): Arrays {
  const row = (values: Float64Array) => hostTensor('float64', [1, values.length], values)
  return {
    x: row(Float64Array.from(x)),
    mu: row(Float64Array.from(mean)),
    logVar: row(Float64Array.from(variance, Math.log)),
  }
}

/** Standard normal noise for codes `[count, L]`, as the feed `epsilon`. */
export function codeNoise(count: number, latent: number, seed: number): Arrays {
  const random = stream(seed, 'noise of codes')
  const draws = Float64Array.from({ length: count * latent }, () => random.normal())
  return { epsilon: hostTensor('float64', [count, latent], draws) }
}

/**
 * The integrands of the two derivations of the ELBO at codes `[K, L]`, `[K]` each: log p(x|z) minus the closed-form
 * divergence of q from the prior, and log p(x, z) - log q(z|x).
 */
export function elboIntegrands(model: LinearGaussian, x: Tensor, q: Gaussian, z: Tensor) {
  const logLikelihood = decoded(model, z).logProb(x)
  const logPrior = standardNormal(z.shape as number[]).logProb(z)
  return {
    split: logLikelihood.sub(q.kl(standardNormal(q.mu.shape as number[]))),
    joint: logLikelihood.add(logPrior).sub(q.logProb(z)),
  }
}

/**
 * Codes `[2L, L]` over which every quadratic function of z has the mean that it has under q: μ ± √L σ_l
 * along each axis. log p(x, z) and log q(z|x) of a linear Gaussian model are such functions.
 */
export function sigmaPoints({ mu, logVar }: Gaussian): Tensor {
  const L = mu.shape[1] as number
  const corners = Float64Array.from({ length: 2 * L * L }, (_, k) => {
    const [row, column] = [Math.floor(k / L), k % L]
    return row % L === column ? (row < L ? 1 : -1) * Math.sqrt(L) : 0
  })
  return mu.add(
    logVar
      .mul(0.5)
      .exp()
      .mul(constant(corners, [2 * L, L])),
  )
}

/** The exact ELBO of an example under q, by both derivations. */
export async function exactElbo(runtime: Runtime, model: LinearGaussian) {
  const { x, q } = exampleInputs(model)
  const { split, joint } = elboIntegrands(model, x, q, sigmaPoints(q))
  const session = await runtime.compile({ split: split.mean(), joint: joint.mean() })
  return async (row: ArrayLike<number>, posterior: Diagonal) => {
    const results = await session.run(exampleFeeds(row, posterior))
    const number = (name: 'split' | 'joint') => Number(results[name]!.data[0])
    return { split: number('split'), joint: number('joint') }
  }
}

/** A q for each example `[n, D]`: around the true posterior's mean, with half to twice its widths. */
export function randomPosteriors(model: LinearGaussian, x: Floats, seed: number): Diagonal[] {
  const random = stream(seed, 'posteriors at random')
  return Array.from({ length: x.shape[0]! }, (_, i) => {
    const { mean, precision } = truePosterior(model, rowOf(x, i))
    return {
      mean: mean.map((value) => value + 0.3 * random.normal()),
      variance: mean.map(
        (_, l) => 4 ** (2 * random.uniform() - 1) / precision[l * mean.length + l]!,
      ),
    }
  })
}
