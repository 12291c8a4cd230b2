import type { DataSet, SplitName } from '../../data/dataset.ts'
import { evaluator } from '../../evaluate/terms.ts'
import type { Arrays, Runtime } from '../../runtime/session.ts'
import { UserError } from '../../tensor/errors.ts'
import type { BuiltModel } from '../../train/build.ts'
import type { RunConfig } from '../config.ts'
import { ledgerEntries, type MeasuredEntry } from './ledger-entries.ts'
import { squaredErrorOf } from './squared-error.ts'

/** What a model achieves on one split, each figure with what it is. */
export interface Evaluation {
  readonly split: SplitName
  readonly examples: number
  /**
   * What training minimises, with the weights at the end of all schedules: nats per example. Where phases
   * minimise each a loss of its own, the sum of these, which nothing minimises.
   */
  readonly objective: number
  /** Upper bound on -log p(x), nats per example; absent where the terms bound no likelihood. */
  readonly bound?: number
  /** Mean of each loss term, without its weight; the ledger tells its unit. */
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
