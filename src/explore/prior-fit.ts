import { energyDistance } from '../evaluate/generation/energy-distance.ts'
import type { Floats } from '../tensor/host.ts'
import { hostTensor } from '../tensor/host.ts'
import type { TrainedModel } from '../train/trained.ts'

/** How nearly codes are distributed like draws of the prior. */
export interface PriorFit {
  /** Energy distance of the codes to as many draws of the prior. */
  readonly distance: number
  /** Distance that 95 % of pairs of such samples of the prior itself stay below. */
  readonly chance: number
}

/** Pairs of samples of the prior whose distances are compared with. */
const PAIRS = 100

/**
 * The energy distance of codes `[n, L]` to n draws of the model's prior, and the 95 % quantile of that
 * distance between samples of the prior, over 100 pairs. A function of the seed, in time 300 n² L.
 *
 * @throws UserError where the model has no prior.
 */
export async function priorFit(
  model: Pick<TrainedModel, 'samplePrior'>,
  codes: Floats,
  seed: number,
): Promise<PriorFit> {
  const [n, width] = codes.shape as readonly [number, number]
  const { data } = await model.samplePrior(n * (2 * PAIRS + 1), seed)
  const sample = (i: number): Floats =>
    hostTensor('float32', [n, width], data.subarray(i * n * width, (i + 1) * n * width))
  const distances = Array.from({ length: PAIRS }, (_, i) =>
    energyDistance(sample(2 * i + 1), sample(2 * i + 2)),
  ).sort((a, b) => a - b)
  return {
    distance: energyDistance(codes, sample(0)),
    chance: distances[Math.ceil(0.95 * PAIRS) - 1]!,
  }
}
