import type { ScoreName, Scoring } from '../../answers/anomaly/scoring.ts'
import { requireImputer } from '../../answers/imputation/model-imputer.ts'
import type { ExampleForm } from '../../data/form.ts'
import { type ExampleArray, exampleArray, type LabelArray, labelArray } from '../../data/given.ts'
import { asRow, asTrained } from '../../data/given-examples.ts'
import { classLabelsOf, labelsOf } from '../../data/labels.ts'
import { rowsOfCells } from '../../data/table/cells-to-rows.ts'
import { tableCells } from '../../data/table/given-cells.ts'
import { trainedValues } from '../../data/trained-values.ts'
import { requireCorruption } from '../../distributions/corruption-check.ts'
import { withGapsOf } from '../../evaluate/compared-rows.ts'
import { exampleLosses } from '../../evaluate/loss/example-losses.ts'
import { latentDimensions } from '../../evaluate/representation/latent-dimensions.ts'
import { pathNames } from '../../explore/code-paths.ts'
import { GRID_SIZE, SEED, STEPS } from '../../explore/defaults.ts'
import { interpolate } from '../../explore/interpolation.ts'
import { manifoldGrid } from '../../explore/manifold.ts'
import { styleTransfer } from '../../explore/style-transfer.ts'
import type { Arrays } from '../../runtime/session.ts'
import {
  requireOneOf,
  requireOptions,
  requireSeed,
  requireWhole,
  requireWholes,
} from '../../tensor/checks.ts'
import { closable } from '../../tensor/closable.ts'
import { described, isRecord } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { type Floats, type HostTensor, hostTensor } from '../../tensor/host.ts'
import { evenClasses, oneClass } from '../../train/classes.ts'
import type { Labels, TrainedModel } from '../../train/trained.ts'
import { imputedRows, imputeOptionNames, resolvedImputation } from '../answers/imputation.ts'
import { type ScorePreset, scoredExamples, scoreOptionNames } from '../answers/scored-examples.ts'
import { exportOptionNames } from '../package/export-options.ts'
import type { Example, Examples, Model, Seeded } from './model.ts'

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
