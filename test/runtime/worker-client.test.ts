import { describe, expect, it } from 'vitest'
import { asking, type ClientEvents } from '../../src/runtime/worker-client.ts'

/** A worker that dies instead of answering `close`. */
function dyingAtClose() {
  let events!: ClientEvents
  let gone = () => {}
  const { ask, end } = asking((given) => {
    events = given
    return {
      post: ({ id, method }) =>
        queueMicrotask(() => {
          if (method !== 'close') return events.answered({ id, ok: true, result: 'it', seconds: 0 })
          events.failed(new Error('the process has ended'))
          gone()
        }),
      awaiting: () => {},
      ended: () => new Promise((resolve) => (gone = resolve)),
    }
  })
  return { ask, end }
}

describe('closing a worker', () => {
  it('succeeds where it dies of being closed, as with some drivers: it is gone, as was asked', async () => {
    const { ask, end } = dyingAtClose()
    expect(await ask('describe', {})).toBe('it')
    await expect(end()).resolves.toBeUndefined()
    await expect(ask('describe', {})).rejects.toThrow(/^the process has ended$/)
  })

  it('reports what the worker could not close', async () => {
    const { end } = asking((events) => ({
      post: ({ id }) =>
        queueMicrotask(() =>
          events.answered({ id, ok: false, message: 'still computing', stack: undefined }),
        ),
      awaiting: () => {},
      ended: async () => {},
    }))
    await expect(end()).rejects.toThrow(/^still computing$/)
  })
})
