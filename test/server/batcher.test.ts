import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admission } from '../../src/server/admission.ts'
import { type BatcherOptions, batcher } from '../../src/server/batcher.ts'
import { HttpError } from '../../src/server/http-error.ts'

type Numbers = readonly number[]

/** A batcher of lists of numbers that answers each with its squares, and keeps what it was asked for. */
function squares(options: Partial<BatcherOptions<Numbers, Numbers>> = {}) {
  const calls: Numbers[][] = []
  const made = batcher<Numbers, Numbers>({
    batchRows: 8,
    batchWait: 1,
    async compute(requests) {
      calls.push([...requests])
      await new Promise((done) => setTimeout(done, 1))
      if (requests.flat().includes(13)) throw new Error('13 cannot be squared')
      return requests.map((request) => request.map((x) => x * x))
    },
    ...options,
  })
  const ask = (request: Numbers, key: string | null = '', signal = new AbortController().signal) =>
    made.submit({ request, rows: request.length, key: key ?? undefined, signal })
  return { calls, ask }
}

describe('a batcher', () => {
  it('gives each request its own answer, once, in batches of one key that are not too large', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            rows: fc.array(fc.integer({ min: 20, max: 99 }), { minLength: 1, maxLength: 12 }),
            key: fc.constantFrom('a', 'b', null),
            wait: fc.integer({ min: 0, max: 3 }),
          }),
          { maxLength: 12 },
        ),
        async (requests) => {
          const { calls, ask } = squares()
          const keys = new Map(requests.map(({ rows, key }) => [rows as Numbers, key]))
          const answers = await Promise.all(
            requests.map(async ({ rows, key, wait }) => {
              await new Promise((done) => setTimeout(done, wait))
              return ask(rows, key)
            }),
          )
          expect(answers).toEqual(requests.map(({ rows }) => rows.map((x) => x * x)))
          expect(calls.flat()).toHaveLength(requests.length)
          for (const call of calls) {
            expect(new Set(call.map((rows) => keys.get(rows))).size).toBe(1)
            if (call.length === 1) continue
            expect(keys.get(call[0]!)).not.toBeNull()
            expect(call.flat().length).toBeLessThanOrEqual(8)
          }
        },
      ),
      { numRuns: 30 },
    ))

  it('computes what comes within its wait together', async () => {
    const { calls, ask } = squares({ batchWait: 20 })
    expect(await Promise.all([ask([1]), ask([2, 3]), ask([4])])).toEqual([[1], [4, 9], [16]])
    expect(calls).toEqual([[[1], [2, 3], [4]]])
  })

  it('computes at once what fills a batch, and what has waited for another', async () => {
    const { calls, ask } = squares({ batchWait: 10_000, batchRows: 2 })
    await Promise.all([ask([1]), ask([2]), ask([3])])
    expect(calls).toEqual([[[1], [2]], [[3]]])
  })

  it('computes each of a failed batch alone, so that one fails only for itself', async () => {
    const { calls, ask } = squares({ batchWait: 5 })
    const answers = await Promise.allSettled([ask([2]), ask([13]), ask([3])])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(answers[2]).toMatchObject({ value: [9] })
    expect(calls).toEqual([[[2], [13], [3]], [[2]], [[13]], [[3]]])
  })

  it('does not compute what is given up while it waits', async () => {
    const { calls, ask } = squares({ batchWait: 5 })
    const gone = new AbortController()
    const given = [ask([2]), ask([3], '', gone.signal), ask([4])]
    gone.abort(new Error('gone'))
    await expect(given[1]).rejects.toThrow('gone')
    await expect(ask([5], '', gone.signal)).rejects.toThrow('gone')
    expect(await Promise.all([given[0], given[2]])).toEqual([[4], [16]])
    expect(calls).toEqual([[[2], [4]]])
  })

  it('does not let a request that needs a call of its own wait for ever behind others', async () => {
    const { calls, ask } = squares({ batchRows: 2 })
    await Promise.all([ask([1, 2, 3]), ask([4], null), ask([5], null)])
    expect(calls).toEqual([[[1, 2, 3]], [[4]], [[5]]])
  })
})

describe('the queue of a model', () => {
  it('holds so many rows, and lets in more when some have left', () => {
    const queue = admission('sensors', 10)
    const leave = queue.enter(6)
    queue.enter(4)
    expect(queue.rows).toBe(10)
    const refused = (() => {
      try {
        return queue.enter(1)
      } catch (error) {
        return error
      }
    })() as HttpError
    expect(refused).toBeInstanceOf(HttpError)
    expect([refused.status, refused.headers, refused.message]).toEqual([
      429,
      { 'Retry-After': '1' },
      'sensors: the queue is full (10 of 10 rows); try again in 1 s',
    ])
    leave()
    leave()
    expect(queue.rows).toBe(4)
    queue.enter(6)
  })

  it('lets a request of any size into an empty queue', () => {
    const queue = admission('sensors', 10)
    queue.enter(50)
    expect(() => queue.enter(1)).toThrow('50 of 10 rows')
  })
})
