import type { RunConfig } from '../app/config.ts'
import type { DataSet, SplitName } from '../data/dataset.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import { type BuiltModel, lastStage } from '../train/build.ts'
import { trainedModel } from '../train/trained.ts'
import { type ExampleHashes, exampleHashes } from './example-hashes.ts'
import type { FeatureSpaceMaker } from './generation/feature-data.ts'
import type { Group, Omission, Subject } from './group-evaluation.ts'
import { examinations } from './group-evaluations.ts'
import { lossFigures, type MeasuredEntry } from './loss/evaluation.ts'
import { likelihoodWords } from './loss/likelihood-words.ts'
import { evaluator } from './loss/terms.ts'
import { requireClassesOf, requireEvaluationOptions } from './options.ts'

/** What a model achieves on one split, each figure with what it is. */
export interface Evaluation {
  readonly split: SplitName
  readonly examples: number
  /** What identifies these examples; each entry of the ledger says which of the hashes it depends on. */
  readonly hashes: ExampleHashes
  /**
   * What training minimises, with the weights at the end of all schedules: nats per example. Where phases
   * minimise each a loss of its own, the sum of these, which nothing minimises.
   */
  readonly objective: number
  /**
   * Upper bound on -log p(x) by the loss terms, nats per example: the negative ELBO, or the importance-weighted
   * bound of a model that minimises that, whatever else is measured. Absent where the terms bound no likelihood.
   */
  readonly bound?: number
  /** Mean of each loss term, without its weight; the ledger tells its unit. */
  readonly terms: Readonly<Record<string, number>>
  /** Standard error over the examples of each mean in `terms`; absent for one number of many examples together. */
  readonly errors: Readonly<Record<string, number>>
  readonly ledger: readonly MeasuredEntry[]
  /** What was asked for and cannot be measured of so few examples, or without labels; absent where nothing is. */
  readonly omitted?: readonly Omission[]
}

/** The parts of a loaded run that an evaluation needs. */
export interface Evaluable {
  readonly model: BuiltModel
  readonly parameters: Arrays
  readonly runtime: Runtime
  readonly config: RunConfig
}

/** What is measured, and with how much effort. */
export interface EvaluationOptions {
  /** By default `loss` and `reconstruction`, which take seconds. */
  readonly measure?: readonly Group[]
  /** Codes drawn for each example by the importance-weighted bound. */
  readonly importanceSamples?: number
  /** Examples that what is costly is measured of; all of the split where there are fewer. */
  readonly examples?: number
  /** What makes the space that samples are compared in; by default the classifier is trained each time. */
  readonly featureSpace?: FeatureSpaceMaker
  /** Classes of normal examples, where others are to be found as anomalies. */
  readonly normal?: readonly number[]
  readonly signal?: AbortSignal
  /** Called with what is under way, and with how much of it is done. */
  readonly onStage?: (what: string) => void
  readonly onProgress?: (share: number) => void
}

/**
 * The figures of a model over one split: dropout off, random numbers of the run's seed. The same run, split
 * and options give the same figures, in whatever order the split has its rows. What a model cannot do is left
 * out.
 *
 * @param rowsPerCall examples computed at once; no figure depends on it
 * @throws UserError for options that cannot be used, and where the split is empty, or too small for a term of
 * its loss
 */
export async function evaluateRun(
  run: Evaluable,
  data: DataSet,
  split: SplitName,
  options: EvaluationOptions = {},
  rowsPerCall?: number,
): Promise<Evaluation> {
  requireEvaluationOptions(split, options)
  requireClassesOf(data, options.normal)
  const examples = data.splits[split].rows.length
  if (examples === 0)
    throw new UserError(
      `--split ${split}: ${data.name} has no ${split} examples, because the run was trained with --${split} 0; choose another split`,
    )
  const { seed } = run.config.train
  const { measure = ['loss', 'reconstruction'], signal, onStage } = options
  const measuring = await evaluator(
    run.runtime,
    run.model,
    data,
    seed,
    lastStage(run.model),
    rowsPerCall,
  )
  const means = await measuring.evaluate(run.parameters, split).finally(() => measuring.release())
  const hashes = await exampleHashes(data, split, seed)
  const trained = trainedModel(run.runtime, run.model, run.parameters, rowsPerCall)
  const omitted: Omission[] = []
  const subject: Omit<Subject, 'omit'> = {
    ...run,
    trained,
    data,
    split,
    seed,
    options,
    hashes,
    ...(rowsPerCall && { rowsPerCall }),
  }
  const circumstances = {
    split,
    examples,
    likelihood: likelihoodWords(subject).label,
    binarize: data.binarize,
    seed,
    examplesHash: hashes.examples,
    ...(run.model.labels === 'condition' && hashes.labels && { labelsHash: hashes.labels }),
  }
  const ledger: MeasuredEntry[] = []
  try {
    for (const { group, what, belongs, figures } of examinations(means)) {
      signal?.throwIfAborted()
      if (!measure.includes(group)) continue
      const omit = (reason: string) => {
        if (!omitted.some((one) => one.reason === reason)) omitted.push({ group, reason })
      }
      const examined = { ...subject, omit }
      if (!belongs(examined)) continue
      onStage?.(what)
      const found = figures(examined).catch((error: unknown) => {
        // The other groups are given all the same.
        if (!(error instanceof UserError) || measure.length === 1) throw error
        omit(error.message)
        return []
      })
      for (const figure of await found) ledger.push({ group, ...circumstances, ...figure })
    }
  } finally {
    await trained.release()
  }
  const bound = lossFigures({ ...subject, means }).find(({ kind }) => kind === 'bound')
  return {
    split,
    examples,
    hashes,
    objective: means.objective,
    ...(bound && { bound: bound.value }),
    terms: means.terms,
    errors: means.errors,
    ledger,
    ...(omitted.length > 0 && { omitted }),
  }
}
