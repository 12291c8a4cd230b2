import type { ScoreName, Scoring } from '../../answers/anomaly/scoring.ts'
import { requireImputer } from '../../answers/imputation/model-imputer.ts'
import type { DataSet, SplitName } from '../../data/dataset.ts'
import type { ExampleForm } from '../../data/form.ts'
import { type ExampleArray, exampleArray, type LabelArray, labelArray } from '../../data/given.ts'
import { asRow, asTrained } from '../../data/given-examples.ts'
import { classLabelsOf, labelsOf } from '../../data/labels.ts'
import { rowsOfCells, type TableRow } from '../../data/table/cells-to-rows.ts'
import { tableCells } from '../../data/table/given-cells.ts'
import { trainedValues } from '../../data/trained-values.ts'
import type { Corruption } from '../../distributions/corruption.ts'
import { requireCorruption } from '../../distributions/corruption-check.ts'
import { withGapsOf } from '../../evaluate/compared-rows.ts'
import type { Evaluation } from '../../evaluate/evaluate.ts'
import { type ExampleLosses, exampleLosses } from '../../evaluate/loss/example-losses.ts'
import type { EvaluationOptions } from '../../evaluate/options.ts'
import {
  type LatentDimensions,
  latentDimensions,
} from '../../evaluate/representation/latent-dimensions.ts'
import { type PathName, pathNames } from '../../explore/code-paths.ts'
import { GRID_SIZE, SEED, STEPS } from '../../explore/defaults.ts'
import { type Interpolation, interpolate, type WalkLabels } from '../../explore/interpolation.ts'
import { type ManifoldGrid, manifoldGrid } from '../../explore/manifold.ts'
import { type StyleTransfer, styleTransfer } from '../../explore/style-transfer.ts'
import type { PackageFiles } from '../../package/files.ts'
import type { Arrays } from '../../runtime/session.ts'
import {
  requireOneOf,
  requireOptions,
  requireSeed,
  requireWhole,
  requireWholes,
} from '../../tensor/checks.ts'
import { type Closable, closable } from '../../tensor/closable.ts'
import { described, isRecord } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { type Floats, type HostTensor, hostTensor } from '../../tensor/host.ts'
import { evenClasses, oneClass } from '../../train/classes.ts'
import type { Labels, TrainedModel, WithParameters } from '../../train/trained.ts'
import {
  type Imputation,
  type ImputeOptions,
  imputedRows,
  imputeOptionNames,
  resolvedImputation,
} from '../answers/imputation.ts'
import {
  type ScoreOptions,
  type ScorePreset,
  type Scores,
  scoredExamples,
  scoreOptionNames,
} from '../answers/scored-examples.ts'
import type { RunConfig } from '../config.ts'
import { type ExportOptions, exportOptionNames } from '../package/export-options.ts'

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

/** A trained model with the data that it was trained on. */
type Given = Pick<
  Model,
  'config' | 'epoch' | 'step' | 'checkpoint' | 'data' | 'evaluate' | 'close'
> & {
  readonly trained: TrainedModel
  readonly folder?: string | undefined
  /** How training read a stored value; undefined where a run of an older version does not say. */
  form(): Promise<ExampleForm | undefined>
  /** What scores examples, with calibrations of these scores. */
  scoring(names: readonly ScoreName[]): Promise<Scoring>
  /** The scores of a package. */
  readonly preset?: ScorePreset | undefined
}

/** What computes for each model, by its parameters, which copies of a model share. */
const trainedModels = new WeakMap<Arrays, TrainedModel>()

/** What computes for a model; undefined for what is no model of the library. */
export const trainedBehind = (model: unknown): TrainedModel | undefined =>
  isRecord(model) && isRecord(model.parameters)
    ? trainedModels.get(model.parameters as Arrays)
    : undefined

