import { describe, expect, it } from 'vitest'
import { Answering } from '../../studio/src/session/answering.ts'

/** A clock that the test sets. */
function clocked() {
  let now = 0
  return {
    answering: new Answering(() => now),
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

describe('the time that answers take', () => {
  it('leaves twice as much to the training', async () => {
    const { answering, pass } = clocked()
    const { ask } = answering.measured({
      async ask() {
        pass(300)
      },
    })
    expect(answering.isRested).toBe(true)
    answering.reported()
    await ask()
    expect(answering.isRested).toBe(false)
    pass(599)
    expect(answering.isRested).toBe(false)
    pass(1)
    expect(answering.isRested).toBe(true)
  })

  it('counts calls that overlap once, and is not over before the last', async () => {
    const { answering, pass } = clocked()
    let end = () => {}
    const { slow, quick } = answering.measured({
      slow: () =>
        new Promise<void>((resolve) => {
          end = resolve
        }),
      async quick() {
        pass(50)
      },
    })
    const under = slow()
    await quick()
    pass(50)
    expect(answering.isRested).toBe(false)
    end()
    await under
    pass(199)
    expect(answering.isRested).toBe(false)
    pass(1)
    expect(answering.isRested).toBe(true)
  })

  it('begins anew with each report, also where a call fails', async () => {
    const { answering, pass } = clocked()
    const { fail } = answering.measured({
      async fail() {
        pass(100)
        throw new Error('no')
      },
    })
    await expect(fail()).rejects.toThrow('no')
    answering.reported()
    expect(answering.isRested).toBe(true)
  })
})
