import { type Schedule, scheduledValue } from '../../config/options.ts'
import type { DataSet, SplitName } from '../../data/dataset.ts'
import { Tensor } from '../../graph/tensor.ts'
import type { Terms } from '../../models/model.ts'
import type { Arrays, Runtime } from '../../runtime/session.ts'
import { type Closable, closable } from '../../tensor/closable.ts'
import { UserError } from '../../tensor/errors.ts'
import { hostTensor } from '../../tensor/host.ts'
import { option, worded } from '../../tensor/wording.ts'
import { type BuiltModel, type BuiltStage, lastStage } from '../../train/build.ts'
import { meanWithError } from '../statistics/mean.ts'
import { type EvaluatedSplit, evaluatedSplit } from './evaluated-split.ts'
import { populations } from './population.ts'
import { type StageLoss, stageLoss, type TermKind } from './stage-loss.ts'
import { outputsOf, type Total, total } from './term-totals.ts'

/** Examples of one evaluation call by default; no figure depends on it. */
export const EVALUATION_BATCH = 500

export interface TermMeans {
  /** Mean over the split of each term, without its weight; of a joint term, its single value. */
  readonly terms: Readonly<Record<string, number>>
  /** Standard error of that mean over the examples; absent for a joint term. */
  readonly errors: Readonly<Record<string, number>>
  /** The value of each example in the order of the split; absent for a joint term. */
  readonly values: Readonly<Record<string, Float64Array>>
  /** How many examples each term is computed from: all, or fewer for a joint term with a limit. */
  readonly counts: Readonly<Record<string, number>>
  readonly kinds: Readonly<Record<string, TermKind>>
  /** What each term is multiplied by in the objective at the end of all schedules. */
  readonly weights: Readonly<Record<string, number>>
  /** Σ weight · term at the end of all schedules. */
  readonly objective: number
  /** Σ of the terms that belong to the bound; undefined if none does. */
  readonly bound: number | undefined
  /** The same of each example; undefined also if a term of the bound is joint. */
  readonly boundValues: Float64Array | undefined
  readonly examples: number
}

export interface Evaluator extends Closable {
  /** Names of the loss terms. */
  readonly terms: readonly string[]
  /**
   * Mean terms over a split of the data under the given parameters.
   *
   * @param options of the model, for the values of its schedules; by default those that it was built with
   * @throws UserError if the split has too few examples for a joint term
   */
  evaluate(parameters: Arrays, split: SplitName, options?: BuiltModel['config']): Promise<TermMeans>
  /** @throws UserError if the split has too few examples for a joint term */
  requireExamples(split: SplitName): void
}

/**
 * Compiles the loss terms of a stage, by default the last, for evaluation: dropout off, one noise sample for
 * each example, drawn by the seed and the example's number. Neither the order of a split nor the size of a
 * batch changes a figure: each is a mean over the examples, or a joint number of all of them.
 */
export async function evaluator(
  runtime: Runtime,
  model: BuiltModel,
  data: DataSet,
  seed: number,
  stage: BuiltStage = lastStage(model),
  size: number = EVALUATION_BATCH,
): Promise<Evaluator> {
  const measuring = await termsEvaluator(runtime, model, { seed, stage, size })
  const withLabels = model.labels !== undefined
  const splits = new Map<SplitName, EvaluatedSplit>()
  const known = (name: SplitName): EvaluatedSplit => {
    const split = splits.get(name) ?? evaluatedSplit(data, name, { seed, size, withLabels })
    splits.set(name, split)
    return split
  }
  const requireExamples = (name: SplitName) => {
    const { length } = data.splits[name].rows
    for (const [term, { joint }] of Object.entries(measuring.terms))
      if (joint && length < (joint.least ?? 1))
        throw new UserError(
          worded`${name}: ${term} needs ${joint.least} examples or more, and the ${name} split has ${length}; choose a larger ${option(name)}`,
        )
  }
  const open = closable('the evaluator', {
    terms: Object.keys(measuring.terms),
    async evaluate(
      parameters: Arrays,
      name: SplitName,
      options = model.config,
    ): Promise<TermMeans> {
      requireExamples(name)
      const split = known(name)
      const totals = await measuring.totals(parameters, split, options)
      return { ...summarize(totals, split.count), kinds: measuring.kinds }
    },
    close: measuring.close,
  })
  return { ...open, requireExamples }
}

