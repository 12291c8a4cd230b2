import type { DataSet, Split } from '../data/dataset.ts'
import { gatherRows } from '../data/rows.ts'
import { Tensor } from '../graph/tensor.ts'
import type { BuiltModel } from '../models/model.ts'
import { scheduledValue } from '../models/options.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import { hostTensor } from '../tensor/host.ts'
import { noiseSource } from '../train/noise.ts'
import { type DataForm, examples } from '../train/program.ts'

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

/** Compiles a model's loss terms for evaluation: dropout off, one noise sample for each example. */
export async function evaluator(
  runtime: Runtime,
  model: BuiltModel,
  data: DataSet,
  seed: number,
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
  const terms = model.terms({ x, training: false, noise: evaluationNoise })
  const names = Object.keys(terms)
  const values = Object.fromEntries(names.map((name) => [name, terms[name]!.value]))
  const session = await runtime.compile(values)
  const schedules = Object.fromEntries(
    [...model.schedules.values()].map(({ value, symbol }) => [
      symbol.attributesOf('input').name,
      hostTensor('float64', [], Float64Array.of(scheduledValue(value, Number.POSITIVE_INFINITY))),
    ]),
  )
  const weight = (name: string): number => {
    const { weight: given } = terms[name]!
    if (given === undefined || typeof given === 'number') return given ?? 1
    return Number(schedules[given.attributesOf('input').name]!.data[0])
  }

  return {
    terms: names,
    async evaluate(parameters, split) {
      const sums = new Map(names.map((name) => [name, { sum: 0, squares: 0 }]))
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
        })
        for (const [name, total] of sums) {
          const perExample = results[name]!.data
          for (let i = 0; i < count; i++) {
            const value = Number(perExample[i])
            total.sum += value
            total.squares += value * value
          }
        }
      }
      return summarize(sums, split.rows.length, weight, (name) => terms[name]!.bound)
    },
    release: () => session.release(),
  }
}

function summarize(
  sums: ReadonlyMap<string, { sum: number; squares: number }>,
  count: number,
  weight: (name: string) => number,
  inBound: (name: string) => boolean,
): TermMeans {
  const terms: Record<string, number> = {}
  const errors: Record<string, number> = {}
  let objective = 0
  let bound: number | undefined
  for (const [name, { sum, squares }] of sums) {
    const mean = sum / count
    terms[name] = mean
    errors[name] = Math.sqrt(Math.max(0, squares / count - mean * mean) / Math.max(1, count - 1))
    objective += weight(name) * mean
    if (inBound(name)) bound = (bound ?? 0) + mean
  }
  return { terms, errors, objective, bound, examples: count }
}
