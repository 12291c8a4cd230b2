import type { DataSet, SplitName } from '../data/dataset.ts'
import { splitValues } from '../data/rows.ts'
import { evaluator } from '../evaluate/terms.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import type { BuiltModel } from '../train/build.ts'
import { trainedModel } from '../train/trained.ts'
import type { RunConfig } from './config.ts'
import { ledgerEntries, type Mean, type MeasuredEntry } from './ledger-entries.ts'

/** What a model achieves on one split, each figure with what it is. */
export interface Evaluation {
  readonly split: SplitName
  readonly examples: number
  /** What training minimises, with the weights at the end of all schedules: nats per example. */
  readonly objective: number
  /** Upper bound on -log p(x), nats per example; absent where the terms bound no likelihood. */
  readonly bound?: number
  /** Mean of each loss term, nats per example, without its weight. */
  readonly terms: Readonly<Record<string, number>>
  /** Standard error over the examples of each mean in `terms`. */
  readonly errors: Readonly<Record<string, number>>
  readonly ledger: readonly MeasuredEntry[]
}

/** The parts of a loaded run that an evaluation needs. */
export interface Evaluable {
  readonly model: BuiltModel
  readonly parameters: Arrays
  readonly runtime: Runtime
  readonly config: RunConfig
}

const ROWS_AT_A_TIME = 1000

/**
 * Loss terms, bound, objective and reconstruction error over one split: dropout off, one sample of each
 * code, random numbers of the run's seed. The same run and split give the same figures.
 *
 * @throws UserError where the split is empty
 */
export async function evaluateRun(
  run: Evaluable,
  data: DataSet,
  split: SplitName,
): Promise<Evaluation> {
  const examples = data.splits[split].rows.length
  if (examples === 0)
    throw new UserError(
      `--split ${split}: ${data.name} has no ${split} examples, because the run was trained with --${split} 0; choose another split`,
    )
  const { seed } = run.config.train
  const measuring = await evaluator(run.runtime, run.model, data, seed)
  const means = await measuring
    .evaluate(run.parameters, data.splits[split])
    .finally(() => measuring.release())
  const squaredError = await squaredErrorOf(run, data, split)
  const ledger = ledgerEntries({ ...run, data, split, seed, means, squaredError })
  const bound = ledger.find((entry) => entry.kind === 'bound')
  return {
    split,
    examples,
    objective: means.objective,
    ...(bound && { bound: bound.value }),
    terms: means.terms,
    errors: means.errors,
    ledger,
  }
}

/**
 * Σ (x - x̂)² of each example, meaned over a split, where x̂ is the decoder's mean for the encoder's mean.
 * Examples that are binarised afresh at every step are taken as the grey levels that they are drawn from.
 */
async function squaredErrorOf(run: Evaluable, data: DataSet, split: SplitName): Promise<Mean> {
  const trained = trainedModel(run.runtime, run.model, run.parameters)
  const count = data.splits[split].rows.length
  let sum = 0
  let squares = 0
  try {
    for (let start = 0; start < count; start += ROWS_AT_A_TIME) {
      const rows = Math.min(ROWS_AT_A_TIME, count - start)
      const x = splitValues(
        data,
        split,
        Int32Array.from({ length: rows }, (_, i) => start + i),
      )
      const restored = await trained.reconstruct(x)
      for (const error of rowErrors(x.data, restored.data, run.model.info.dimension)) {
        sum += error
        squares += error * error
      }
    }
  } finally {
    await trained.release()
  }
  const mean = sum / count
  const variance = Math.max(0, squares / count - mean * mean)
  return { mean, error: Math.sqrt(variance / Math.max(1, count - 1)) }
}

function rowErrors(x: Float32Array, restored: Float32Array, width: number): Float64Array {
  const errors = new Float64Array(x.length / width)
  for (let at = 0; at < x.length; at++)
    errors[Math.floor(at / width)]! += (x[at]! - restored[at]!) ** 2
  return errors
}