interface TermsEvaluator extends Closable {
  readonly terms: Terms
  readonly kinds: StageLoss['kinds']
  totals(
    parameters: Arrays,
    split: EvaluatedSplit,
    options?: BuiltModel['config'],
  ): Promise<readonly Total[]>
}

/** The same over any examples that are in batches of the given size, term by term. */
export async function termsEvaluator(
  runtime: Runtime,
  model: BuiltModel,
  {
    seed,
    stage,
    size,
  }: { readonly seed: number; readonly stage: BuiltStage; readonly size: number },
): Promise<TermsEvaluator> {
  const x = Tensor.input('x', [size, model.info.dimension])
  const read = populations(x)
  const { terms, kinds } = stageLoss(model, stage, x, { seed, population: read.of })
  const session = await runtime.compile(outputsOf(terms))
  const population = await read.compiled(runtime)
  let bound: EvaluatedSplit | undefined
  return {
    terms,
    kinds,
    async totals(parameters, split, options = model.config) {
      const inputs = { ...parameters, ...endOfSchedules(model, options) }
      await session.bind({
        ...inputs,
        ...(split !== bound && population.given(split)),
        ...(await population.computed(inputs, split)),
      })
      bound = split
      const totals = Object.entries(terms).map(([term, given]) => total(term, given, split))
      for (const batch of split.batches) {
        const results = await session.run(batch.feeds())
        for (const one of totals) one.add(results, batch)
      }
      return totals
    },
    async close() {
      await session.close()
      await population.close()
    },
  }
}

/** All schedules at their end, as feeds. */
function endOfSchedules({ schedules }: BuiltModel, options: BuiltModel['config']): Arrays {
  return Object.fromEntries(
    [...schedules].map(([name, symbol]) => {
      const end = scheduledValue(options[name] as number | Schedule, Number.POSITIVE_INFINITY)
      return [symbol.attributesOf('input').name, hostTensor('float64', [], Float64Array.of(end))]
    }),
  )
}

function summarize(totals: readonly Total[], examples: number): Omit<TermMeans, 'kinds'> {
  const each = totals.map((one) => ({ ...one, ...one.sums(), weight: one.weight }))
  const record = <V>(of: (one: (typeof each)[number]) => V, among = each): Record<string, V> =>
    Object.fromEntries(among.map((one) => [one.name, of(one)]))
  const ofExamples = each.filter(({ term }) => term.value.rank > 0)
  const parts = each.filter(({ term }) => term.bound)
  return {
    terms: record(({ value }) => value),
    errors: record(({ values }) => meanWithError(values).error, ofExamples),
    values: record(({ values }) => values, ofExamples),
    counts: record(({ count }) => count),
    weights: record(({ weight }) => weight),
    objective: each
      .filter(({ term }) => !term.metric)
      .reduce((sum, { weight, minimized }) => sum + weight * minimized, 0),
    bound: parts.length > 0 ? parts.reduce((sum, { value }) => sum + value, 0) : undefined,
    boundValues: sumOfBound(parts, examples),
    examples,
  }
}

/** Of each example, the sum of terms; undefined without any, and if one is joint. */
export function sumOfBound(
  parts: readonly Pick<Total, 'term' | 'values'>[],
  examples: number,
): Float64Array | undefined {
  if (parts.length === 0 || parts.some(({ term }) => term.value.rank === 0)) return undefined
  return Float64Array.from({ length: examples }, (_, i) =>
    parts.reduce((sum, { values }) => sum + values[i]!, 0),
  )
}
