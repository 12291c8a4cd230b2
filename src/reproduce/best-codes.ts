import type { Distribution } from '../distributions/distribution.ts'
import { gradients } from '../graph/autodiff.ts'
import { scalar, Tensor } from '../graph/tensor.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import type { ReadOptions } from '../tensor/row-source.ts'
import { trainConfig } from '../train/config.ts'
import { optimizer } from '../train/optimizers.ts'
import { inferenceMode } from '../train/trained.ts'
import type { TrainedRun } from './laboratory.ts'
import { rowOf } from './measures.ts'

type Floats = HostTensor<'float32'>

/** What generates: a decoder, and a prior to set out from. */
type Generator = Pick<TrainedRun, 'model' | 'parameters' | 'runtime' | 'samplePrior'>

export interface SearchOptions extends ReadOptions {
  readonly seed: number
  /** Draws of the prior that the search for each example sets out from; 8 by default. */
  readonly starts?: number
  /** Steps of Adam, the size of which falls to 0 by a cosine; 200 by default. */
  readonly steps?: number
  /** How far from the origin a code may lie; anywhere by default. */
  readonly radius?: number
}

/** What a decoder can come to for each of n examples. */
export interface BestCodes {
  /** `[n, L]` */
  readonly codes: Floats
  /** The least cost found, `[n]`. */
  readonly costs: Float64Array
}

/** Size of the first step in each coordinate of a code, where the prior has σ = 1. */
const STEP = 0.1

/** Radius that a draw of N(0, I) in `latent` dimensions stays within but for one in ten thousand. */
export const priorRadius = (latent: number): number => Math.sqrt(latent) + 3

/** ‖x - E[x|z]‖² of each row, `[B]`. */
export const squaredErrorOf = (p: Distribution, x: Tensor): Tensor =>
  p.mean().sub(x).square().sum([1])

/**
 * Searches, by the gradient of a cost of p(x|z) and x by the code, for the code of least cost for each
 * example `[n, D]`: from several draws of the prior, of which the best counts. No encoder is asked, so that
 * decoders with and without one are treated alike. What is found is a bound from above: a better code may
 * exist.
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

/** A step of Adam for each row on its own, as a graph, and the numbers that it is given. */
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
  // The gradient of a sum by all codes holds that of each cost by its own.
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

/** Codes further from the origin than the radius, drawn back to it. */
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

/** The best of the searches for each example; the first of equal ones. */
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
