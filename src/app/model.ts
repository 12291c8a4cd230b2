import type { SplitName } from '../data/dataset.ts'
import { type Interpolation, interpolate } from '../explore/interpolation.ts'
import { type ManifoldGrid, manifoldGrid } from '../explore/manifold.ts'
import type { HostTensor } from '../tensor/host.ts'
import type { TrainedModel } from '../train/trained.ts'
import type { RunConfig } from './config.ts'
import type { Evaluation } from './evaluation.ts'

type Floats = HostTensor<'float32'>

/**
 * A trained model as the library hands it out. Examples are float32 arrays `[n, D]` of values as the
 * network sees them (images in [0, 1]), codes `[n, L]`.
 */
export interface Model extends Omit<TrainedModel, 'release'> {
  readonly config: RunConfig
  /** Examples decoded from codes drawn from the prior, `[count, D]`: a function of the seed. */
  sample(count: number, seed: number): Promise<Floats>
  /**
   * From one example to another, both of D numbers, through the latent space and through the values.
   *
   * @param steps how many points, both ends included
   */
  interpolate(a: Floats, b: Floats, steps: number): Promise<Interpolation>
  /** A grid of `size` by `size` decoded codes. Throws UserError unless the code has 2 dimensions. */
  manifold(size: number): Promise<ManifoldGrid>
  /** Loss terms and their ledger over a split of the data. */
  evaluate(split: SplitName): Promise<Evaluation>
  /** Frees the model and what it runs on, after calls under way. */
  close(): Promise<void>
}

/** The explorations of a model, as its methods. */
export function explorations(
  trained: TrainedModel,
): Pick<Model, 'sample' | 'interpolate' | 'manifold'> {
  return {
    sample: async (count, seed) => trained.decode(await trained.samplePrior(count, seed)),
    interpolate: (a, b, steps) => interpolate(trained, a, b, steps),
    manifold: (size) => manifoldGrid(trained, size),
  }
}
