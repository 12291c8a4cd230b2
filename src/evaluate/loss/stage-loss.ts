import type { Noise } from '../../distributions/distribution.ts'
import { Tensor, topological } from '../../graph/tensor.ts'
import type { Batch, Term, Terms } from '../../models/model.ts'
import { type BuiltModel, type BuiltStage, stageTerms } from '../../train/build.ts'
import { labelInput, oneHot } from '../../train/labels.ts'
import { exampleNoise } from './row-noise.ts'

/** What kind of number a term is. */
export interface TermKind {
  /** `nats per example`, unless the term says otherwise. */
  readonly unit: string
  /** Part of the negative bound on log p(x). */
  readonly bound: boolean
  /** Reported, but not minimised. */
  readonly metric: boolean
  /** Random draws for each example; 0 if the value is exact given the example. */
  readonly samples: number
  /** One number computed from many examples together, not a mean over them. */
  readonly joint: boolean
  /** Something else is minimised in its place. */
  readonly replaced: boolean
  /** The phase that it is part of; empty if there is only one. */
  readonly phase: string
}

/** The terms of a stage in evaluation, and the kind of each. */
export interface StageLoss {
  readonly terms: Terms
  readonly kinds: Readonly<Record<string, TermKind>>
}

/** Keys of the examples of a batch, by which their noise is drawn. */
export const keysInput = (batch: number): Tensor => Tensor.input('keys', [batch, 1], 'int64')

/**
 * The terms of a stage over examples x `[B, D]`, without anything that acts only in training. The noise of each
 * example is a function of the seed and its key.
 */
export function stageLoss(
  model: BuiltModel,
  stage: BuiltStage,
  x: Tensor,
  { seed, population }: { readonly seed: number; readonly population?: Batch['population'] },
): StageLoss {
  const size = x.shape[0] as number
  const noise = exampleNoise(seed, keysInput(size))
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
      const { normal, uniform } = noise(`evaluation ${stream}`)
      return { normal: drawn(normal), uniform: drawn(uniform) }
    },
    ...(population && { population }),
    ...(model.labels && { labels: oneHot(labelInput(size), model.info.classes!) }),
  }
  const all: Record<string, Term> = {}
  const kinds: Record<string, TermKind> = {}
  for (const phase of stage.phases)
    for (const [name, term] of Object.entries(stageTerms({ ...stage, phases: [phase] }, batch))) {
      const { value, minimized = value, joint } = term
      if ((value.rank === 0 || minimized.rank === 0) && !joint)
        throw new Error(
          `the term ${name} has no value for a split, only for a batch: give it joint`,
        )
      all[name] = term
      kinds[name] = kindOf(term, draws, phase.name)
    }
  return { terms: all, kinds }
}

function kindOf(term: Term, draws: ReadonlySet<Tensor>, phase: string): TermKind {
  const isDrawn = topological([term.value]).some((node) => draws.has(node))
  return {
    unit: term.unit ?? NATS,
    bound: term.bound,
    metric: term.metric ?? false,
    samples: term.samples ?? (isDrawn ? 1 : 0),
    joint: term.value.rank === 0,
    replaced: term.minimized !== undefined,
    phase,
  }
}

/** The unit of terms that state no other. */
export const NATS = 'nats per example'

/** The kind of each term of a stage. */
export function termKinds(model: BuiltModel, stage: BuiltStage): StageLoss['kinds'] {
  const x = Tensor.input('x', [2, model.info.dimension])
  return stageLoss(model, stage, x, { seed: 0 }).kinds
}