/** What the library offers of a trained model: every input is read in the form that training had. */
export function publicModel(given: Given): Model {
  const { trained, form: formOf, config, folder, epoch, step, checkpoint } = given
  trainedModels.set(trained.parameters, trained)
  const { model } = trained
  const { dimension } = model.info
  const read = async (x: Examples, name = 'examples'): Promise<Floats> =>
    trainedValues(x, await formOf(), dimension, name)
  const readRow = async (x: Example, name: string): Promise<Floats> => {
    const form = await formOf()
    if (form?.table) return tableCells(isOneRow(x) ? [x] : (x as Examples), form.table, name)
    const array = asRow(exampleArray(isRow(x) ? [x] : (x as ExampleArray), name), form, dimension)
    return asTrained(array, form, dimension, name)
  }
  const rowLabels = (labels: LabelArray, { shape }: Floats): Labels =>
    labelsOf(labelArray(labels), 'labels', shape[0]!, 'the examples')
  const classes = (labels: LabelArray | undefined, rows: Floats): Labels | undefined =>
    model.labels === 'condition' && labels !== undefined ? rowLabels(labels, rows) : undefined
  const withScale = async ({ shape, data }: Floats): Promise<Floats> =>
    hostTensor('float32', shape, data, (await formOf())?.scale)
  const codes = (z: ExampleArray): Floats => {
    const { shape, data } = exampleArray(z, 'codes')
    return hostTensor('float32', shape, floats(data))
  }
  return closable<Model>(
    'the model',
    {
      model,
      parameters: trained.parameters,
      runtime: trained.runtime,
      config,
      folder,
      epoch,
      step,
      checkpoint,
      data: given.data,
      evaluate: given.evaluate,
      close: given.close,
      async encode(x, options = {}) {
        const { labels } = optionsOf('encode', 'x', ['labels'], options)
        const rows = await read(x)
        return trained.encode(rows, classes(labels, rows))
      },
      async decode(z, options = {}) {
        const { labels } = optionsOf('decode', 'z', ['labels'], options)
        const rows = codes(z)
        return withScale(await trained.decode(rows, classes(labels, rows)))
      },
      async draw(z, options = {}) {
        const { seed, labels } = seededOf('draw', 'z', ['seed', 'labels'], options)
        const rows = codes(z)
        return withScale(await trained.draw(rows, seed, classes(labels, rows)))
      },
      async reconstruct(x, options = {}) {
        const { labels } = optionsOf('reconstruct', 'x', ['labels'], options)
        const rows = await read(x)
        return withScale(await trained.reconstruct(rows, classes(labels, rows)))
      },
      async latents(x, options = {}) {
        const { labels } = optionsOf('latents', 'x', ['labels'], options)
        const rows = await read(x)
        return latentDimensions(trained, rows, classes(labels, rows))
      },
      async corrupt(x, options = {}) {
        const { seed, by } = seededOf('corrupt', 'x', ['seed', 'by'], options)
        if (by !== undefined) requireCorruption(by)
        return withScale(await trained.corrupt(await read(x), seed, by))
      },
      async denoise(x, options = {}) {
        const { labels } = optionsOf('denoise', 'x', ['labels'], options)
        if (!model.corrupt)
          throw new UserError(
            `${model.definition.name} is not trained to undo a corruption; use reconstruct`,
          )
        const rows = await read(x)
        return withScale(withGapsOf(rows, await trained.reconstruct(rows, classes(labels, rows))))
      },
      async score(x, options = {}) {
        const names = ['labels', ...scoreOptionNames] as const
        const { labels, ...others } = optionsOf('score', 'x', names, options)
        const values = await read(x)
        const examples = { values, labels: classes(labels, values) }
        return scoredExamples(trained, examples, others, given.scoring, given.preset)
      },
      async losses(x, options = {}) {
        const names = ['seed', 'labels', 'numbers'] as const
        const { seed, labels, numbers } = seededOf('losses', 'x', names, options)
        const rows = await read(x)
        const known = labels && model.labels && rowLabels(labels, rows)
        if (numbers !== undefined) requireAscending(numbers, rows.shape[0]!)
        return exampleLosses(trained, rows, { seed, labels: known, numbers })
      },
      async rows(x) {
        const table = (await formOf())?.table
        if (!table) throw new UserError('rows: the model was not trained on a table with columns')
        return rowsOfCells(table.columns, await tableCells(x, table, 'rows'))
      },
      async impute(x, options = {}) {
        const names = ['seed', 'labels', ...imputeOptionNames] as const
        const { seed, labels, ...others } = seededOf('impute', 'x', names, options)
        const resolved = resolvedImputation(others)
        requireImputer(model)
        const rows = await read(x)
        return imputedRows(trained, x, rows, { ...resolved, seed, labels: classes(labels, rows) })
      },
      async export(options = {}) {
        optionsOf('export', '', exportOptionNames, options)
        const { exported } = await import('../package/export.ts')
        return (await exported(given, options)).files
      },
      async samplePrior(count, options = {}) {
        const { seed } = seededOf('samplePrior', 'count', ['seed'], options)
        return trained.samplePrior(count, seed)
      },
      async sample(count, options = {}) {
        const { seed, labels } = seededOf('sample', 'count', ['seed', 'labels'], options)
        const drawn = await trained.samplePrior(count, seed)
        const given =
          typeof labels === 'number' ? requireLabel(labels, 'labels') : classes(labels, drawn)
        return withScale(await trained.decode(drawn, sampleClasses(trained, count, given)))
      },
      async interpolate(a, b, options = {}) {
        const names = ['steps', 'labels', 'along'] as const
        const { steps = STEPS, labels, along } = optionsOf('interpolate', 'a, b', names, options)
        if (along !== undefined) requireOneOf(along, 'along', pathNames, UserError)
        if (labels !== undefined) {
          requireOptions(labels, 'labels', ['from', 'to', 'along'], UserError)
          requireLabel(labels.from, 'from')
          requireLabel(labels.to, 'to')
          if (labels.along !== undefined) requireLabel(labels.along, 'along')
        }
        const [from, to] = [await readRow(a, 'a'), await readRow(b, 'b')]
        const found = await interpolate(trained, from, to, steps, labels, along)
        const { codes: path, latent, pixel } = found
        return { codes: path, latent: await withScale(latent), pixel: await withScale(pixel) }
      },
      async manifold(options = {}) {
        const { size = GRID_SIZE, label } = optionsOf('manifold', '', ['size', 'label'], options)
        if (label !== undefined) requireLabel(label, 'label')
        const { codes: grid, values } = await manifoldGrid(trained, size, label)
        return { codes: grid, values: await withScale(values) }
      },
      async styleTransfer(x, options) {
        const { labels } = optionsOf('styleTransfer', 'x', ['labels'], options)
        const rows = await read(x)
        const transferred = await styleTransfer(trained, rows, rowLabels(labels, rows))
        return { ...transferred, values: await withScale(transferred.values) }
      },
    },
    UserError,
  )
}

