import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { bytesInMemory } from '../../../src/data/table/read/bytes.ts'
import { openRecords } from '../../../src/data/table/read/open-records.ts'
import { requireRuns } from '../../../src/data/table/read/parquet-runs.ts'
import { requireStructure } from '../../../src/data/table/read/parquet-thrift.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { allRows, parquetBytes } from './written.ts'

const rows = Array.from({ length: 40 }, (_, i) => [
  i % 7 === 3 ? null : i / 8,
  ['x', 'y', null, 'z'][i % 4],
  i % 3 === 0,
  BigInt(i),
])
const names = ['a', 'b', 'c', 'd']
const plain = parquetBytes({ names, rows }, ['number', 'text', 'boolean', 'integer'])
const encoded = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      {
        name: 'a',
        data: rows.map(([, , , d]) => d),
        type: 'INT64',
        encoding: 'DELTA_BINARY_PACKED',
      },
      { name: 'c', data: rows.map(([, , c]) => c), type: 'BOOLEAN', encoding: 'RLE' },
    ],
    codec: 'UNCOMPRESSED',
  }),
)

/** The refusal of a file; undefined if it is read. */
async function refusalOf(bytes: Uint8Array): Promise<string | undefined> {
  try {
    await allRows(await openRecords(bytesInMemory(bytes, 'f', 64), {}))
    return undefined
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.message
  }
}

describe('a damaged Parquet file', () => {
  it.each([
    ['of pages with a dictionary', plain],
    ['of encoded pages', encoded],
  ])(
    '%s is read or refused in one line, whatever byte is changed',
    async (_, file) => {
      expect(await refusalOf(file)).toBe(undefined)
      let refused = 0
      for (let at = 0; at < file.length; at++)
        for (const value of [0, 0x7f, 0xff, file[at]! ^ 1, file[at]! ^ 0x10]) {
          const start = performance.now()
          const message = await refusalOf(file.with(at, value))
          expect(performance.now() - start, `byte ${at} changed to ${value}`).toBeLessThan(5000)
          if (message === undefined) continue
          refused++
          expect(message).toMatch(/^f: [^\n]{1,490}$/)
          expect(message).not.toMatch(/undefined|null|NaN|Invalid|Cannot|not a function/)
        }
      expect(refused).toBeGreaterThan(file.length)
    },
    60_000,
  )

  it('is refused wherever it is cut', async () => {
    for (let end = 4; end < plain.length; end++)
      expect(await refusalOf(plain.subarray(0, end)), `cut at ${end}`).toMatch(
        /^f: [^\n]+cut short/,
      )
  })
})

describe('a structure in the compact protocol', () => {
  const cases: [what: string, bytes: number[], message: string][] = [
    ['without an end', [0x15, 2], 'it ends within a structure'],
    // A text of 2^32 - 5 bytes: read as 32 bits with a sign, it leads back to its own beginning.
    [
      'with a text of a negative length',
      [0x18, 0xfb, 0xff, 0xff, 0xff, 0x0f, 0],
      'a length of 4294967291 is beyond the 1 bytes that follow',
    ],
    [
      'with a list of 2^28 structures',
      [0x19, 0xfc, 0x80, 0x80, 0x80, 0x80, 0x01, 0, 0],
      'a list of 268435456 is beyond the 2 bytes that follow',
    ],
    [
      'with a number that goes on',
      [0x15, ...new Array(11).fill(0x80), 0, 0],
      'a number has more than 64 bits',
    ],
    ['with a map', [0x1b, 0, 0], 'a value is of the unknown type 11'],
    ['in 40 others', new Array(40).fill(0x1c), 'its structures are nested too deeply'],
  ]
  it.each(cases)('%s is refused', (_, bytes, message) => {
    expect(() => requireStructure(Uint8Array.from(bytes), 0)).toThrow(message)
  })

  it('ends where its last byte is', () => {
    // Two fields: 1 as a number, and a list of two texts; a byte of something else follows.
    expect(requireStructure(Uint8Array.of(9, 0x15, 2, 0x19, 0x28, 1, 65, 0, 0, 7), 1)).toBe(9)
  })
})

describe('runs of small numbers', () => {
  it('counts the ones of repeated and packed runs', () => {
    // Five ones; eight packed bits 10110000, of which three are left.
    expect(requireRuns(Uint8Array.of(10, 1, 3, 0b1101), 1, 8)).toBe(7)
    expect(requireRuns(Uint8Array.of(16, 0), 1, 8)).toBe(0)
  })

  it.each([
    ['a run of too many', [18, 1], 1, 'a page claims a run of 9 values, and only 8 are left'],
    ['2^27 times one value', [0x80, 0x80, 0x80, 0x80, 1, 1], 1, 'a run of 134217728 values'],
    ['too few values', [14, 1], 1, 'a page ends before its last value'],
    ['numbers of 40 bits', [16, 1], 40, 'a page claims numbers of 40 bits'],
  ])('refuses %s', (_, bytes, width, message) => {
    expect(() => requireRuns(Uint8Array.from(bytes), width, 8)).toThrow(message)
  })
})
