import { describe, expect, it } from 'vitest'
import { posting } from '../../src/runtime/web-post.ts'
import type { Request } from '../../src/runtime/worker-protocol.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'

/** What a worker is sent, as it arrives there, and how many buffers of each request are handed over. */
function recorded() {
  const requests: Request[] = []
  const moved: number[] = []
  const post = posting({
    postMessage(message: unknown, options?: unknown) {
      const { transfer = [] } = (options ?? {}) as StructuredSerializeOptions
      moved.push(transfer.length)
      requests.push(structuredClone(message, options as StructuredSerializeOptions) as Request)
    },
  })
  return { requests, moved, post }
}

const bind = (id: number, feeds: Record<string, HostTensor>): Request => ({
  id,
  method: 'bind',
  args: { session: 3, feeds },
})

/** 10 MB and an odd byte, no two neighbours of which are equal. */
const long = hostTensor(
  'uint8',
  [10 * 2 ** 20 + 1],
  Uint8Array.from({ length: 10 * 2 ** 20 + 1 }, (_, i) => i % 251),
)
const pair = hostTensor('float32', [2], Float32Array.of(0.5, -2))
const whole = hostTensor('int64', [2], BigInt64Array.of(7n, -1n))

/** A loop names its state. */
const compiling: Request = {
  id: 9,
  method: 'compileGraph',
  args: { nodes: [], outputs: [], state: ['w'], reports: [], rows: [], summary: [] },
}

describe('requests to the worker of a page', () => {
  it('are sent at once where they are short', () => {
    const { requests, post } = recorded()
    expect(post(bind(1, { pair, whole }))).toBeUndefined()
    expect(post(compiling)).toBeUndefined()
    expect(requests).toEqual([bind(1, { pair, whole }), compiling])
  })

  it('arrive in order and whole where one is long, and leave the caller its arrays', async () => {
    const { requests, moved, post } = recorded()
    const sent = [
      post(bind(1, { pair, long })),
      post({ id: 2, method: 'load', args: { session: 3, state: { whole, pair } } }),
      post({ id: 3, method: 'run', args: { session: 3, feeds: {}, steps: 5 } }),
      post(compiling),
    ]
    expect(requests).toEqual([])
    await Promise.all(sent)
    expect(requests.map(({ id, method }) => [id, method])).toEqual([
      [1, 'bind'],
      [2, 'load'],
      [3, 'run'],
      [9, 'compileGraph'],
    ])
    expect(moved).toEqual([2, 2, 0, 0])
    const { feeds } = (requests[0] as Extract<Request, { method: 'bind' }>).args
    expect(Buffer.compare(feeds.long!.data as Uint8Array, long.data)).toBe(0)
    expect([feeds.long!.shape, feeds.long!.dtype, feeds.pair]).toEqual([long.shape, 'uint8', pair])
    expect(requests[1]!.args).toEqual({ session: 3, state: { whole, pair } })
    expect(requests[2]!.args).toEqual({ session: 3, feeds: {}, steps: 5 })
    expect(requests[3]).toEqual(compiling)
    expect([long.data.length, pair.data[1]]).toEqual([10 * 2 ** 20 + 1, -2])
    expect(post(bind(4, { pair }))).toBeUndefined()
  })

  it('give other tasks of the page a turn for each MB', async () => {
    const { post } = recorded()
    let turns = 0
    const counting = setInterval(() => turns++, 0)
    await post(bind(1, { long }))
    clearInterval(counting)
    expect(turns).toBeGreaterThanOrEqual(5)
  })

  it('are refused alone where an array is gone', async () => {
    const { requests, post } = recorded()
    const data = new Float32Array(2 ** 20)
    const gone = hostTensor('float32', [2 ** 20], data)
    const refused = post(bind(1, { long, gone }))
    const next = post(bind(2, { pair }))
    structuredClone(data, { transfer: [data.buffer] })
    await expect(refused).rejects.toThrow('the array of gone could not be sent')
    await next
    expect(requests).toEqual([bind(2, { pair })])
  })
})
