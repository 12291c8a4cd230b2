import { describe, expect, it } from 'vitest'
import type { Split } from '../../src/data/dataset.ts'
import type { RowStore } from '../../src/data/row-store.ts'
import { stream } from '../../src/tensor/random.ts'
import { batchesOf } from '../../src/train/batches.ts'
import { CallLength } from '../../src/train/call-length.ts'
import { Calls } from '../../src/train/calls.ts'

/** Rows of 512 kB, so that the first window has eight and the next sixteen. */
const WIDTH = 2 ** 19
const [ROWS, BATCH, PER_EPOCH, EPOCHS] = [41, 2, 20, 2]

/** The calls of a stage, of `steps` steps where windows allow it, and the numbers of the rows that are read. */
function calls(steps: number) {
  const reads: number[] = []
  const store: RowStore = {
    dtype: 'uint8',
    count: ROWS,
    width: WIDTH,
    gather(rows) {
      const values = new Uint8Array(rows.length * WIDTH)
      for (let i = 0; i < rows.length; i++) {
        reads.push(rows[i]!)
        values[i * WIDTH] = values[(i + 1) * WIDTH - 1] = rows[i]!
      }
      return values
    },
  }
  const rows = Int32Array.from({ length: ROWS }, (_, i) => i)
  const split: Split = { name: 'train', store, rows }
  const parts = {
    feeds: () => ({}),
    batches: batchesOf(split, BATCH, false),
    rows,
    batch: BATCH,
    perEpoch: PER_EPOCH,
    epochs: EPOCHS,
    seed: 3,
    shuffle: 'shuffle',
  }
  return { reads, calls: new Calls(parts, new CallLength(steps)) }
}

const orderOf = (epoch: number) => stream(3, 'shuffle', epoch).permutation(ROWS)

describe('calls that are fed rows of a file', () => {
  it('end with their window and with the epoch, and have each row of the epoch once', () => {
    const { calls: made, reads } = calls(3)
    const [steps, given, fed]: [number[], number[], number[]] = [[], [], []]
    for (let first = 0; first < PER_EPOCH * EPOCHS; ) {
      const call = made.at(first)
      made.prepare(first + call.steps)
      const { data, shape } = call.feeds.batches!
      expect(shape).toEqual([call.steps, BATCH, WIDTH])
      steps.push(call.steps)
      given.push(...call.indices)
      for (let i = 0; i < call.indices.length; i++) {
        fed.push(Number(data[i * WIDTH]))
        expect(data[(i + 1) * WIDTH - 1]).toBe(data[i * WIDTH])
      }
      first += call.steps
    }
    // Windows of 4, 8 and 8 steps, then of all 20.
    expect(steps).toEqual([3, 1, 3, 3, 2, 3, 3, 2, 3, 3, 3, 3, 3, 3, 2])
    const wanted = [0, 1].flatMap((epoch) => [...orderOf(epoch).subarray(0, PER_EPOCH * BATCH)])
    expect(given).toEqual(wanted)
    expect(fed).toEqual(wanted)
    expect(reads.toSorted((a, b) => a - b)).toEqual(wanted.toSorted((a, b) => a - b))
  })

  it('read of the next window the part that each call is of its own, while the one before runs', () => {
    const { calls: made, reads } = calls(1)
    const counts = [0, 1, 2, 3].map((first) => {
      made.at(first)
      made.prepare(first + 1)
      return reads.splice(0).length
    })
    // A window of 8 rows; then for each of its later calls of 2 rows 4 of the next; then the rest of that, and 2 of 16 of the third.
    expect(counts).toEqual([8 + 4, 4, 4, 4 + 2])
  })
})
