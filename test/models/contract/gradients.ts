import { expect } from 'vitest'
import { type Schedule, scheduledValue } from '../../../src/config/options.ts'
import { interpret } from '../../../src/graph/interpret.ts'
import { constant, int64, scalar, type Tensor } from '../../../src/graph/tensor.ts'
import type { Batch } from '../../../src/models/model.ts'
import type { Parameters } from '../../../src/nn/parameters.ts'
import type { Arrays } from '../../../src/runtime/session.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import type { BuiltStage } from '../../../src/train/build.ts'
import { trainConfig } from '../../../src/train/config.ts'
import { oneHot } from '../../../src/train/labels.ts'
import { noiseSource } from '../../../src/train/noise.ts'
import { optimizer } from '../../../src/train/optimizers.ts'
import { objective, trainingStep } from '../../../src/train/step.ts'
import { numbers } from '../../graph/arrays.ts'
import { disturbed } from '../../nn/passes.ts'
import type { Subject } from './subjects.ts'

/** Half the distance of a central difference, in units of a direction whose entries are near 1. */
const H = 1e-5
/** Truncation errs by about h² = 1e-10 of the third derivative, rounding by 1e-16 · |loss| / h. */
const TOLERANCE = 2e-6
/** A gradient that is no more than rounding errors. */
const NOTHING = 1e-9
const LEARNING_RATE = 0.125
/** The reference is slow: a batch is as many of the setting's examples as make so many numbers. */
const NUMBERS = 4500

/** Draws of step 0, drawn once: in the reference, drawing takes longer than the network. */
const drawn = new Map<string, Tensor>()
const drawnNoise: Batch['noise'] = (stream) => {
  const noise = noiseSource(1, int64(0n)).noise(stream)
  const once = (kind: keyof typeof noise) => (shape: readonly number[]) => {
    const name = `${kind} ${stream} [${shape}]`
    const known = drawn.get(name)
    if (known) return known
    const [values] = evaluated([noise[kind](shape)], {})
    const made = constant([...values!], shape)
    drawn.set(name, made)
    return made
  }
  return { normal: once('normal'), uniform: once('uniform') }
}

/** A step's batch with the noise of step 0, as constants. */
export function batchOf({ model, setting }: Subject): Batch {
  const { splits, scale } = setting.data
  const { store, labels } = splits.train
  const { dimension, classes } = model.info
  const count = Math.min(setting.batch, Math.floor(NUMBERS / dimension))
  const values = Array.from(store.array!.data.subarray(0, count * dimension), (v) => v * scale)
  const chosen = BigInt64Array.from(labels!.subarray(0, count), BigInt)
  return {
    x: constant(values, [count, dimension]),
    training: true,
    noise: drawnNoise,
    ...(model.labels && { labels: oneHot(constant(chosen, [count], 'int64'), classes!) }),
  }
}

/** The values of scheduled fields half an epoch after the start. */
const scheduledFeeds = ({ model }: Subject): Arrays =>
  Object.fromEntries(
    [...model.schedules].map(([name, symbol]) => [
      symbol.attributesOf('input').name,
      hostTensor(
        'float64',
        [],
        Float64Array.of(scheduledValue(model.config[name] as number | Schedule, 0.5)),
      ),
    ]),
  )

const evaluated = (outputs: readonly Tensor[], feeds: Arrays): Float64Array[] =>
  interpret(outputs, feeds).map((value) => value.data as Float64Array)

/** Parameters after one step of gradient descent through the given phases. */
function descended(subject: Subject, stage: BuiltStage, b: Batch, at: Arrays): Arrays {
  const config = trainConfig.parse({ optimizer: 'sgd', momentum: 0 })
  const lr = { lr: scalar(LEARNING_RATE) }
  const { state } = trainingStep(subject.model, stage, b, config, optimizer(config), lr)
  const moved = Object.entries(state)
  const next = evaluated(
    moved.map(([, carried]) => carried.next),
    { ...at, ...scheduledFeeds(subject) },
  )
  return {
    ...at,
    ...Object.fromEntries(
      moved.map(([name, { input }], i) => [
        name,
        hostTensor('float64', input.shape as number[], next[i]!),
      ]),
    ),
  }
}

const norm = (values: readonly number[]) => Math.hypot(...values)
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0)

/**
 * Compares what gradient descent moves, phase by phase, with central differences of that phase's own
 * objective, in a random direction of every parameter. A phase sees what those before it have left, where
 * they do not act together.
 *
 * @returns how many directions were compared, and the parameters whose gradients are not 0
 */
export function compareWithDifferences(subject: Subject): {
  readonly compared: number
  readonly moving: ReadonlySet<string>
} {
  const { model } = subject
  const b = batchOf(subject)
  let compared = 0
  const moving = new Set<string>()
  for (const stage of model.stages) {
    // A start at which no unit of a discriminator with leaky rectifiers has its kink within H.
    const start: Arrays = disturbed({ all: model.parameters } as Parameters, 8)
    stage.phases.forEach((phase, k) => {
      const after = (count: number) =>
        descended(subject, { ...stage, phases: stage.phases.slice(0, count) }, b, start)
      const [before, moved] = [k > 0 ? after(k) : start, after(k + 1)]
      const seen = stage.together ? start : before
      const loss = objective(phase.terms(b))
      for (const { name, shape } of phase.trains) {
        const gradient = Array.from(
          before[name]!.data as Float64Array,
          (value, i) => (value - Number(moved[name]!.data[i])) / LEARNING_RATE,
        )
        const direction = numbers(compared, gradient.length)
        const [ahead, behind] = [H, -H].map((by) => {
          const data = Float64Array.from(
            seen[name]!.data as Float64Array,
            (value, i) => value + by * direction[i]!,
          )
          const feeds = { ...seen, [name]: hostTensor('float64', shape, data) }
          return evaluated([loss], { ...feeds, ...scheduledFeeds(subject) })[0]![0]!
        })
        const numeric = (ahead! - behind!) / (2 * H)
        const exact = dot(gradient, direction)
        const where = `${stage.name} ${phase.name} ${name}: ${exact} against ${numeric}`
        const scale = Math.max(1, Math.abs(numeric))
        expect(Math.abs(exact - numeric), where).toBeLessThan(TOLERANCE * scale)
        if (norm(gradient) > NOTHING) moving.add(name)
        compared++
      }
      const trained = new Set(phase.trains.map(({ name }) => name))
      for (const { name, trained: moves } of model.parameters.values())
        if (moves && !trained.has(name))
          expect(moved[name]!.data, `${phase.name} leaves ${name}`).toEqual(before[name]!.data)
    })
  }
  return { compared, moving }
}
