import type { TrainingEvent } from 'latentlab/browser'
import { describe, expect, it } from 'vitest'
import { CurveLog, halve } from '../../studio/src/page/train/curve-log.ts'

const start = (more: object = {}): TrainingEvent => ({
  type: 'start',
  epochs: 3,
  epoch: 0,
  stepsPerEpoch: 10,
  examples: 1000,
  dropped: 0,
  parameters: 7,
  runtime: 'none',
  ...more,
})

const progress = (
  epoch: number,
  step: number,
  reconstruction: number,
  kl: number,
): TrainingEvent => ({
  type: 'progress',
  epoch,
  epochs: 3,
  step,
  stepsPerEpoch: 10,
  examplesPerSecond: 1,
  secondsLeft: 1,
  terms: { reconstruction, kl },
  objective: reconstruction + kl,
})

const epoch = (number: number, train: number, validation?: number): TrainingEvent => ({
  type: 'epoch',
  epoch: number,
  epochs: 3,
  train: { terms: { reconstruction: train, kl: 1 }, objective: train + 1 },
  ...(validation !== undefined && {
    validation: { terms: { reconstruction: validation, kl: 2 }, objective: validation + 2 },
  }),
  best: true,
  seconds: 1,
  examplesPerSecond: 1,
})

const logOf = (...events: readonly TrainingEvent[]): CurveLog => {
  const log = new CurveLog()
  for (const event of events) log.add(event)
  return log
}

const curve = (log: CurveLog, name: string) => log.curves.find((other) => other.name === name)!

describe('the log of curves', () => {
  it('turns means over an epoch so far into means since the point before', () => {
    // Steps of 10, 10, 10, 10 and then six of 4: the mean over ten is 6.4.
    const log = logOf(start(), progress(1, 4, 10, 1), progress(1, 10, 6.4, 1))
    expect(curve(log, 'reconstruction').train.x).toEqual([0.4, 1])
    expect(curve(log, 'reconstruction').train.y[0]).toBe(10)
    expect(curve(log, 'reconstruction').train.y[1]).toBeCloseTo(4, 12)
  })

  it('begins anew with each epoch', () => {
    const log = logOf(start(), progress(1, 5, 8, 1), epoch(1, 6), progress(2, 5, 3, 1))
    expect(curve(log, 'reconstruction').train).toEqual({ x: [0.5, 1, 1.5], y: [8, 4, 3] })
  })

  it('has one point where the end of an epoch repeats its last progress', () => {
    const log = logOf(start(), progress(1, 10, 8, 1), epoch(1, 8))
    expect(curve(log, 'reconstruction').train.x).toEqual([1])
  })

  it('puts validation at the ends of epochs, apart from training', () => {
    const log = logOf(start(), epoch(1, 6, 7), epoch(2, 5, 6.5))
    expect(curve(log, 'reconstruction').validation).toEqual({ x: [1, 2], y: [7, 6.5] })
    expect(curve(log, 'reconstruction').train.y).toEqual([6, 5])
    expect(curve(log, 'objective').validation.y).toEqual([9, 8.5])
    expect(curve(log, 'kl').validation.y).toEqual([2, 2])
  })

  it('shows the objective first', () => {
    const log = logOf(start(), progress(1, 4, 10, 1))
    expect(log.curves.map(({ name }) => name)).toEqual(['objective', 'reconstruction', 'kl'])
  })

  it('leaves out an objective that is its only term, and one that nothing minimises', () => {
    const single: TrainingEvent = {
      ...(progress(1, 4, 10, 0) as Extract<TrainingEvent, { type: 'progress' }>),
      terms: { reconstruction: 10 },
      objective: 10,
    }
    expect(logOf(start(), single).curves.map(({ name }) => name)).toEqual(['reconstruction'])
    const phases = logOf(start({ phases: ['reconstruct', 'discriminate'] }), progress(1, 4, 10, 1))
    expect(phases.curves.map(({ name }) => name)).toEqual(['reconstruction', 'kl'])
  })

  it('appends stages to each other, and marks where each begins', () => {
    const log = logOf(
      start({ stage: 'layer 1', epochs: 2 }),
      epoch(1, 6),
      epoch(2, 5),
      start({ stage: 'fine-tuning' }),
      progress(1, 5, 4, 1),
    )
    expect(log.marks).toEqual([
      { x: 0, kind: 'stage', label: 'layer 1' },
      { x: 2, kind: 'stage', label: 'fine-tuning' },
    ])
    expect(curve(log, 'reconstruction').train.x).toEqual([1, 2, 2.5])
    expect(log.end).toBe(5)
  })

  it('begins where a resumed training does', () => {
    const log = logOf(start({ epoch: 2 }), progress(3, 5, 4, 1))
    expect(curve(log, 'reconstruction').train.x).toEqual([2.5])
    expect(log.end).toBe(3)
  })

  it('marks a change where the training is', () => {
    const log = logOf(start(), progress(2, 5, 4, 1))
    log.mark('lr 0.0005')
    expect(log.marks).toEqual([{ x: 1.5, kind: 'change', label: 'lr 0.0005' }])
  })

  it('leaves out what is not finite', () => {
    const log = logOf(start(), progress(1, 4, Number.NaN, 1), progress(2, 5, 3, 1))
    expect(curve(log, 'kl').train.x).toEqual([0.4, 1.5])
    expect(curve(log, 'reconstruction').train).toEqual({ x: [1.5], y: [3] })
  })

  it('keeps lines short: pairs become their means, and the last point stays', () => {
    const line = { x: [1, 2, 3, 4, 5], y: [10, 20, 30, 50, 70] }
    halve(line)
    expect(line).toEqual({ x: [2, 4, 5], y: [15, 40, 70] })
    const events = Array.from({ length: 4000 }, (_, i) => epoch(i + 1, i))
    const { x, y } = curve(logOf(start(), ...events), 'reconstruction').train
    expect(x.length).toBeLessThanOrEqual(1200)
    expect([x.at(-1), y.at(-1)]).toEqual([4000, 3999])
  })
})
