import { scheduledValue } from '../config/options.ts'
import type { DataSet, Split } from '../data/dataset.ts'
import { gatherRows } from '../data/rows.ts'
import { Tensor } from '../graph/tensor.ts'
import type { Term } from '../models/model.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import { hostTensor } from '../tensor/host.ts'
import { type BuiltModel, type BuiltStage, lastStage, stageTerms } from '../train/build.ts'
import { noiseSource } from '../train/noise.ts'
import { type DataForm, examples, oneHot } from '../train/program.ts'
import { termMean } from '../train/step.ts'

/**
 * Examples of one evaluation call. The last batch of a split is padded; noise is a function of the place
 * in the split, so this number is a part of what a figure means and does not change.
 */
export const EVALUATION_BATCH = 500

export interface TermMeans {
  /** Mean over the split of each term, in nats per example, without its weight. */
  readonly terms: Readonly<Record<string, number>>
  /** Standard error of that mean over the examples. */
  readonly errors: Readonly<Record<string, number>>
  /** Σ weight · term at the end of all schedules. */
  readonly objective: number
  /** Σ of the terms that belong to the bound, or undefined where none does. */
  readonly bound: number | undefined
  readonly examples: number
}

export interface Evaluator {
  /** Names of the loss terms. */
  readonly terms: readonly string[]
  /** Mean terms over a split under the given parameters. */
  evaluate(parameters: Arrays, split: Split): Promise<TermMeans>
  release(): Promise<void>
}

/** How a data set's rows become examples. */
export function formOf(data: DataSet, rows: number): DataForm {
  const { dtype, shape } = data.splits.train.store
  return {
    rows,
    dimension: shape[1]!,
    storage: dtype,
    scale: data.scale,
    binarize: data.binarize,
  }
}

/**
 * Compiles the loss terms of a stage, by default the last, for evaluation: dropout off, one noise sample for
 * each example. A term of the whole batch is the mean over the full batches of a split; over the only one,
 * filled up, where no batch is full.
 */
export async function evaluator(
  runtime: Runtime,
  model: BuiltModel,
  data: DataSet,
  seed: number,
  stage: BuiltStage = lastStage(model),
): Promise<Evaluator> {
  const form = formOf(data, EVALUATION_BATCH)
  const stored = Tensor.input(
    'rows',
    [EVALUATION_BATCH, form.dimension],
    form.storage === 'uint8' ? 'uint8' : 'float',
  )
  const { noise } = noiseSource(seed, Tensor.input('step', [], 'int64'))
  const evaluationNoise = (stream: string) => noise(`evaluation ${stream}`)
  const x = examples(stored, form, evaluationNoise)
  const labels = Tensor.input('labels', [EVALUATION_BATCH], 'int64')
  const terms = stageTerms(stage, {
    x,
    training: false,
    noise: evaluationNoise,
    ...(model.labels && { labels: oneHot(labels, model.info.classes!) }),
  })
  const names = Object.keys(terms)
  const session = await runtime.compile(
    Object.fromEntries(
      Object.entries(terms).flatMap(([name, term]) => [
        [name, term.value],
        // What is minimised is not what is reported, and its weight may be any expression.
        ...(term.minimized ? [[`minimized ${name}`, termMean(term)]] : []),
        ...(term.weight instanceof Tensor ? [[`weight ${name}`, term.weight]] : []),
      ]),
    ),
  )
  const schedules = Object.fromEntries(
    [...model.schedules.values()].map(({ value, symbol }) => [
      symbol.attributesOf('input').name,
      hostTensor('float64', [], Float64Array.of(scheduledValue(value, Number.POSITIVE_INFINITY))),
    ]),
  )

  return {
    terms: names,
    async evaluate(parameters, split) {
      const totals = new Map(names.map((name) => [name, total(terms[name]!)]))
      await session.bind({ ...parameters, ...schedules })
      for (let start = 0, step = 0; start < split.rows.length; start += EVALUATION_BATCH, step++) {
        const count = Math.min(EVALUATION_BATCH, split.rows.length - start)
        // Padding repeats the split's first row; what it gives is left out of the sums.
        const rows = Array.from(
          { length: EVALUATION_BATCH },
          (_, i) => split.rows[i < count ? start + i : 0]!,
        )
        const results = await session.run({
          rows: gatherRows(split.store, rows),
          step: hostTensor('int64', [], BigInt64Array.of(BigInt(step))),
          ...(model.labels && { labels: labelsOf(split, rows) }),
        })
        for (const [name, sums] of totals) {
          const given = results[`weight ${name}`]
          if (given) sums.weight = Number(given.data[0])
          const values = results[name]!.data
          if (terms[name]!.value.rank === 0) addBatch(sums, Number(values[0]), count)
          else for (let i = 0; i < count; i++) addExample(sums, Number(values[i]))
          const minimized = results[`minimized ${name}`]
          if (minimized) addMinimized(sums, Number(minimized.data[0]), count)
        }
      }
      return summarize(totals, split.rows.length)
    },
    release: () => session.release(),
  }
}

const labelsOf = ({ labels }: Split, rows: readonly number[]) =>
  hostTensor(
    'int64',
    [rows.length],
    BigInt64Array.from(rows, (row) => BigInt(labels![row]!)),
  )

/** What a term has come to so far. */
interface Total {
  readonly term: Term
  weight: number
  sum: number
  squares: number
  count: number
  /** Sum over the batches that count, and how many they are, of what is minimised. */
  minimized: number
  minimizedCount: number
}

const total = (term: Term): Total => ({
  term,
  weight: typeof term.weight === 'number' ? term.weight : 1,
  sum: 0,
  squares: 0,
  count: 0,
  minimized: 0,
  minimizedCount: 0,
})

function addExample(to: Total, value: number): void {
  to.sum += value
  to.squares += value * value
  to.count++
}

function addBatch(to: Total, value: number, examples: number): void {
  if (examples === EVALUATION_BATCH || to.count === 0) addExample(to, value)
}

function addMinimized(to: Total, value: number, examples: number): void {
  if (examples < EVALUATION_BATCH && to.minimizedCount > 0) return
  to.minimized += value
  to.minimizedCount++
}

function summarize(totals: ReadonlyMap<string, Total>, examples: number): TermMeans {
  const terms: Record<string, number> = {}
  const errors: Record<string, number> = {}
  let objective = 0
  let bound: number | undefined
  for (const [name, { term, weight, sum, squares, count, ...rest }] of totals) {
    const mean = sum / count
    terms[name] = mean
    errors[name] = Math.sqrt(Math.max(0, squares / count - mean * mean) / Math.max(1, count - 1))
    const minimized = rest.minimizedCount > 0 ? rest.minimized / rest.minimizedCount : mean
    if (!term.metric) objective += weight * minimized
    if (term.bound) bound = (bound ?? 0) + mean
  }
  return { terms, errors, objective, bound, examples }
}
