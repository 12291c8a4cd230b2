import { describe, expect, it } from 'vitest'
import { CallLog } from '../../../src/runtime/native/call-log.ts'
import { floats } from '../../graph/arrays.ts'

/** 800 bytes. */
const state = { w: floats(1, [100]), v: floats(2, [100]) }
/** 240 bytes. */
const call = { steps: 1, feeds: { x: floats(3, [50]), y: floats(4, [10]) } }

describe('the calls since a copy of the state', () => {
  it('are enough when their feeds are as large as the state', () => {
    const log = new CallLog(state)
    for (const full of [false, false, false, true]) {
      log.add(call, 0)
      expect(log.isFull).toBe(full)
    }
    expect(log.calls).toEqual([call, call, call, call])
  })

  it('are enough when they have taken two seconds', () => {
    const log = new CallLog(state)
    log.add(call, 0.99)
    log.add(call, 1)
    expect(log.isFull).toBe(false)
    log.add(call, 0.01)
    expect(log.isFull).toBe(true)
  })
})
