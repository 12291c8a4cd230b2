import { energyDistance } from '../evaluate/generation/energy-distance.ts'
import { type Floats, hostTensor } from '../tensor/host.ts'
import type { TrainedModel } from '../train/trained.ts'

/** How closely codes follow the prior. */
export interface PriorFit {
  /** Energy distance between the codes and as many draws from the prior. */
  readonly distance: number
  /** 95 % quantile of that distance between two samples of the prior itself. */
  readonly chance: number
}

/** Pairs of samples of the prior, for comparison. */
const PAIRS = 100

/**
 * The energy distance between codes `[n, L]` and n draws from the model's prior, and the 95 % quantile of that
 * distance between two samples of the prior, over 100 pairs. A function of the seed; takes time 300 n² L.
 *
 * @throws UserError if the model has no prior.
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
