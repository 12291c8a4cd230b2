import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNpy, writeNpy } from '../../src/data/npy.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { type DType, type HostTensor, hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { damaged, npyFile, onlyUserErrors } from './files.ts'

interface Golden {
  cases: { name: string; shape: number[]; values: (number | boolean | string)[]; file: string }[]
  refused: Record<string, string>
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('./numpy.golden.json', import.meta.url), 'utf8'),
)
const fromBase64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))

/** Any host tensor of up to 4 axes of 0 to 4, its bytes arbitrary. */
const tensors: fc.Arbitrary<HostTensor> = fc
  .tuple(
    fc.constantFrom<DType>('float32', 'float64', 'uint8', 'int32', 'int64', 'bool'),
    fc.array(fc.nat({ max: 4 }), { maxLength: 4 }),
  )
  .chain(([dtype, shape]) => {
    const count = sizeOf(shape)
    const bytes = fc.uint8Array({ minLength: count * 8, maxLength: count * 8 })
    return bytes.map((raw) => {
      const buffer = new Uint8Array(raw).buffer
      const data = {
        float32: () => new Float32Array(buffer, 0, count),
        float64: () => new Float64Array(buffer, 0, count),
        uint8: () => new Uint8Array(buffer, 0, count),
        int32: () => new Int32Array(buffer, 0, count),
        int64: () => new BigInt64Array(buffer, 0, count),
        bool: () => new Uint8Array(buffer, 0, count).map((byte) => byte & 1),
      }[dtype]()
      return hostTensor(dtype, shape, data)
    })
  })

const rawBytes = ({ data }: HostTensor) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')

describe('parseNpy', () => {
  it.each(golden.cases)('reads what NumPy wrote: $name', ({ shape, values, file }) => {
    const tensor = parseNpy(fromBase64(file), 'golden.npy')
    expect(tensor.shape).toEqual(shape)
    const read = Array.from<number | bigint>(tensor.data as Float64Array).map(Number)
    expect(read).toEqual(values.map(Number))
    if (tensor.dtype === 'int64')
      expect(Array.from(tensor.data as BigInt64Array, String)).toEqual(values.map(String))
  })

  it('widens to the nearest host type', () => {
    const types = Object.fromEntries(
      golden.cases.map(({ name, file }) => [name, parseNpy(fromBase64(file), name).dtype]),
    )
    expect(types).toMatchObject({
      '<u1': 'uint8',
      '<i1': 'int32',
      '<u2': 'int32',
      '>i2': 'int32',
      '<u4': 'int64',
      '>i4': 'int32',
      '<u8': 'int64',
      '<i8': 'int64',
      '<f2': 'float32',
      '>f4': 'float32',
      '>f8': 'float64',
      b1: 'bool',
    })
  })

  it('reads big-endian Fortran bytes made by hand', () => {
    // Columns first: 1 4 | 2 5 | 3 6, each a big-endian int16.
    const body = Uint8Array.of(0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 255, 250)
    const file = npyFile("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", body)
    const { shape, data } = parseNpy(file, 'hand.npy')
    expect(shape).toEqual([2, 3])
    expect([...data]).toEqual([1, 2, 3, 4, 5, -6])
  })

  it('gives a view of the file where the bytes already fit', () => {
    const file = writeNpy(hostTensor('float32', [2], Float32Array.of(1, 2)))
    expect(parseNpy(file, 'a.npy').data.buffer).toBe(file.buffer)
  })

  it('reads data that does not start at a multiple of its element size', () => {
    const file = writeNpy(hostTensor('float64', [3], Float64Array.of(1, 2, 3)))
    const shifted = new Uint8Array(file.length + 1)
    shifted.set(file, 1)
    expect([...parseNpy(shifted.subarray(1), 'a.npy').data]).toEqual([1, 2, 3])
  })

  it.each([
    ['objects', /objects\.npy: holds Python objects \(dtype "\|O"\).*expected numbers/],
    ['structured', /structured\.npy: holds a structured dtype.*expected one number type/],
    ['complex', /complex\.npy: dtype "<c8" cannot be read; expected one of/],
    ['text', /text\.npy: dtype "<U2" cannot be read; expected one of/],
    ['uint64 beyond int64', /9223372036854775808 does not fit int64/],
  ])('refuses %s', (name, message) => {
    const parse = () => parseNpy(fromBase64(golden.refused[name]!), `${name}.npy`)
    expect(parse).toThrow(UserError)
    expect(parse).toThrow(message)
  })

  const header = (shape: string, descr = '<f4') =>
    npyFile(
      `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`,
      new Uint8Array(64),
    )

  it('refuses a header that claims 32 GiB by comparing it with the file', () => {
    expect(() => parseNpy(header('(8589934592,)'), 'big.npy')).toThrow(
      'big.npy: the header claims shape [8589934592] of 4-byte elements, 34359738368 bytes (32.0 GiB), but only 64 bytes follow the header: the file is truncated or its header is wrong',
    )
  })

  it.each([
    ['a product that overflows', header(`(${Array(32).fill('9007199254740991').join(', ')})`)],
    ['an overflow times zero', header(`(${Array(40).fill('9007199254740991').join(', ')}, 0)`)],
    ['a dimension beyond 2^53', header('(99999999999999999999,)')],
    ['a negative dimension', header('(-1,)')],
    ['truncated data', header('(17,)')],
    ['bytes after the array', header('(15,)')],
    ['a header that is no dictionary', npyFile('shape (2, 3)', new Uint8Array(0))],
    [
      'a header without a shape',
      npyFile("{'descr': '<f4', 'fortran_order': False}", new Uint8Array(0)),
    ],
    ['a header cut off', header('(16,)').slice(0, 40)],
    ['a wrong magic', new TextEncoder().encode('\x89PNG\r\n\x1a\n and more')],
    ['an empty file', new Uint8Array(0)],
    ['version 4', header('(16,)').with(6, 4)],
  ])('refuses %s in one line that names the file', (_, file) => {
    expect(() => parseNpy(file, 'bad.npy')).toThrow(UserError)
    expect(() => parseNpy(file, 'bad.npy')).toThrow(/^bad\.npy: [^\n]+$/)
  })

  it('throws nothing but UserError on damaged files', () => {
    fc.assert(
      fc.property(tensors.map(writeNpy).chain(damaged), (file) =>
        onlyUserErrors(() => parseNpy(file, 'a.npy')),
      ),
      { numRuns: 500 },
    )
  })
})

describe('writeNpy', () => {
  it('is undone by parseNpy for every type and shape, zero-size included', () => {
    fc.assert(
      fc.property(tensors, (tensor) => {
        const read = parseNpy(writeNpy(tensor), 'a.npy')
        expect([read.dtype, read.shape]).toEqual([tensor.dtype, tensor.shape])
        expect(rawBytes(read)).toBe(rawBytes(tensor))
      }),
    )
  })

  it.each(['<u1', '<i4', '<i8', '<f4', '<f8', 'b1', 'scalar', 'no rows'])(
    'writes the very bytes that NumPy writes: %s',
    (name) => {
      const file = fromBase64(golden.cases.find((made) => made.name === name)!.file)
      expect(writeNpy(parseNpy(file, name))).toEqual(file)
    },
  )

  it('starts the data at a multiple of 64 bytes', () => {
    fc.assert(
      fc.property(tensors, (tensor) => {
        expect((writeNpy(tensor).length - tensor.data.byteLength) % 64).toBe(0)
      }),
    )
  })
})
