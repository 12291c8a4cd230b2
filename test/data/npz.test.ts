import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { parseNpz, writeNpz } from '../../src/data/npz.ts'
import { crc32 } from '../../src/data/zip.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { damaged, onlyUserErrors } from './files.ts'

const golden: { archives: Record<'stored' | 'deflated', string> } = JSON.parse(
  readFileSync(new URL('./numpy.golden.json', import.meta.url), 'utf8'),
)
const archive = (kind: 'stored' | 'deflated') =>
  new Uint8Array(Buffer.from(golden.archives[kind], 'base64'))

/** Overwrites a little-endian uint32 of the only directory entry, at its offset in the zip format. */
function forge(zipped: Uint8Array, field: number, value: number): Uint8Array {
  const file = zipped.slice()
  const at = Buffer.from(file).lastIndexOf(Buffer.of(0x50, 0x4b, 1, 2))
  new DataView(file.buffer).setUint32(at + field, value, true)
  return file
}

const zeros = writeNpy(hostTensor('uint8', [1 << 20], new Uint8Array(1 << 20)))
const packed = zipSync({ 'x.npy': zeros }, { level: 9 })

describe('parseNpz', () => {
  it.each(['stored', 'deflated'] as const)('reads what NumPy wrote, %s', (kind) => {
    const arrays = parseNpz(archive(kind), 'golden.npz')
    expect([...arrays.keys()]).toEqual(['x', 'y'])
    const [x, y] = [arrays.get('x')!, arrays.get('y')!]
    expect([x.dtype, x.shape, y.dtype, y.shape]).toEqual(['uint8', [50, 3, 4], 'int64', [50]])
    expect([...x.data]).toEqual(Array.from({ length: 600 }, (_, i) => (i % 256) % 200))
    expect(Array.from(y.data, Number)).toEqual(Array.from({ length: 50 }, (_, i) => i % 10))
  })

  it('undoes writeNpz, whose bytes do not depend on the time', () => {
    const arrays = new Map<string, HostTensor>([
      ['codes', hostTensor('float32', [2, 2], Float32Array.of(1, 2, 3, 4))],
      ['__proto__', hostTensor('bool', [], Uint8Array.of(1))],
    ])
    expect(parseNpz(writeNpz(arrays), 'a.npz')).toEqual(arrays)
    expect(writeNpz(arrays)).toEqual(writeNpz(arrays))
  })

  it('refuses entries that claim more than deflate could hold, before inflating', () => {
    expect(() => parseNpz(forge(packed, 24, 0xfffffff0), 'bomb.npz')).toThrow(
      /^bomb\.npz: entry "x\.npy" claims 4294967280 bytes \(4\.0 GiB\) from \d+ bytes in the archive, which is impossible/,
    )
  })

  it('refuses an archive whose true size is beyond the limit', () => {
    expect(() => parseNpz(packed, 'bomb.npz', 1 << 20)).toThrow(
      /^bomb\.npz: its entries claim 1048704 bytes \(1\.0 MiB\) or more when unpacked, the limit is 1048576 bytes/,
    )
  })

  it('refuses an entry that is larger than it claims', () => {
    expect(() => parseNpz(forge(packed, 24, 1000), 'lie.npz')).toThrow(
      'lie.npz: entry "x.npy" does not match its checksum: the archive is corrupted',
    )
  })

  it('notices a changed value by its checksum', () => {
    const file = archive('stored')
    file[200] = (file[200] ?? 0) ^ 1
    expect(() => parseNpz(file, 'a.npz')).toThrow(/"x\.npy" does not match its checksum/)
  })

  it.each([
    ['a download cut short', archive('deflated').slice(0, 500), /directory.*is missing/],
    ['an encrypted entry', forge(packed, 8, 1 | (8 << 16)), /is encrypted/],
    ['another compression', forge(packed, 8, 12 << 16), /zip method 12; expected 0 \(stored\)/],
    ['an offset beyond the file', forge(packed, 42, 0x7fffffff), /is not where the directory says/],
    ['an archive without arrays', zipSync({ 'a.txt': Uint8Array.of(1) }), /holds no \.npy entry/],
    ['a damaged array', zipSync({ 'a.npy': Uint8Array.of(1) }), /array "a": not a \.npy file/],
  ])('refuses %s', (_, file, message) => {
    expect(() => parseNpz(file, 'bad.npz')).toThrow(UserError)
    expect(() => parseNpz(file, 'bad.npz')).toThrow(message)
  })

  it('throws nothing but UserError on damaged archives', () => {
    const files = fc.constantFrom(archive('stored'), archive('deflated'))
    const anywhere = files.chain((file) =>
      fc
        .array(fc.tuple(fc.nat({ max: file.length - 1 }), fc.nat({ max: 255 })), { maxLength: 3 })
        .map((changes) => changes.reduce((bytes, [at, value]) => bytes.with(at, value), file)),
    )
    fc.assert(
      fc.property(fc.oneof(files.chain(damaged), anywhere), (file) =>
        onlyUserErrors(() => parseNpz(file, 'a.npz', 1 << 20)),
      ),
      { numRuns: 500 },
    )
  })
})

describe('crc32', () => {
  it('gives the check value of the CRC catalogue', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
  })
})
