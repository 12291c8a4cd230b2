import { describe, expect, it } from 'vitest'
import type { RowStore } from '../../src/data/row-store.ts'
import { stream } from '../../src/tensor/random.ts'
import { RowWindows } from '../../src/train/row-windows.ts'

/** Values of a row, and windows that begin with one row then, and have 2, 4, 8 and at most 16. */
const WIDTH = 4
const bytes = [WIDTH, 16 * WIDTH] as const
const [ROWS, PER_EPOCH] = [50, 48]

/** A store of bytes whose rows begin and end with their number, and what is read of it. */
function watched(width = WIDTH): { store: RowStore; reads: number[][] } {
  const reads: number[][] = []
  return {
    reads,
    store: {
      dtype: 'uint8',
      count: ROWS,
      width,
      gather(rows) {
        reads.push(Array.from(rows))
        const values = new Uint8Array(rows.length * width)
        for (let i = 0; i < rows.length; i++)
          values[i * width] = values[(i + 1) * width - 1] = rows[i]!
        return values
      },
    },
  }
}

const orderOf = (epoch: number) => stream(5, 'shuffle', epoch).permutation(ROWS)
const numbersIn = (values: ArrayLike<number>, width = WIDTH): number[] =>
  Array.from({ length: values.length / width }, (_, i) => {
    expect(values[i * width]).toBe(values[(i + 1) * width - 1])
    return values[i * width]!
  })

describe('windows of shuffled rows', () => {
  const epochs = 2

  it('give the rows of every epoch in its order, read once, each window in the order of the store', () => {
    const { store, reads } = watched()
    const windows = new RowWindows({ store, orderOf, epochs, batch: 1, perEpoch: PER_EPOCH }, bytes)
    const lengths: number[] = []
    for (let epoch = 0; epoch < epochs; epoch++) {
      const given: number[] = []
      for (let start = 0; start < PER_EPOCH; ) {
        const count = windows.available(epoch, start)
        lengths.push(count)
        given.push(...numbersIn(windows.take(epoch, start, count)))
        start += count
      }
      expect(given).toEqual(Array.from(orderOf(epoch).subarray(0, PER_EPOCH)))
    }
    expect(lengths).toEqual([1, 2, 4, 7, 12, 11, 11, 16, 16, 16])
    expect(reads.map((rows) => rows.length)).toEqual(lengths)
    for (const rows of reads) expect(rows).toEqual(rows.toSorted((a, b) => a - b))
  })

  it('are read while the ones before are used, in parts as large as what is used', () => {
    const { store, reads } = watched()
    const windows = new RowWindows({ store, orderOf, epochs, batch: 1, perEpoch: PER_EPOCH }, bytes)
    windows.take(0, 15, 1)
    windows.ahead(1)
    expect(windows.available(0, 16)).toBe(2)
    // Of two rows one each time, then two of the four rows after them.
    expect(reads.splice(0).map((rows) => rows.length)).toEqual([1, 2])
    windows.take(0, 16, 1)
    windows.ahead(1)
    windows.take(0, 17, 1)
    windows.ahead(1)
    expect(reads.splice(0).map((rows) => rows.length)).toEqual([2, 2])
    expect(numbersIn(windows.take(0, 18, 4))).toEqual(Array.from(orderOf(0).subarray(18, 22)))
    expect(reads).toEqual([])
  })

  it('have whole steps, of which one may be larger than a window', () => {
    const { store } = watched()
    const windows = new RowWindows(
      { store, orderOf, epochs: 1, batch: 24, perEpoch: PER_EPOCH },
      bytes,
    )
    expect(windows.available(0, 0)).toBe(24)
    expect(windows.available(0, 24)).toBe(24)
  })

  it('of narrow rows are of 524,288 at most', () => {
    const rows = 2 ** 21
    const order = Int32Array.from({ length: rows }, (_, i) => i)
    const store: RowStore = {
      ...watched(1).store,
      count: rows,
      gather(wanted) {
        const values = new Uint8Array(wanted.length)
        for (let i = 0; i < values.length; i++) values[i] = wanted[i]! % 251
        return values
      },
    }
    const windows = new RowWindows({
      store,
      orderOf: () => order,
      epochs: 1,
      batch: 2 ** 10,
      perEpoch: rows,
    })
    expect(windows.available(0, 0)).toBe(2 ** 19)
    expect(windows.take(0, 2 ** 19 - 2, 2)).toEqual(
      Uint8Array.of((2 ** 19 - 2) % 251, (2 ** 19 - 1) % 251),
    )
  })

  it('are read a few megabytes at a time, and go on after the last chunk that could be read', () => {
    const width = 2 ** 18
    const { store, reads } = watched(width)
    let broken = true
    const failing: RowStore = {
      ...store,
      gather(rows) {
        if (broken && reads.length === 2) throw new Error('the file is gone')
        return store.gather(rows)
      },
    }
    const windows = new RowWindows(
      { store: failing, orderOf, epochs: 1, batch: 1, perEpoch: PER_EPOCH },
      [16 * width, 16 * width],
    )
    expect(() => windows.take(0, 0, 16)).toThrow('the file is gone')
    broken = false
    const wanted = Array.from(orderOf(0).subarray(0, 16))
    expect(numbersIn(windows.take(0, 0, 16), width)).toEqual(wanted)
    expect(reads.map((rows) => rows.length)).toEqual([4, 4, 4, 4])
    expect(reads.flat()).toEqual(wanted.toSorted((a, b) => a - b))
  })

  it('that could not be read are tried again when they are taken', () => {
    const { store, reads } = watched()
    let broken = false
    const failing: RowStore = {
      ...store,
      gather(rows) {
        if (broken) throw new Error('the file is gone')
        return store.gather(rows)
      },
    }
    const windows = new RowWindows(
      {
        store: failing,
        orderOf,
        epochs,
        batch: 1,
        perEpoch: PER_EPOCH,
      },
      bytes,
    )
    windows.take(0, 0, 1)
    broken = true
    expect(() => windows.ahead(1)).toThrow('the file is gone')
    expect(() => windows.take(0, 1, 2)).toThrow('the file is gone')
    broken = false
    expect(numbersIn(windows.take(0, 1, 2))).toEqual(Array.from(orderOf(0).subarray(1, 3)))
    expect(reads.map((rows) => rows.length)).toEqual([1, 2])
  })
})
