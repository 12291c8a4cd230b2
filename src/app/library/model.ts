import type { DataSet, SplitName } from '../../data/dataset.ts'
import type { ExampleArray, LabelArray } from '../../data/given.ts'
import type { TableRow } from '../../data/table/cells-to-rows.ts'
import type { Corruption } from '../../distributions/corruption.ts'
import type { Evaluation } from '../../evaluate/evaluate.ts'
import type { ExampleLosses } from '../../evaluate/loss/example-losses.ts'
import type { EvaluationOptions } from '../../evaluate/options.ts'
import type { LatentDimensions } from '../../evaluate/representation/latent-dimensions.ts'
import type { PathName } from '../../explore/code-paths.ts'
import type { Interpolation, WalkLabels } from '../../explore/interpolation.ts'
import type { ManifoldGrid } from '../../explore/manifold.ts'
import type { StyleTransfer } from '../../explore/style-transfer.ts'
import type { PackageFiles } from '../../package/files.ts'
import type { Closable } from '../../tensor/closable.ts'
import type { Floats } from '../../tensor/host.ts'
import type { WithParameters } from '../../train/trained.ts'
import type { Imputation, ImputeOptions } from '../answers/imputation.ts'
import type { ScoreOptions, Scores } from '../answers/scored-examples.ts'
import type { RunConfig } from '../config.ts'
import type { ExportOptions } from '../package/export-options.ts'
/**
 * A trained model as the library hands it out.
 *
 * It takes examples as training took them: rows of numbers, or an array of the type, layout and shape of the
 * data that it was trained on; anything else is refused. What it returns, and what `splitValues` returns, are
 * float32 rows `[n, D]` of values as the network sees them (pixels in [0, 1]), which carry their scale and
 * can be given back. Codes are `[n, L]`. A call takes first what it works on, then one object of options.
 * Closing the model waits for calls under way and frees it and what it runs on.
 */
export interface Model extends WithParameters, Closable {
  readonly config: RunConfig
  /** The folder of its run; undefined where it was trained in memory. */
  readonly folder: string | undefined
  /** Epochs and steps after which its parameters were taken, and whether they are those of the best epoch. */
  readonly epoch: number
  readonly step: number
  readonly checkpoint: 'best' | 'last'
  /** The data that it was trained on. Throws UserError where the data of a run has changed. */
  data(): Promise<DataSet>
  /** Codes of examples, `[n, L]`: the mean of q(z|x). */
  encode(x: Examples, options?: Conditioned): Promise<Floats>
  /** Examples of codes `[n, L]`, `[n, D]`: the mean of p(x|z). */
  decode(z: ExampleArray, options?: Conditioned): Promise<Floats>
  /**
   * A draw x ~ p(x|z) for each code, `[n, D]`: a function of the seed, the code and its index; without a seed the
   * same at every call.
   */
  draw(z: ExampleArray, options?: Seeded & Conditioned): Promise<Floats>
  /** What the model makes of examples, `[n, D]`: `decode(encode(x))` where it has a code. */
  reconstruct(x: Examples, options?: Conditioned): Promise<Floats>
  /**
   * What each dimension of the code says about examples, the ones in use first: its mean and standard deviation, its part of
   * the KL in nats for a model with a prior, and whether it is active (Burda et al. 2016).
   *
   *     const [first] = (await model.latents(images)).dimensions
   *
   * @throws UserError for a model without an encoder, and for fewer than two examples
   */
  latents(x: Examples, options?: Conditioned): Promise<LatentDimensions>
  /**
   * Examples as the model was trained to restore them from, q(x̃|x), or corrupted by another corruption; a
   * function of the seed; without one the same at every call.
   */
  corrupt(x: Examples, options?: CorruptOptions): Promise<Floats>
  /**
   * Examples restored from corrupted ones, `[n, D]`, by a model that was trained to; a missing value stays missing.
   *
   * @throws UserError for other models, which `reconstruct`
   */
  denoise(x: Examples, options?: Conditioned): Promise<Floats>
  /**
   * How odd examples are, and what adds up to that: see `Scores`. The threshold is fitted on test examples of the data that
   * the model was trained on, so the first call needs that data.
   *
   *     const { scores, alarms } = await model.score(rows, { falseAlarms: 0.01 })
   *
   * @throws UserError for a score that the model does not have, and a rate that the test examples cannot support
   */
  score(x: Examples, options?: ScoreOptions & Conditioned): Promise<Scores>
  /**
   * The loss of each example, term by term (reconstruction, KL …), by the expressions of `evaluate`: to colour a map by, or to
   * sort examples. One code is drawn for each, a function of the seed and the example's number; terms that are one number for
   * many examples are left out.
   *
   *     const { terms, units } = await model.losses(images)
   *
   * With the seed of the training and `numbers: exampleNumbers(data, 'test')`, the values are those of `evaluate('test')`.
   *
   * @throws UserError for a model that learns from labels without one for each example
   */
  losses(x: Examples, options?: LossesOptions): Promise<ExampleLosses>
  /** Codes drawn from the prior, `[count, L]`: a function of the seed; without one the same at every call. */
  samplePrior(count: number, options?: Seeded): Promise<Floats>
  /**
   * Examples decoded from codes drawn from the prior, `[count, D]`: a function of the seed. Without one, `sample(3)`
   * gives the same three examples at every call, those of seed 0; give another seed for others.
   */
  sample(count: number, options?: SampleOptions): Promise<Floats>
  /**
   * From one example to another, through the latent space and through the values.
   *
   * @param a one example: D numbers, an array of one row, or the object of a table's row
   */
  interpolate(a: Example, b: Example, options?: InterpolateOptions): Promise<Interpolation>
  /** A grid of decoded codes. Throws UserError unless the code has 2 dimensions. */
  manifold(options?: ManifoldOptions): Promise<ManifoldGrid>
  /** Examples decoded as every class. Throws UserError where the model is not conditioned on labels. */
  styleTransfer(x: Examples, options: StyleTransferOptions): Promise<StyleTransfer>
  /**
   * Rows of a table, in the units of its file, of what a model of a table returns: objects with a number, the text of a
   * category or a date for each column, null for a missing value.
   *
   *     const [first] = await model.rows(await model.sample(1))
   *
   * @param x what `reconstruct`, `decode`, `draw`, `sample` or `corrupt` returned
   * @throws UserError if the model was not trained on a table with columns
   */
  rows(x: Floats): Promise<TableRow[]>
  /**
   * Fills the gaps of rows of a table: for each, what the model expects given the other values of the row, draws, and an
   * interval. A function of the rows, their order and the seed.
   *
   *     const { rows, gaps } = await model.impute([{ age: 31, city: null }])
   *
   * @throws UserError if the model has no distribution over rows, as `vae` has, or was not trained on a table
   */
  impute(x: Examples, options?: ImputeOptions & Seeded & Conditioned): Promise<Imputation>
  /**
   * The files of a package of this model, by their paths: for Node (`writePackage`), a page, or Python. What it answers is
   * tried in ONNX Runtime first.
   *
   *     await writePackage('packages/sensors', await model.export({ falseAlarms: 0.01 }))
   *
   * @throws UserError where a score needs data that is gone
   */
  export(options?: ExportOptions): Promise<PackageFiles>
  /** Figures over a split of the data, each with what it is: by default of its loss and its reconstructions. */
  evaluate(split: SplitName, options?: EvaluationOptions): Promise<Evaluation>
}

