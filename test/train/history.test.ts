import { describe, expect, it } from 'vitest'
import { trainConfig } from '../../src/train/config.ts'
import { changedAt, configAt, type History } from '../../src/train/history.ts'

const now = trainConfig.parse({ lr: 3, epochs: 30 })

/** Learning rate and epochs that hold in each of the first steps of a stage. */
const held = (history: History, lr: number, steps: number, stage = 0) =>
  Array.from({ length: steps }, (_, step) => {
    const config = configAt({ ...now, lr }, history, { stage, step })
    return [config.lr, config.epochs]
  })

describe('a history of changes', () => {
  it('is empty where nothing changes', () => {
    expect(changedAt([], { stage: 0, step: 4 }, { lr: 3 }, { lr: 3 })).toEqual([])
    expect(configAt(now, [], { stage: 0, step: 0 })).toBe(now)
  })

  it('says for each step which value held, from the step on at which it changed', () => {
    const once = changedAt([], { stage: 0, step: 2 }, { lr: 1 }, { lr: 2 })
    expect(once).toEqual([{ stage: 0, step: 2, before: { lr: 1 }, after: { lr: 2 } }])
    const twice = changedAt(
      once,
      { stage: 0, step: 4 },
      { lr: 2, epochs: 20 },
      { lr: 3, epochs: 30 },
    )
    expect(held(twice, 3, 6)).toEqual([
      [1, 20],
      [1, 20],
      [2, 20],
      [2, 20],
      [3, 30],
      [3, 30],
    ])
  })

  it('counts the steps of stages one after the other', () => {
    const history = changedAt([], { stage: 1, step: 2 }, { lr: 1 }, { lr: 2 })
    const lrs = (stage: number) => held(history, 2, 4, stage).map(([lr]) => lr)
    expect([lrs(0), lrs(1), lrs(2)]).toEqual([
      [1, 1, 1, 1],
      [1, 1, 2, 2],
      [2, 2, 2, 2],
    ])
  })

  it('forgets what was to change at a step that was not reached', () => {
    const first = changedAt([], { stage: 0, step: 4 }, { lr: 1 }, { lr: 2 })
    const again = changedAt(first, { stage: 0, step: 4 }, { lr: 2 }, { lr: 3 })
    expect(again).toEqual([{ stage: 0, step: 4, before: { lr: 1 }, after: { lr: 3 } }])
    expect(changedAt(first, { stage: 0, step: 4 }, { lr: 2 }, { lr: 1 })).toEqual([])
    const earlier = changedAt(first, { stage: 0, step: 2 }, { lr: 2 }, { lr: 3 })
    expect(held(earlier, 3, 5).map(([lr]) => lr)).toEqual([1, 1, 3, 3, 3])
  })

  it('keeps the changes of other options at the same step', () => {
    const lr = changedAt([], { stage: 0, step: 4 }, { lr: 1 }, { lr: 2 })
    const both = changedAt(lr, { stage: 0, step: 4 }, { threads: 0 }, { threads: 1 })
    expect(both).toEqual([
      { stage: 0, step: 4, before: { lr: 1, threads: 0 }, after: { lr: 2, threads: 1 } },
    ])
  })
})
