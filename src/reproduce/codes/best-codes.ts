import type { Distribution } from '../../distributions/distribution.ts'
import { gradients } from '../../graph/autodiff.ts'
import { scalar, Tensor } from '../../graph/tensor.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { trainConfig } from '../../train/config.ts'
import { optimizer } from '../../train/optimizers.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { inferenceMode } from '../../train/trained.ts'
import { rowOf } from '../measures/rows.ts'

/** A decoder, and a prior to start from. */
type Generator = Pick<TrainedModel, 'model' | 'parameters' | 'runtime' | 'samplePrior'>

export interface SearchOptions extends ReadOptions {
  readonly seed: number
  /** Draws of the prior that the search for each example starts from; 8 by default. */
  readonly starts?: number
  /** Steps of Adam, whose size falls to 0 along a cosine; 200 by default. */
  readonly steps?: number
  /** How far from the origin a code may lie; anywhere by default. */
  readonly radius?: number
}

/** The best codes found for n examples. */
export interface BestCodes {
  /** `[n, L]` */
  readonly codes: Floats
  /** Their costs, `[n]`. */
  readonly costs: Float64Array
}

/** Size of the first step in each coordinate of a code, where the prior has σ = 1. */
const STEP = 0.1

/** Radius that all but one in ten thousand draws from N(0, I) in `latent` dimensions stay within. */
export const priorRadius = (latent: number): number => Math.sqrt(latent) + 3

/** ‖x - E[x|z]‖² of each row, `[B]`. */
export const squaredErrorOf = (p: Distribution, x: Tensor): Tensor =>
  p.mean().sub(x).square().sum([1])

/**
 * Searches for the code of least cost for each example `[n, D]` by gradient descent on a cost of p(x|z) and x, from
 * several draws of the prior, and keeps the best. It uses no encoder, so that decoders with and without one are
 * treated alike. The costs are upper bounds: better codes may exist.
 */
export async function bestCodes(
  run: Generator,
  x: Floats,
  cost: (p: Distribution, x: Tensor) => Tensor,
  { seed, starts = 8, steps = 200, radius, onProgress, signal }: SearchOptions,
): Promise<BestCodes> {
  const { latent } = run.model
  const n = x.shape[0]!
  const { outputs, columns } = searchStep(run, n * starts, x.shape[1]!, cost, radius)
  const session = await run.runtime.compile(outputs)
  try {
    await session.bind({ ...run.parameters, x: repeated(x, starts) })
    const zeros = hostTensor('float32', [n * starts, latent], new Float32Array(n * starts * latent))
    let state = { z: await run.samplePrior(n * starts, seed), first: zeros, second: zeros }
    for (let t = 1; t <= steps; t++) {
      signal?.throwIfAborted()
      const results = await session.run({ ...state, ...columns(t, steps) })
      const floats = (name: string) => results[name]! as Floats
      state = { z: floats('next'), first: floats('first moment'), second: floats('second moment') }
      onProgress?.(t / steps)
    }
    const { costs } = await session.run({ ...state, ...columns(steps, steps) })
    return leastOf(costs!.data as Float32Array, state.z, starts)
  } finally {
    await session.close()
  }
}

/** The graph of a step of Adam, each row on its own, and its inputs besides. */
function searchStep(
  { model }: Generator,
  rows: number,
  dimension: number,
  cost: (p: Distribution, x: Tensor) => Tensor,
  radius: number | undefined,
) {
  const config = trainConfig.parse({ optimizer: 'adam' })
  const adam = optimizer(config)
  const z = Tensor.input('z', [rows, model.latent])
  const costs = cost(
    model.likelihood!(z, inferenceMode(model, rows)),
    Tensor.input('x', [rows, dimension]),
  )
  const slots = { first: Tensor.input('first', z.shape), second: Tensor.input('second', z.shape) }
  const numbers = { size: Tensor.input('size', []), epsilon: Tensor.input('epsilon', []) }
  // The gradient of the sum with respect to all codes holds that of each cost with respect to its own.
  const [slope] = gradients(costs.sum(), [z])
  const { parameter, slots: moments } = adam.update(z, slope!, slots, numbers)
  const next = radius === undefined ? parameter : within(parameter, radius)
  const outputs = {
    costs,
    next,
    'first moment': moments.first!,
    'second moment': moments.second!,
  }
  const columns = (t: number, steps: number) => {
    const lr = (STEP * (1 + Math.cos((Math.PI * (t - 1)) / steps))) / 2
    return Object.fromEntries(
      Object.entries(adam.columns(t, lr)).map(([name, value]) => [
        name,
        hostTensor('float32', [], Float32Array.of(value)),
      ]),
    )
  }
  return { outputs, columns }
}

/** Projects codes outside the radius onto it. */
function within(codes: Tensor, radius: number): Tensor {
  const norms = codes.square().sum([1], true).add(1e-12).sqrt() // [B, 1]
  return codes.mul(scalar(radius).div(norms).min(1))
}

function repeated(x: Floats, times: number): Floats {
  const [n, width] = x.shape as readonly [number, number]
  const all = new Float32Array(n * times * width)
  for (let i = 0; i < n * times; i++) all.set(rowOf(x, Math.floor(i / times)), i * width)
  return hostTensor('float32', [n * times, width], all)
}

/** The best of the searches for each example; of equal ones, the first. */
function leastOf(costs: Float32Array, z: Floats, starts: number): BestCodes {
  const [n, latent] = [costs.length / starts, z.shape[1]!]
  const codes = new Float32Array(n * latent)
  const least = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let best = i * starts
    for (let at = best; at < (i + 1) * starts; at++) if (costs[at]! < costs[best]!) best = at
    codes.set(rowOf(z, best), i * latent)
    least[i] = costs[best]!
  }
  return { codes: hostTensor('float32', [n, latent], codes), costs: least }
}
