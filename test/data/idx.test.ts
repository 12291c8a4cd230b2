import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arraysInBlob } from '../../src/data/arrays-in-blob.ts'
import { gunzip } from '../../src/data/gzip.ts'
import { parseIdxFile } from '../../src/data/idx-file.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { damaged, idxFile, onlyUserErrors } from './files.ts'

/** The big-endian bytes of -2 and 3 in every type, worked out by hand from the formats. */
const types: [name: string, type: number, body: number[], dtype: string, values: number[]][] = [
  ['uint8', 0x08, [254, 3], 'uint8', [254, 3]],
  ['int8', 0x09, [254, 3], 'int32', [-2, 3]],
  ['int16', 0x0b, [255, 254, 0, 3], 'int32', [-2, 3]],
  ['int32', 0x0c, [255, 255, 255, 254, 0, 0, 0, 3], 'int32', [-2, 3]],
  ['float32', 0x0d, [0xc0, 0, 0, 0, 0x40, 0x40, 0, 0], 'float32', [-2, 3]],
  [
    'float64',
    0x0e,
    [0xc0, ...Array(7).fill(0), 0x40, 0x08, ...Array(6).fill(0)],
    'float64',
    [-2, 3],
  ],
]

describe('parseIdxFile', () => {
  it.each(types)('reads %s', (_, type, body, dtype, values) => {
    const tensor = parseIdxFile(idxFile(type, [1, 2], body), 'a-ubyte')
    expect([tensor.dtype, tensor.shape, [...tensor.data]]).toEqual([dtype, [1, 2], values])
  })

  it('reads the dimensions as big-endian', () => {
    expect(parseIdxFile(idxFile(0x08, [258, 1], Array(258).fill(7)), 'a').shape).toEqual([258, 1])
  })

  it('gives a view of uint8 bytes', () => {
    const file = idxFile(0x08, [3], [1, 2, 3])
    expect(parseIdxFile(file, 'a').data.buffer).toBe(file.buffer)
  })

  it('is read of a Blob alike, also in gzip', async () => {
    const file = idxFile(0x08, [2, 2], [1, 2, 3, 250])
    for (const bytes of [file, gzipSync(file)]) {
      const arrays = await arraysInBlob(new Blob([bytes as Uint8Array<ArrayBuffer>]), 'a')
      expect(arrays?.get('')).toMatchObject({ dtype: 'uint8', shape: [2, 2] })
      expect([...arrays!.get('')!.data]).toEqual([1, 2, 3, 250])
    }
  })

  it('unpacks gzip first', () => {
    const file = gzipSync(idxFile(0x08, [3], [1, 2, 3]))
    expect([...parseIdxFile(file, 'a.gz').data]).toEqual([1, 2, 3])
  })

  it('refuses a header that claims more than the file holds', () => {
    expect(() =>
      parseIdxFile(idxFile(0x08, [60000, 28, 28], Array(784).fill(0)), 'images'),
    ).toThrow(
      'images: the header claims shape [60000, 28, 28] of 1-byte elements, 47040000 bytes (44.9 MiB), but only 784 bytes follow the header: the file is truncated or its header is wrong',
    )
  })

  const whole = gzipSync(
    idxFile(
      0x08,
      [1000],
      Array.from({ length: 1000 }, (_, i) => (i * i) % 251),
    ),
  )
  it.each([
    ['dimensions whose product overflows', idxFile(0x0e, Array(40).fill(0xffffffff), [0])],
    ['an overflow times zero', idxFile(0x0e, [...Array(40).fill(0xffffffff), 0], [0])],
    ['a truncated header', idxFile(0x08, [1, 2, 3], []).slice(0, 12)],
    ['truncated data', idxFile(0x0d, [2], [0, 0, 0, 0, 0, 0, 0])],
    ['bytes after the data', idxFile(0x08, [2], [1, 2, 3])],
    ['an unknown type', idxFile(0x0a, [1], [1])],
    ['no dimensions', Uint8Array.of(0, 0, 8, 0)],
    ['another format', new TextEncoder().encode('PK zip')],
    ['an empty file', new Uint8Array(0)],
    ['gzip cut short', whole.subarray(0, whole.length - 20)],
    ['corrupted gzip', new Uint8Array(whole).with(30, whole[30]! ^ 0xff)],
  ])('refuses %s in one line that names the file', (_, file) => {
    expect(() => parseIdxFile(file, 'bad-ubyte')).toThrow(UserError)
    expect(() => parseIdxFile(file, 'bad-ubyte')).toThrow(/^bad-ubyte: [^\n]+$/)
  })

  it('throws nothing but UserError on damaged files', () => {
    const files = fc
      .constantFrom(...types)
      .map(([, type, body]) => idxFile(type, [1, 2], body))
      .chain((file) => fc.constantFrom(file, new Uint8Array(gzipSync(file))))
    fc.assert(
      fc.property(files.chain(damaged), (file) => onlyUserErrors(() => parseIdxFile(file, 'a'))),
      { numRuns: 500 },
    )
  })
})

describe('plainBytes', () => {
  it('stops at the limit instead of unpacking a bomb', () => {
    const bomb = gzipSync(new Uint8Array(1 << 20))
    expect(gunzip(bomb, 'a.gz', 1 << 20).length).toBe(1 << 20)
    expect(() => gunzip(bomb, 'a.gz', (1 << 20) - 1)).toThrow(
      'a.gz: unpacks to more than the limit of 1048575 bytes',
    )
  })
})