/** Examples: numbers, or for a model of a table an object for each row. */
export type Examples = ExampleArray | readonly object[]

/** One example: its values, an array of one row, or the object of a table's row. */
export type Example = ExampleArray | ArrayLike<number> | object

/** For a model that is conditioned on labels; others ignore them. */
export interface Conditioned {
  /** The label of each row's class. */
  readonly labels?: LabelArray | undefined
}

export interface Seeded {
  /** Seed of the draws; 0 by default, so that the same call gives the same answer. Give another for other draws. */
  readonly seed?: number | undefined
}

export interface CorruptOptions extends Seeded {
  /** Another corruption than that of training. */
  readonly by?: Corruption | undefined
}

export interface LossesOptions extends Seeded {
  /** The label of each row's class, for a model that learns from labels. */
  readonly labels?: LabelArray | undefined
  /** The number that each example draws by, ascending whole numbers; by default its index. */
  readonly numbers?: ArrayLike<number> | undefined
}

export interface SampleOptions extends Seeded {
  /**
   * Classes for a conditional model: one for each sample, or one for all; by default spread evenly over the
   * classes in ascending order.
   */
  readonly labels?: LabelArray | number | undefined
}

export interface InterpolateOptions {
  /** How many points, both ends included; 11 by default. */
  readonly steps?: number | undefined
  /** Classes of the two examples, for a conditional model. */
  readonly labels?: WalkLabels | undefined
  /**
   * The path between the codes: a straight `line` (default), or an arc of a `sphere` about the origin, near which codes of a
   * standard normal prior of many dimensions lie (White 2016).
   */
  readonly along?: PathName | undefined
}

export interface ManifoldOptions {
  /** Rows and columns of the grid; 20 by default. */
  readonly size?: number | undefined
  /** The class that a conditional model decodes as; by default its first. */
  readonly label?: number | undefined
}

export interface StyleTransferOptions {
  /** The label of each example's own class. */
  readonly labels: LabelArray
}
