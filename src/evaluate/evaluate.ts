import type { DataSet, SplitName } from '../data/dataset.ts'
import { UserError } from '../tensor/errors.ts'
import { given, option, type Wording, worded } from '../tensor/wording.ts'
import { lastStage } from '../train/build.ts'
import type { TrainedModel } from '../train/trained.ts'
import { anomaly } from './anomaly/evaluation.ts'
import { type ExampleHashes, exampleHashes } from './example-hashes.ts'
import { generation } from './generation/evaluation.ts'
import type { EvaluationContext, GroupEvaluation } from './group-evaluation.ts'
import type { MeasuredEntry } from './ledger/entry.ts'
import type { Group } from './ledger/groups.ts'
import { likelihood } from './likelihood/evaluation.ts'
import { loss, lossFigures } from './loss/evaluation.ts'
import { likelihoodWords } from './loss/likelihood-words.ts'
import { observedCells } from './loss/observed-cells.ts'
import { evaluator, type TermMeans } from './loss/terms.ts'
import { manifold } from './manifold/evaluation.ts'
import { type EvaluationOptions, requireNormalOf, usualGroups } from './options.ts'
import { reconstruction } from './reconstruction/evaluation.ts'
import { representation } from './representation/evaluation.ts'

/** The figures of a model on one split, each with what is needed to interpret it. */
export interface Evaluation {
  readonly split: SplitName
  readonly examples: number
  /** Hashes that identify these examples; each ledger entry names those that it depends on. */
  readonly hashes: ExampleHashes
  /**
   * What training minimises, with the weights at the end of all schedules, in nats per example. If each phase
   * minimises a loss of its own, this is their sum, which nothing minimises.
   */
  readonly objective: number
  /**
   * Upper bound on -log p(x) from the loss terms, in nats per example: the negative ELBO, or the
   * importance-weighted bound of a model that minimises it, regardless of what else is measured. Absent if the
   * terms bound no likelihood.
   */
  readonly bound?: number
  /** Mean of each loss term, without its weight; the ledger gives its unit. */
  readonly terms: Readonly<Record<string, number>>
  /**
   * Standard error of each mean in `terms` over the examples; absent for a joint term, which is not a mean over them.
   */
  readonly errors: Readonly<Record<string, number>>
  readonly ledger: readonly MeasuredEntry[]
  /** Requested figures that need more examples, or labels; absent if all were measured. */
  readonly omitted?: readonly Omission[]
}

/** Requested figures that cannot be computed, and why. */
export interface Omission {
  readonly group: Group
  readonly reason: string
  /** The reason as the command line words it, with flags for options. */
  readonly commandLine: string
}

/** All groups of figures, in display order. */
const EVALUATIONS: readonly GroupEvaluation[] = [
  loss,
  reconstruction,
  likelihood,
  representation,
  manifold,
  generation,
  anomaly,
]

/**
 * The figures of a trained model over one split, with dropout off. The same model, split, seed and options give
 * the same figures, regardless of the order of the split's rows. Groups that need something the model lacks are
 * left out.
 *
 * @param seed seed of everything that is drawn: that of the model's training
 * @param options already checked by `requireEvaluationOptions`
 * @throws UserError if `normal` does not fit the data, and if the split is empty or too small for
 * a term of the loss
 */
export async function evaluate(
  trained: TrainedModel,
  data: DataSet,
  split: SplitName,
  seed: number,
  options: EvaluationOptions = {},
): Promise<Evaluation> {
  requireNormalOf(data, options)
  const examples = data.splits[split].rows.length
  if (examples === 0)
    throw new UserError(
      worded`${given('split', split)}: ${data.name} has no ${split} examples, because the run was trained with ${option(split, 0)}; choose another split`,
    )
  const means = await lossMeans(trained, data, split, seed)
  const hashes = await exampleHashes(data, split, seed)
  const omitted: Omission[] = []
  const ledger: MeasuredEntry[] = []
  const words = likelihoodWords({ trained, data, split })
  const observed = observedCells(data, split)
  const context = { trained, data, split, seed, options, hashes, means, words, observed }
  const sharedFields = sharedFieldsOf(context)
  const { measure = usualGroups(data, split), signal, onStage } = options
  for (const { group, what, applies, figures } of EVALUATIONS) {
    signal?.throwIfAborted()
    if (!measure.includes(group)) continue
    const omit = (why: string | Wording) => {
      const { library: reason, commandLine } = worded`${why}`
      if (!omitted.some((one) => one.reason === reason))
        omitted.push({ group, reason, commandLine })
    }
    const groupContext = { ...context, omit }
    if (!applies(groupContext)) continue
    onStage?.(what)
    const found = figures(groupContext).catch((error: unknown) => {
      // The other groups are still evaluated.
      if (!(error instanceof UserError) || measure.length === 1) throw error
      omit(error.wording)
      return []
    })
    for (const figure of await found) ledger.push({ group, ...sharedFields, ...figure })
  }
  const bound = lossFigures(context).find(({ kind }) => kind === 'bound')
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

async function lossMeans(
  { runtime, model, parameters, rowsPerCall }: TrainedModel,
  data: DataSet,
  split: SplitName,
  seed: number,
): Promise<TermMeans> {
  const measuring = await evaluator(runtime, model, data, seed, lastStage(model), rowsPerCall)
  return measuring.evaluate(parameters, split).finally(() => measuring.close())
}

/** The fields that all figures of an evaluation share. */
function sharedFieldsOf(context: Omit<EvaluationContext, 'omit'>) {
  const { trained, data, split, seed, hashes, words } = context
  return {
    split,
    examples: data.splits[split].rows.length,
    likelihood: words.label,
    binarize: data.binarize,
    seed,
    examplesHash: hashes.examples,
    ...(trained.model.labels === 'condition' && hashes.labels && { labelsHash: hashes.labels }),
  }
}
