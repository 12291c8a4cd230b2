import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Arrays, openExample } from './opened-graph.ts'

/** Rows for the example graph whose totals tell them apart. */
function feedsOf(values: readonly number[]): Arrays {
  const n = values.length
  return {
    x: {
      dtype: 'float32',
      shape: [n, 3],
      data: Float32Array.from(values.flatMap((v) => [v, 1, 2])),
    },
    n: { dtype: 'int64', shape: [n], data: BigInt64Array.from(values, (v) => BigInt(1000 * v)) },
    mask: { dtype: 'bool', shape: [n, 3], data: new Uint8Array(3 * n).fill(1) },
  }
}

describe('requests to a graph', () => {
  it('are computed together, and each gets its own rows', async () => {
    const { graph, batches } = await openExample({ batchRows: 16, batchWait: 3 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 9 }), {
          minLength: 1,
          maxLength: 8,
        }),
        async (requests) => {
          batches.length = 0
          const answers = await Promise.all(
            requests.map((values) =>
              graph.batcher.submit({
                request: feedsOf(values),
                rows: values.length,
                key: '3',
                signal: new AbortController().signal,
              }),
            ),
          )
          answers.forEach(({ total, twice }, i) => {
            const values = requests[i]!
            expect(Array.from(total!.data, Number)).toEqual(values.map((v) => 1001 * v + 3))
            expect(twice!.shape).toEqual([values.length, 3])
            expect(Array.from(twice!.data, Number)).toEqual(values.flatMap((v) => [2 * v, 2, 4]))
          })
          expect(batches.reduce((a, b) => a + b, 0)).toBe(requests.flat().length)
        },
      ),
      { numRuns: 20 },
    )
  })
})
