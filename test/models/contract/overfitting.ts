import { expect, it } from 'vitest'
import type { HostTensor } from '../../../src/tensor/host.ts'
import { type BuiltPhase, lastStage } from '../../../src/train/build.ts'
import { trained } from '../../train/tiny.ts'
import { DISTINCT, fewExamples } from './data.ts'
import { batchOf } from './gradients.ts'
import { type Subject, subject as variant } from './subjects.ts'
import { examplesOf, outcomeOf, runtimeOf, trainingOf, using } from './trainings.ts'

/**
 * What stands in the way of giving examples back exactly is turned down where a model has it: penalties,
 * corruption and the width of p(x|z); saturated units and codes would be slow.
 */
const FREE = {
  hidden: [16],
  latent: DISTINCT - 1,
  channels: [8],
  beta: 0.01,
  lambda: 0.001,
  corruption: 'gaussian:0.05',
  activation: 'leaky-relu',
  discriminatorActivation: 'leaky-relu',
  features: 16,
  codeActivation: 'linear',
  tied: false,
}

/** Share of their variance that may be left when the examples come back, steps of an epoch, and epochs until then at most. */
const LEFT = 0.02
const STEPS = 25
const EPOCHS = 48
/** Accuracy of a discriminator; chance alone gives 0.5. */
const BETTER = 0.75

/** Σ (x - x̂)² / Σ (x - x̄)²: 1 for what says the mean of the examples of each, 0 where they come back. */
function unexplained(x: HostTensor<'float32'>, back: HostTensor<'float32'>): number {
  const [count, width] = x.shape as [number, number]
  const means = new Float64Array(width)
  x.data.forEach((value, i) => {
    means[i % width]! += value / count
  })
  let [error, variance] = [0, 0]
  x.data.forEach((value, i) => {
    error += (value - back.data[i]!) ** 2
    variance += (value - means[i % width]!) ** 2
  })
  return error / variance
}

/** A subject that nothing keeps from it, with a few examples for its data. */
function freed({ definition, setting, config }: Subject): Subject {
  const { network } = config as { network?: string }
  const free = variant(definition, setting, { ...FREE, ...(network && { network }) })
  return { ...free, setting: { ...setting, data: fewExamples(setting, STEPS) } }
}

/** The subject, whose last stage has those of its phases alone. */
function alone(subject: Subject, phases: readonly BuiltPhase[]): Subject {
  const { model } = subject
  const stage = { ...lastStage(model), phases }
  return { ...subject, model: { ...model, stages: [...model.stages.slice(0, -1), stage] } }
}

/** Trains on a few examples until they come back well enough; returns the share that is left. */
async function leftAfterTraining(subject: Subject): Promise<number> {
  const { x, labels } = examplesOf(subject, DISTINCT)
  const { model } = subject
  const controller = new AbortController()
  let left = Number.POSITIVE_INFINITY
  await trained(trainingOf(subject, { epochs: EPOCHS, lr: 0.01, monitor: 'none' }), {
    runtime: runtimeOf(subject),
    stepsPerCall: STEPS,
    signal: controller.signal,
    measureTraining: async () => ({ terms: {}, objective: 0 }),
    async validate(parameters, stage) {
      if (stage === lastStage(model)) {
        const back = await using(subject, (m) => m.reconstruct(x, labels), parameters)
        left = unexplained(x, back)
        if (left < LEFT) controller.abort()
      }
      return { terms: {}, objective: left }
    },
  })
  return left
}

/** Figures of every epoch on a few examples. */
async function figuresOf(subject: Subject, epochs: number) {
  const calls = { saveEvery: 100, stepsPerCall: STEPS }
  const { events } = await outcomeOf(subject, { epochs, lr: 0.01 }, calls)
  return events.flatMap((event) => (event.type === 'epoch' ? [event.train.terms] : []))
}

/** What a model can learn of a few examples by heart; of a game, each player by itself. */
export function itLearnsExamplesByHeart(given: Subject): void {
  const subject = freed(given)
  const { phases } = lastStage(subject.model)
  const termsOf = (phase: BuiltPhase) => Object.entries(phase.terms(batchOf(subject)))
  const asking = phases.filter((phase) =>
    termsOf(phase).some(
      ([name, { bound, metric }]) => !metric && (bound || name === 'reconstruction'),
    ),
  )
  const shares = phases.flatMap((phase) =>
    termsOf(phase).flatMap(([name, { unit }]) => (unit === 'share' ? [{ phase, name }] : [])),
  )

  if (asking.length > 0)
    it('gives a few examples back, but for 2 % of their variance', async () => {
      expect(await leftAfterTraining(alone(subject, asking))).toBeLessThan(LEFT)
    })

  it.each(shares)('learns to tell a few examples apart: $name', async ({ phase, name }) => {
    const figures = await figuresOf(alone(subject, [phase]), 4)
    expect(figures.at(-1)![name]).toBeGreaterThan(BETTER)
  })

  if (phases.length > 1)
    it('plays on with finite losses', async () => {
      const figures = await figuresOf(subject, 4)
      expect(figures).toHaveLength(4)
      for (const [i, terms] of figures.entries())
        for (const [name, value] of Object.entries(terms))
          expect(Number.isFinite(value), `epoch ${i + 1}, ${name}: ${value}`).toBe(true)
    })
}
