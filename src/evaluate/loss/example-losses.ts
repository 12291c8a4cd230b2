import { classIndices, classLabelsOf } from '../../data/labels.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Floats } from '../../tensor/host.ts'
import { lastStage } from '../../train/build.ts'
import type { Labels, TrainedModel } from '../../train/trained.ts'
import { evaluatedRows } from './evaluated-split.ts'
import type { Total } from './term-totals.ts'
import { EVALUATION_BATCH, sumOfBound, termsEvaluator } from './terms.ts'

/** The loss of each example, term by term. */
export interface ExampleLosses {
  /** The value of each example, `[n]`, without the weight of the term in the objective. */
  readonly terms: Readonly<Record<string, Float32Array>>
  /** What each is measured in: `nats per example` unless a term says otherwise. */
  readonly units: Readonly<Record<string, string>>
  /**
   * The sum of those that bound −log p(x) together, such as the negative ELBO, `[n]`; absent for a model whose terms form no
   * bound.
   */
  readonly bound?: Float32Array | undefined
}

export interface LossOptions {
  readonly seed: number
  readonly labels?: Labels | undefined
  /** The number that each example draws by, ascending, such as `exampleNumbers`; by default its index. */
  readonly numbers?: ArrayLike<number> | undefined
}

/**
 * The terms of the loss of examples `[n, D]`, by the expressions of the evaluation: dropout off, schedules at their end, one
 * draw of a code for each example, by the seed and its number. Terms that are one number for many examples, such as a
 * discrepancy, are left out.
 *
 * @throws UserError for a model that learns from labels, if it is not given one known class for each example
 */
export async function exampleLosses(
  trained: TrainedModel,
  x: Floats,
  { seed, labels, numbers }: LossOptions,
): Promise<ExampleLosses> {
  const { model, runtime, parameters, rowsPerCall = EVALUATION_BATCH } = trained
  const [count = 0] = x.shape
  if (count === 0) throw new UserError('examples: are none; expected one or more')
  const classes = model.labels && classesFor(trained, count, labels)
  // A discrepancy cannot even be written down for a batch of one.
  const size = Math.max(2, Math.min(rowsPerCall, count))
  const measuring = await termsEvaluator(runtime, model, { seed, stage: lastStage(model), size })
  try {
    const totals = await measuring.totals(parameters, evaluatedRows(x, size, { numbers, classes }))
    const ofExamples = totals.filter(({ term }) => term.value.rank > 0)
    const record = <V>(of: (one: Total) => V): Record<string, V> =>
      Object.fromEntries(ofExamples.map((one) => [one.name, of(one)]))
    const parts = totals.filter(({ term }) => term.bound)
    const bound = model.prior && sumOfBound(parts, count)
    return {
      terms: record(({ values }) => single(values)),
      units: record(({ name }) => measuring.kinds[name]!.unit),
      ...(bound && { bound: single(bound) }),
    }
  } finally {
    await measuring.close()
  }
}

const single = (values: Float64Array): Float32Array => Float32Array.from(values)

function classesFor(
  { model }: TrainedModel,
  count: number,
  labels: Labels | undefined,
): Int32Array {
  const { definition, info } = model
  if (labels?.length === count) return classIndices(labels, classLabelsOf(info), 'labels')
  throw new UserError(
    `${definition.name} learns from labels: its loss needs one for each of ${count} examples, got ${labels?.length ?? 'none'}`,
  )
}
