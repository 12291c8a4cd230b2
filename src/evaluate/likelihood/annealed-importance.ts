// Neal 2001, "Annealed importance sampling", Statistics and Computing 11; for decoders: Wu, Burda,
// Salakhutdinov and Grosse 2017, "On the quantitative analysis of decoder-based models", arXiv 1611.04273.

import type { Session } from '../../runtime/session.ts'
import { described } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { type HostTensor, hostTensor } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import type { WithParameters } from '../../train/trained.ts'
import { rowKeys } from '../loss/row-noise.ts'
import { annealingGraphs, pointFeeds } from './annealing-graphs.ts'
import { type Block, blocksOf, type Drawing, type Examples } from './latent-model.ts'
import { type WeightSummary, weightSums } from './log-weights.ts'

export interface AnnealingOptions extends ReadOptions, Drawing {
  /** Independent chains for each example; 16 by default. */
  readonly chains?: number | undefined
  /** Steps of β from 0 to 1; 1000 by default. */
  readonly steps?: number | undefined
  /** Leapfrog steps of a transition; 10 by default. */
  readonly leapfrogSteps?: number | undefined
  /** Where chains start: p(z), by default, or q(z|x), which is closer to the target if the model has it. */
  readonly start?: 'prior' | 'posterior' | undefined
}

/** Figures for each example. */
export interface AnnealedImportance {
  readonly chains: number
  readonly steps: number
  readonly leapfrogSteps: number
  readonly start: 'prior' | 'posterior'
  /** log 1/C Σ w_c, in nats: log p(x), or a little less in expectation, because its exponential is unbiased. */
  readonly logLikelihood: Float64Array
  /**
   * Its Monte Carlo standard error by the delta method, from the spread of the chains' weights. For a 95 %
   * interval, multiply it by Student's t with chains - 1 degrees of freedom: 2.13 for 16 chains.
   */
  readonly error: Float64Array
  /** How many of the chains count, (Σ w)² / Σ w². */
  readonly effectiveChains: Float64Array
  /** Share of the transitions that are accepted, in expectation; NaN for a single step, which has no transition. */
  readonly acceptance: Float64Array
}

/** Acceptance that step sizes are adapted to: Neal 2011, section 5.4.4.3. */
const TARGET_ACCEPTANCE = 0.65

/** By how much log ε moves after a transition, for each unit of acceptance above the target. */
const ADAPTATION = 0.1

const FIRST_STEP_SIZE = 0.1

/** Half-width of the sigmoid that β follows: Wu et al. 2017, section 4. */
const SIGMOID_WIDTH = 4

/**
 * β₀ = 0 to β_T = 1 along a sigmoid, in smaller steps at both ends, where the densities change fastest:
 * β_t = (σ(δ (2t/T - 1)) - σ(-δ)) / (σ(δ) - σ(-δ)) with δ = 4.
 */
export function sigmoidSchedule(steps: number): Float64Array {
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
  const [low, high] = [sigmoid(-SIGMOID_WIDTH), sigmoid(SIGMOID_WIDTH)]
  return Float64Array.from(
    { length: steps + 1 },
    (_, t) => (sigmoid(SIGMOID_WIDTH * ((2 * t) / steps - 1)) - low) / (high - low),
  )
}

/**
 * log p(x) of each example `[n, D]` by annealed importance sampling; log p(x|y) for a conditional model. Each
 * chain starts at a draw of f₀ = p(z) (or q(z|x)) and goes through f_β = f₀^(1-β) p(z, x)^β, with one transition
 * of Hamiltonian Monte Carlo for each β between 0 and 1. Its weight is Π f_βt(z) / f_βt-1(z).
 *
 * After every transition the step size of an example is adapted to the acceptance of its chains, towards 65 %. A
 * step size thus depends a little on where the chains are, which the theory does not allow for (Wu et al. adapt it
 * too, each chain's by its own past); the effect decreases with the number of chains. Chain c of the example with
 * number j is a function of (seed, c, j) and of the example's other chains, which share its step size.
 *
 * @throws UserError if the model lacks a likelihood or a prior with a density, or has binary codes
 */
