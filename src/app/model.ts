import type { SplitName } from '../data/dataset.ts'
import { evenClasses, oneClass } from '../explore/classes.ts'
import { type Interpolation, interpolate, type WalkLabels } from '../explore/interpolation.ts'
import { type ManifoldGrid, manifoldGrid } from '../explore/manifold.ts'
import { type StyleTransfer, styleTransfer } from '../explore/style-transfer.ts'
import type { HostTensor } from '../tensor/host.ts'
import type { Labels, TrainedModel } from '../train/trained.ts'
import type { RunConfig } from './config.ts'
import type { Evaluation, EvaluationOptions } from './evaluation/evaluate.ts'

type Floats = HostTensor<'float32'>

/**
 * A trained model as the library hands it out. Examples are float32 arrays `[n, D]` of values as the
 * network sees them (images in [0, 1]), codes `[n, L]`. A model that is conditioned on labels takes the
 * class of each row beside them; others ignore it.
 */
export interface Model extends Omit<TrainedModel, 'release'> {
  readonly config: RunConfig
  /**
   * Examples decoded from codes drawn from the prior, `[count, D]`: a function of the seed.
   *
   * @param labels classes for a conditional model: one for each, or one for all; without them, spread evenly
   * over the classes in ascending order
   */
  sample(count: number, seed: number, labels?: Labels | number): Promise<Floats>
  /**
   * From one example to another, both of D numbers, through the latent space and through the values.
   *
   * @param steps how many points, both ends included
   * @param labels classes of the two, for a conditional model
   */
  interpolate(a: Floats, b: Floats, steps: number, labels?: WalkLabels): Promise<Interpolation>
  /**
   * A grid of `size` by `size` decoded codes; of a conditional model, as one class, by default 0. Throws
   * UserError unless the code has 2 dimensions.
   */
  manifold(size: number, label?: number): Promise<ManifoldGrid>
  /** Examples decoded as every class. Throws UserError where the model is not conditioned on labels. */
  styleTransfer(x: Floats, labels: Labels): Promise<StyleTransfer>
  /** Figures over a split of the data, each with what it is: by default of its loss and its reconstructions. */
  evaluate(split: SplitName, options?: EvaluationOptions): Promise<Evaluation>
  /** Frees the model and what it runs on, after calls under way. */
  close(): Promise<void>
}

/** The explorations of a model, as its methods. */
export function explorations(
  trained: TrainedModel,
): Pick<Model, 'sample' | 'interpolate' | 'manifold' | 'styleTransfer'> {
  return {
    async sample(count, seed, labels) {
      const codes = await trained.samplePrior(count, seed)
      return trained.decode(codes, sampleClasses(trained, count, labels))
    },
    interpolate: (a, b, steps, labels) => interpolate(trained, a, b, steps, labels),
    manifold: (size, label) => manifoldGrid(trained, size, label),
    styleTransfer: (x, labels) => styleTransfer(trained, x, labels),
  }
}

/** The classes of samples from a model that is conditioned on them; undefined for others. */
export function sampleClasses(
  { model }: Pick<TrainedModel, 'model'>,
  count: number,
  given?: Labels | number,
): Labels | undefined {
  if (model.labels !== 'condition') return undefined
  if (given === undefined) return evenClasses(count, model.info.classes!)
  return typeof given === 'number' ? oneClass(count, given) : given
}
