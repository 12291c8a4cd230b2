import type { TrainingEvent } from 'latentlab/browser'
import { describe, expect, it } from 'vitest'
import { gentlerRate } from '../../studio/src/session/divergence.ts'
import { finiteOr } from '../../studio/src/session/latent-calls.ts'
import { SoundState } from '../../studio/src/session/sound-state.ts'

const progress = (objective: number, stage?: string) =>
  ({ type: 'progress', objective, stage }) as TrainingEvent
const bytes = (value: number) => Uint8Array.of(value)

/** The epoch of the state to go back to, where a state was kept before the steps of each epoch, whose losses are known. */
function soundAfter(losses: readonly number[]): number | undefined {
  const state = new SoundState()
  losses.forEach((loss, epoch) => {
    state.keep({ last: bytes(epoch) }, epoch)
    state.event(progress(loss))
  })
  // What is kept at the end: no step has been made from it.
  state.keep({ last: bytes(losses.length) }, losses.length)
  return state.kept?.epoch
}

describe('the state to which a training that has diverged goes back', () => {
  it('is the last one from which steps were made with a sound loss', () => {
    expect(soundAfter([20, 12, 9, 8.5])).toBe(3)
  })

  it('is that before the loss exploded', () => {
    expect(soundAfter([20, 12, 9, 4e5, 7e18])).toBe(2)
  })

  it('is not one whose last step went far, though the loss before that step was sound', () => {
    const state = new SoundState()
    for (const [epoch, loss] of [20, 12].entries()) {
      state.keep({ last: bytes(epoch) }, epoch)
      state.event(progress(loss))
    }
    state.keep({ last: bytes(2) }, 2)
    state.event(progress(3e9))
    expect(state.kept?.epoch).toBe(1)
  })

  it('may have a loss somewhat above the first, as those of adversaries have, or one below 0', () => {
    expect(soundAfter([0.7, 3, 5])).toBe(2)
    expect(soundAfter([-3, -40, -38, 5e3])).toBe(2)
  })

  it('is that of the beginning where no step has been reported', () => {
    const state = new SoundState()
    state.keep({ last: bytes(0) }, 0)
    state.keep({ last: bytes(1) }, 0)
    expect(state.kept).toEqual({ files: { last: bytes(0) }, epoch: 0 })
  })

  it('is measured by the first loss of its own stage', () => {
    const state = new SoundState()
    for (const [epoch, objective, stage] of [
      [1, 0.1, 'layer 1'],
      [2, 90, 'all'],
      [3, 80, 'all'],
      [4, 1e6, 'all'],
    ] as const) {
      state.keep({ last: bytes(epoch) }, epoch)
      state.event(progress(objective, stage))
    }
    expect(state.kept?.epoch).toBe(3)
  })

  it('has all files, those that were kept earlier, too', () => {
    const state = new SoundState()
    state.keep({ config: bytes(1), last: bytes(2) }, 0)
    state.keep({ last: bytes(3) }, 1)
    state.event(progress(20))
    expect(state.kept!.files).toEqual({ config: bytes(1), last: bytes(3) })
  })
})

describe('what is shown of a training that is diverging', () => {
  it('has finite places to start from', () => {
    expect([0.5, Number.NaN, Number.POSITIVE_INFINITY].map((x) => finiteOr(x, 0))).toEqual([
      0.5, 0, 0,
    ])
  })
})

describe('the learning rate to go on with', () => {
  it('is the one advised, or half', () => {
    expect(gentlerRate(0.1, 0.1, 0.01)).toBe(0.01)
    expect(gentlerRate(0.1, 0.1)).toBe(0.05)
  })

  it('is that of the state gone back to, where it was raised since', () => {
    expect(gentlerRate(100, 0.002, 0.001)).toBe(0.002)
  })
})
