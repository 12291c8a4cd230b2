import { gradients } from '../graph/autodiff.ts'
import type { Carried } from '../graph/loop.ts'
import { substitute } from '../graph/substitute.ts'
import { scalar, Tensor } from '../graph/tensor.ts'
import type { Batch, Terms } from '../models/model.ts'
import type { BuiltModel, BuiltPhase, BuiltStage } from './build.ts'
import type { TrainConfig } from './config.ts'
import { clipByGlobalNorm, type Optimizer } from './optimizers.ts'

/** Name of an array that an optimiser keeps for a parameter; with several phases, each has its own. */
export const slotName = (parameter: string, slot: string, phase = ''): string =>
  phase ? `${parameter}:${phase}:${slot}` : `${parameter}:${slot}`

/** The arrays that an optimiser keeps during a stage; they start at zero. */
export function slotsOf(stage: BuiltStage, slots: readonly string[]) {
  return stage.phases.flatMap((phase) =>
    phase.trains.flatMap(({ name, shape }) =>
      slots.map((slot) => ({ name: slotName(name, slot, phase.storedName), shape })),
    ),
  )
}

/** What a term adds to the objective, before its weight, as a scalar. */
export const termMean = ({ value, minimized = value }: Terms[string]): Tensor =>
  minimized.rank === 0 ? minimized : minimized.mean()

/** Σ weight · mean over the batch, over all terms that are not metrics. */
export function objective(terms: Terms): Tensor {
  const parts = Object.values(terms)
    .filter((term) => !term.metric)
    .map((term) => {
      const mean = termMean(term)
      return term.weight === undefined ? mean : mean.mul(term.weight)
    })
  return parts.length > 0 ? parts.reduce((sum, part) => sum.add(part)) : scalar(0)
}

/** One step of a stage as expressions over the state at its start. */
export interface Step {
  readonly state: Readonly<Record<string, Carried>>
  readonly terms: Terms
  /** Sum of the objectives of all phases. */
  readonly objective: Tensor
}

/**
 * The phases of a stage one after the other: losses, gradients, updates. Each phase sees the parameters as the
 * phases before it have updated them, or, if the stage's phases act together, as they were at the start.
 */
export function trainingStep(
  model: BuiltModel,
  stage: BuiltStage,
  batch: Batch,
  config: TrainConfig,
  rule: Optimizer,
  columns: Readonly<Record<string, Tensor>>,
): Step {
  const now = new Map<Tensor, Tensor>()
  const slots: Record<string, Carried> = {}
  const terms: Record<string, Terms[string]> = {}
  const losses: Tensor[] = []
  for (const phase of stage.phases) {
    const seen = stage.together ? new Map<Tensor, Tensor>() : new Map(now)
    const pass = lossOf(phase, batch, config)
    const at = (values: readonly Tensor[]) => substitute(values, seen)
    const slopes = at(pass.slopes)
    phase.trains.forEach(({ name, shape, symbol }, i) => {
      const kept = Object.fromEntries(
        rule.slots.map((slot) => [
          slot,
          Tensor.input(slotName(name, slot, phase.storedName), shape),
        ]),
      )
      const updated = rule.update(now.get(symbol) ?? symbol, slopes[i]!, kept, columns)
      now.set(symbol, updated.parameter)
      for (const slot of rule.slots)
        slots[slotName(name, slot, phase.storedName)] = {
          input: kept[slot]!,
          next: updated.slots[slot]!,
        }
    })
    const moved = [...pass.moved]
    at(moved.map(([, next]) => next)).forEach((next, i) => {
      now.set(moved[i]![0], next)
    })
    for (const [name, term] of Object.entries(pass.terms)) {
      if (Object.hasOwn(terms, name)) throw new Error(`two terms are called ${name}`)
      terms[name] = { ...term, value: at([term.value])[0]! }
    }
    losses.push(at([pass.loss])[0]!)
  }
  const carried = [...model.parameters.values()].flatMap(({ name, symbol }) => {
    const next = now.get(symbol)
    return next ? [[name, { input: symbol, next }] as const] : []
  })
  return {
    state: { ...Object.fromEntries(carried), ...slots },
    terms,
    objective: losses.reduce((sum, loss) => sum.add(loss)),
  }
}

/** A phase's loss, its gradients, and its updates of arrays that are kept but not trained. */
function lossOf(phase: BuiltPhase, batch: Batch, config: TrainConfig) {
  const moved = new Map<Tensor, Tensor>()
  const terms = phase.terms({
    ...batch,
    update(state, next) {
      moved.set(state, next(moved.get(state) ?? state))
    },
  })
  const loss = objective(terms)
  const symbols = phase.trains.map(({ symbol }) => symbol)
  const raw = gradients(loss, symbols)
  const slopes = config.clip > 0 ? clipByGlobalNorm(raw, config.clip) : raw
  return { terms, loss, slopes, moved }
}
