import { describe, expect, it } from 'vitest'
import { CallLength } from '../../src/train/call-length.ts'

/** The length after some calls of one speed, which is reached in fours. */
function followed(length: CallLength, call: (steps: number) => [number, number?], calls = 40) {
  for (let i = 0; i < calls; i++) length.measure(length.steps, ...call(length.steps))
  return length
}

describe('the length of a call', () => {
  it('is as many steps as take the stated seconds', () => {
    const { steps, speed } = followed(new CallLength(undefined, 0.1), (count) => [count / 250])
    expect(steps).toBe(25)
    expect(speed).toBeCloseTo(250, 6)
  })

  it('goes by the time in which a call computes; the speed is that in which it is answered', () => {
    const { steps, speed } = followed(new CallLength(undefined, 0.1), (count) => [
      0.3 + count / 250,
      count / 250,
    ])
    expect(steps).toBe(25)
    expect(speed).toBeCloseTo(25 / 0.4, 3)
  })

  it('comes back from calls that a coarse clock took for nothing', () => {
    const length = followed(new CallLength(undefined, 0.1), () => [0], 3)
    expect(length.steps).toBe(256)
    const { steps, speed } = followed(length, (count) => [Math.round(count / 0.25) / 1000], 80)
    expect(steps).toBe(25)
    expect(speed).toBeCloseTo(250, 3)
  })

  it('is at least a step, at most four times that of the call before, and what was stated', () => {
    expect(followed(new CallLength(undefined, 0.1), () => [10]).steps).toBe(1)
    expect(followed(new CallLength(undefined, 0.1), () => [0.001], 1).steps).toBe(16)
    expect(followed(new CallLength(7, 0.1), () => [0.001]).steps).toBe(7)
  })
})
