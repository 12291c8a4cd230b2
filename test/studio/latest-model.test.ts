import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Training } from '../../src/entries/node.ts'
import { Answering } from '../../studio/src/session/answering.ts'
import { LatestModel } from '../../studio/src/session/latest-model.ts'

describe('reports that the parameters have changed', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** The milliseconds at which reports came, of a training that changes its parameters every 50. */
  function reports(isRested: boolean, milliseconds: number): number[] {
    const found: number[] = []
    const training = { state: 'running' } as Training
    const began = performance.now()
    const answering = new Answering()
    // An answer that takes for ever is as many that follow each other.
    if (!isRested) void answering.measured({ ask: () => new Promise(() => {}) }).ask()
    const latest = new LatestModel(training, new Promise(() => {}), answering, () => {
      answering.reported()
      found.push(performance.now() - began)
    })
    for (let at = 0; at < milliseconds; at += 50) {
      latest.age()
      vi.advanceTimersByTime(50)
    }
    return found
  }

  it('come twice a second where training has had its share of the time', () => {
    const found = reports(true, 3000)
    expect(found.length).toBeGreaterThanOrEqual(5)
    expect(found.length).toBeLessThanOrEqual(7)
  })

  it('come within five seconds where answers follow each other without a pause', () => {
    const found = reports(false, 15_000)
    expect(found.length).toBeGreaterThanOrEqual(3)
    found.forEach((at, i) => {
      expect(at - (found[i - 1] ?? 0)).toBeLessThanOrEqual(4700)
      expect(at - (found[i - 1] ?? 0)).toBeGreaterThanOrEqual(3900)
    })
  })
})
