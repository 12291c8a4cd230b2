import type { Distribution } from '../../distributions/distribution.ts'
import { gaussian } from '../../distributions/gaussian.ts'
import { gradients } from '../../graph/autodiff.ts'
import { Tensor } from '../../graph/tensor.ts'
import type { Arrays, Runtime } from '../../runtime/session.ts'
import type { HostTensor } from '../../tensor/host.ts'
import { decoded, type LinearGaussian } from '../models/linear-gaussian.ts'
import { codeNoise, exampleInputs, sigmaPoints } from './exact-elbo.ts'

/**
 * Draws of the gradient of E log p(x|z) under q(z|x) by two estimators: 2L columns of draws, one for each element
 * of μ and of log σ².
 */
export interface Estimates {
  /** ∂ log p(x|μ + σε) / ∂(μ, log σ²): Kingma and Welling 2014, section 2.4. */
  readonly reparametrised: readonly Float64Array[]
  /** log p(x|z) ∂ log q(z) / ∂(μ, log σ²): their section 2.2. */
  readonly score: readonly Float64Array[]
  /** The same with the mean of log p(x|z) over the other draws subtracted, which leaves it unbiased. */
  readonly baseline: readonly Float64Array[]
}

interface Size {
  readonly dimension: number
  readonly latent: number
  readonly draws: number
}

export interface GradientDraws {
  /** Takes x `[1, D]` and q, `mu` and `logVar` `[1, L]`, as feeds. */
  draw(feeds: Arrays, seed: number): Promise<Estimates>
  close(): Promise<void>
}

/** Compiles both estimators for one example. */
export async function gradientDraws(
  runtime: Runtime,
  likelihood: (z: Tensor) => Distribution,
  { dimension, latent, draws }: Size,
  parameters: Arrays = {},
): Promise<GradientDraws> {
  const x = Tensor.input('x', [1, dimension])
  const epsilon = Tensor.input('epsilon', [draws, latent])
  // A row of q's parameters for each draw: the gradient of the sum with respect to them holds that of every draw.
  const row = (name: string) => Tensor.input(name, [1, latent]).expand([draws, latent])
  const [mu, logVar] = [row('mu'), row('logVar')]
  const z = mu.add(logVar.mul(0.5).exp().mul(epsilon)) // [N, L]
  const value = likelihood(z).logProb(x) // [N]
  const logDensity = gaussian(mu, logVar).logProb(z.stopGradient())
  const scored = (f: Tensor) => gradients(logDensity.mul(f.stopGradient()).sum(), [mu, logVar])
  const others = value.sub(value.mean()).mul(draws / (draws - 1))
  const expressions = {
    reparametrised: gradients(value.sum(), [mu, logVar]),
    score: scored(value),
    baseline: scored(others),
  }
  const outputs = Object.entries(expressions).flatMap(([name, slopes]) =>
    slopes.map((slope, i) => [`${name} ${i}`, slope] as const),
  )
  const session = await runtime.compile(Object.fromEntries(outputs))
  await session.bind(parameters)
  return {
    async draw(feeds, seed) {
      const results = await session.run({ ...feeds, ...codeNoise(draws, latent, seed) })
      const both = (name: keyof Estimates) =>
        [0, 1].flatMap((i) => columnsOf(results[`${name} ${i}`]!, latent))
      return {
        reparametrised: both('reparametrised'),
        score: both('score'),
        baseline: both('baseline'),
      }
    },
    close: () => session.close(),
  }
}

/** The exact gradient in a linear Gaussian model, whose log p(x|z) is quadratic in z. */
export async function exactGradient(
  runtime: Runtime,
  model: LinearGaussian,
  feeds: Arrays,
): Promise<number[]> {
  const { x, q } = exampleInputs(model)
  const mean = decoded(model, sigmaPoints(q)).logProb(x).mean()
  const [mu, logVar] = gradients(mean, [q.mu, q.logVar])
  const session = await runtime.compile({ mu: mu!, logVar: logVar! })
  const results = await session.run(feeds)
  return [results.mu!, results.logVar!].flatMap(({ data }) => Array.from(data as Float64Array))
}

function columnsOf({ data }: HostTensor, width: number): Float64Array[] {
  return Array.from({ length: width }, (_, l) =>
    Float64Array.from({ length: data.length / width }, (_, i) => Number(data[i * width + l])),
  )
}
