import { scheduledValue } from '../config/options.ts'
import type { DataSet, Split } from '../data/dataset.ts'
import { gatherRows } from '../data/rows.ts'
import type { Noise } from '../distributions/distribution.ts'
import { Tensor, topological } from '../graph/tensor.ts'
import type { Batch, Term, Terms } from '../models/model.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import { hostTensor } from '../tensor/host.ts'
import { type BuiltModel, type BuiltStage, lastStage, stageTerms } from '../train/build.ts'
import { labelFeed, labelInput, oneHot } from '../train/labels.ts'
import { noiseSource } from '../train/noise.ts'
import { type DataForm, examples } from '../train/program.ts'
import { termMean } from '../train/step.ts'
import { meanWithError } from './mean.ts'

/**
 * Examples of one evaluation call. The last batch of a split is padded; noise is a function of the place
 * in the split, so this number is a part of what a figure means and does not change.
 */
export const EVALUATION_BATCH = 500

/** What the numbers of a term are. */
export interface TermKind {
  /** `nats per example`, unless the term says otherwise. */
  readonly unit: string
  /** Part of the negative bound on log p(x). */
  readonly bound: boolean
  /** Reported, and minimised by nothing. */
  readonly metric: boolean
  /** Random draws for each example; 0 where the value is exact given the example. */
  readonly samples: number
  /** A number of whole batches, not of examples. */
  readonly ofBatch: boolean
  /** Something else is minimised in its place. */
  readonly replaced: boolean
  /** The phase that it is a part of; empty where there is one only. */
  readonly phase: string
}

export interface TermMeans {
  /** Mean over the split of each term, without its weight. */
  readonly terms: Readonly<Record<string, number>>
  /** Standard error of that mean over the examples, or over the batches of a term of batches. */
  readonly errors: Readonly<Record<string, number>>
  /** The value of each example in the order of the split, or of each batch of a term of batches. */
  readonly values: Readonly<Record<string, Float64Array>>
  readonly kinds: Readonly<Record<string, TermKind>>
  /** What each term is multiplied by in the objective at the end of all schedules. */
  readonly weights: Readonly<Record<string, number>>
  /** Σ weight · term at the end of all schedules. */
  readonly objective: number
  /** Σ of the terms that belong to the bound, or undefined where none does. */
  readonly bound: number | undefined
  /** The same of each example; undefined also where a term of the bound is one of batches. */
  readonly boundValues: Float64Array | undefined
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
  const { terms, kinds } = stageLoss(model, stage, x, evaluationNoise)
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
          ...(model.labels && labelFeed(rows.map((row) => split.labels![row]!))),
        })
        for (const [name, sums] of totals) {
          const given = results[`weight ${name}`]
          if (given) sums.weight = Number(given.data[0])
          const values = results[name]!.data
          if (terms[name]!.value.rank === 0) addBatch(sums, Number(values[0]), count)
          else for (let i = 0; i < count; i++) sums.values.push(Number(values[i]))
          const minimized = results[`minimized ${name}`]
          if (minimized) addMinimized(sums, Number(minimized.data[0]), count)
        }
      }
      return { ...summarize(totals, split.rows.length), kinds }
    },
    release: () => session.release(),
  }
}

/** The terms of a stage over examples `[B, D]`, without what acts in training alone. */
function stageLoss(
  model: BuiltModel,
  stage: BuiltStage,
  x: Tensor,
  noise: (stream: string) => Noise,
): { terms: Terms; kinds: Record<string, TermKind> } {
  const draws = new Set<Tensor>()
  const drawn = (draw: Noise['normal']) => (shape: readonly number[]) => {
    const numbers = draw(shape)
    draws.add(numbers)
    return numbers
  }
  const batch: Batch = {
    x,
    training: false,
    noise(stream) {
      const { normal, uniform } = noise(stream)
      return { normal: drawn(normal), uniform: drawn(uniform) }
    },
    ...(model.labels && { labels: oneHot(labelInput(EVALUATION_BATCH), model.info.classes!) }),
  }
  const all: Record<string, Term> = {}
  const kinds: Record<string, TermKind> = {}
  for (const phase of stage.phases)
    for (const [name, term] of Object.entries(stageTerms({ ...stage, phases: [phase] }, batch))) {
      all[name] = term
      kinds[name] = kindOf(term, draws, phase.name)
    }
  return { terms: all, kinds }
}

function kindOf(term: Term, draws: ReadonlySet<Tensor>, phase: string): TermKind {
  const isDrawn = topological([term.value]).some((node) => draws.has(node))
  return {
    unit: term.unit ?? 'nats per example',
    bound: term.bound,
    metric: term.metric ?? false,
    samples: term.samples ?? (isDrawn ? 1 : 0),
    ofBatch: term.value.rank === 0,
    replaced: term.minimized !== undefined,
    phase,
  }
}

/** What the numbers of each term of a stage are. */
export function termKinds(model: BuiltModel, stage: BuiltStage): Record<string, TermKind> {
  const { noise } = noiseSource(0, Tensor.input('step', [], 'int64'))
  const x = Tensor.input('x', [EVALUATION_BATCH, model.info.dimension])
  return stageLoss(model, stage, x, noise).kinds
}

/** What a term has come to so far. */
interface Total {
  readonly term: Term
  weight: number
  readonly values: number[]
  /** Sum over the batches that count, and how many they are, of what is minimised. */
  minimized: number
  minimizedCount: number
}

const total = (term: Term): Total => ({
  term,
  weight: typeof term.weight === 'number' ? term.weight : 1,
  values: [],
  minimized: 0,
  minimizedCount: 0,
})

function addBatch(to: Total, value: number, examples: number): void {
  if (examples === EVALUATION_BATCH || to.values.length === 0) to.values.push(value)
}

function addMinimized(to: Total, value: number, examples: number): void {
  if (examples < EVALUATION_BATCH && to.minimizedCount > 0) return
  to.minimized += value
  to.minimizedCount++
}

function summarize(totals: ReadonlyMap<string, Total>, examples: number): Omit<TermMeans, 'kinds'> {
  const terms: Record<string, number> = {}
  const errors: Record<string, number> = {}
  const weights: Record<string, number> = {}
  const all: Record<string, Float64Array> = {}
  let objective = 0
  let bound: number | undefined
  for (const [name, { term, weight, values, ...rest }] of totals) {
    const { mean, error } = meanWithError(values)
    terms[name] = mean
    weights[name] = weight
    errors[name] = error
    all[name] = Float64Array.from(values)
    const minimized = rest.minimizedCount > 0 ? rest.minimized / rest.minimizedCount : mean
    if (!term.metric) objective += weight * minimized
    if (term.bound) bound = (bound ?? 0) + mean
  }
  return {
    terms,
    errors,
    values: all,
    weights,
    objective,
    bound,
    boundValues: sumOfBound(totals, examples),
    examples,
  }
}

function sumOfBound(
  totals: ReadonlyMap<string, Total>,
  examples: number,
): Float64Array | undefined {
  const parts = [...totals.values()].filter(({ term }) => term.bound)
  if (parts.length === 0 || parts.some(({ term }) => term.value.rank === 0)) return undefined
  return Float64Array.from({ length: examples }, (_, i) =>
    parts.reduce((sum, { values }) => sum + values[i]!, 0),
  )
}