/**
 * The options of a call. A seed or labels given by position, as of old, are refused.
 *
 * @param subject what the call takes before them, for the message
 */
function optionsOf<T extends object>(
  call: string,
  subject: string,
  names: readonly (keyof T & string)[],
  options: T,
): T {
  if (!isRecord(options) || 'dtype' in options) {
    const form = [subject, `{ ${names.join(', ')} }`].filter(Boolean).join(', ')
    throw new UserError(
      `${call}: expected an object of options, as in ${call}(${form}), got ${described(options)}`,
    )
  }
  requireOptions(options, call, names, UserError)
  return options
}

/** The same of a call that draws. */
function seededOf<T extends Seeded>(
  ...[call, subject, names, options]: Parameters<typeof optionsOf<T>>
): T & { readonly seed: number } {
  const { seed = SEED, ...others } = optionsOf(call, subject, names, options)
  requireSeed(seed, UserError)
  return { ...others, seed } as T & { readonly seed: number }
}

/** Numbers by which examples draw: one for each, ascending. */
function requireAscending(numbers: ArrayLike<number>, count: number): void {
  requireWholes(numbers, 'numbers', 0, UserError)
  if (numbers.length !== count)
    throw new UserError(
      `numbers: ${numbers.length} numbers for ${count} examples; give one for each`,
    )
  for (let at = 1; at < count; at++)
    if (numbers[at - 1]! >= numbers[at]!)
      throw new UserError(
        `numbers: ${numbers[at]} follows ${numbers[at - 1]}; give examples in the order of their numbers`,
      )
}

/** A class as a caller names it. */
function requireLabel(given: number, name: string): number {
  requireWhole(given, name, { low: Number.MIN_SAFE_INTEGER }, UserError)
  return given
}

/** One row of a table: an object, or a list of its values. */
const isOneRow = (x: Example): x is object =>
  isRow(x) || (isRecord(x) && !Array.isArray(x) && !('dtype' in x))

/** A list of numbers, and not of rows. */
const isRow = (x: unknown): x is ArrayLike<number> =>
  ArrayBuffer.isView(x) || (Array.isArray(x) && typeof x[0] === 'number')

const floats = (data: HostTensor['data']): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data as Float64Array, Number)

/** The classes of samples from a model that is conditioned on them; undefined for others. */
export function sampleClasses(
  { model }: Pick<TrainedModel, 'model'>,
  count: number,
  given?: Labels | number,
): Labels | undefined {
  if (model.labels !== 'condition') return undefined
  if (given === undefined) return evenClasses(count, classLabelsOf(model.info))
  return typeof given === 'number' ? oneClass(count, given) : given
}