export async function annealedImportance(
  { model, parameters, runtime }: WithParameters,
  x: Examples,
  options: AnnealingOptions,
): Promise<AnnealedImportance> {
  const { seed, onProgress } = options
  const { chains = 16, steps = 1000, leapfrogSteps = 10, start = 'prior' } = options
  for (const [name, value] of Object.entries({ chains, steps, leapfrogSteps }))
    if (!Number.isInteger(value) || value < 1)
      throw new UserError(`${name}: expected a whole number, 1 or more, got ${described(value)}`)
  const count = x.shape[0] ?? 0
  const rows = options.rowsPerCall ?? Math.ceil(CALL_NUMBERS / model.info.dimension)
  const examples = Math.max(1, Math.min(count, Math.floor(rows / chains)))
  const blocks = blocksOf(model, x, options, examples)
  const graphs = annealingGraphs(model, { seed, examples, chains, leapfrogSteps, start })
  const sessions = {
    begin: await runtime.compile(graphs.begin),
    move: await runtime.compile(graphs.move),
  }
  const summaries: WeightSummary[] = []
  const acceptance: number[] = []
  try {
    await sessions.begin.bind(parameters)
    await sessions.move.bind(parameters)
    for (const block of blocks) {
      const size = { examples, chains, steps }
      const { logWeights, accepted } = await annealed(sessions, block, size, {
        ...options,
        onProgress: (share) => onProgress?.((block.start + block.count * share) / count),
      })
      for (let e = 0; e < block.count; e++) {
        const sums = weightSums()
        for (const value of logWeights.subarray(e * chains, (e + 1) * chains)) sums.add(value)
        summaries.push(sums.summary())
        acceptance.push(accepted[e]!)
      }
    }
  } finally {
    await sessions.begin.close()
    await sessions.move.close()
  }
  return {
    chains,
    steps,
    leapfrogSteps,
    start,
    logLikelihood: Float64Array.from(summaries, ({ logMean }) => logMean),
    error: Float64Array.from(summaries, ({ logMeanError }) => logMeanError),
    effectiveChains: Float64Array.from(summaries, ({ effectiveSamples }) => effectiveSamples),
    acceptance: Float64Array.from(acceptance),
  }
}

interface AnnealingSize {
  readonly examples: number
  readonly chains: number
  readonly steps: number
}

/** Log-weights of the chains of a block, `[examples · chains]`, and the mean acceptance of each example. */
async function annealed(
  { begin, move }: { readonly begin: Session; readonly move: Session },
  block: Block,
  { examples, chains, steps }: AnnealingSize,
  { onProgress, signal }: ReadOptions,
) {
  const betas = sigmoidSchedule(steps)
  const feeds = { ...block.feeds, keys: chainKeys(block, chains) }
  const logWeights = new Float64Array(examples * chains)
  const stepSizes = new Float64Array(examples).fill(FIRST_STEP_SIZE)
  // No weight follows the last β, so neither does a transition: a single step has none at all.
  const accepted = new Float64Array(examples).fill(steps > 1 ? 0 : Number.NaN)
  let point = await begin.run(feeds)
  for (let t = 1; t <= steps; t++) {
    const [before, beta] = [betas[t - 1]!, betas[t]!]
    const ratios = point.logRatio!.data
    for (let r = 0; r < logWeights.length; r++)
      logWeights[r]! += (beta - before) * Number(ratios[r])
    if (t < steps) {
      signal?.throwIfAborted()
      point = await move.run({
        ...feeds,
        ...pointFeeds(point),
        beta: hostTensor('float64', [], Float64Array.of(beta)),
        stepSizes: hostTensor('float64', [examples, 1], stepSizes),
        step: hostTensor('int64', [], BigInt64Array.of(BigInt(t))),
      })
      meansOf(point.acceptance!, chains).forEach((share, e) => {
        accepted[e]! += share / (steps - 1)
        stepSizes[e]! *= Math.exp(ADAPTATION * (share - TARGET_ACCEPTANCE))
      })
    }
    onProgress?.(t / steps)
  }
  return { logWeights, accepted }
}

/** Numbers of a decoded batch of chains: a transition keeps several such arrays for its gradients. */
const CALL_NUMBERS = 2 ** 20

/** A key for each chain of the examples of a block, `[examples · chains, 1]`. */
const chainKeys = ({ numbers }: Block, chains: number) =>
  rowKeys(numbers.flatMap((number) => Array.from({ length: chains }, (_, k) => ({ number, k }))))

/** The mean over the chains of each example; NaN counts as probability 0. */
function meansOf({ data }: HostTensor, chains: number): Float64Array {
  const means = new Float64Array(data.length / chains)
  for (let r = 0; r < data.length; r++) {
    const value = Number(data[r])
    if (!Number.isNaN(value)) means[Math.floor(r / chains)]! += value / chains
  }
  return means
}
