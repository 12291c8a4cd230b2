import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/tensor/errors.ts'
import { type DType, type HostTensor, hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { readSafetensors, writeSafetensors } from '../../src/tensor/safetensors.ts'

const golden = JSON.parse(
  readFileSync(new URL('./safetensors.golden.json', import.meta.url), 'utf8'),
) as { files: Record<string, string> }
const goldenFile = (name: string) => new Uint8Array(Buffer.from(golden.files[name]!, 'base64'))

const values = Float32Array.of(0.1, -2.5, 65504, 2 ** -24, -0, 1e-3)
const weight = hostTensor('float32', [2, 3], values)
/** The arrays of safetensors.golden.py, in another order. */
const types = new Map<string, HostTensor>([
  ['flags', hostTensor('bool', [3], Uint8Array.of(1, 0, 1))],
  ['weight', weight],
  ['empty', hostTensor('float32', [0, 4], new Float32Array(0))],
  ['bytes', hostTensor('uint8', [5], Uint8Array.of(0, 1, 2, 3, 4))],
  ['index', hostTensor('int32', [3], Int32Array.of(-7, 2 ** 31 - 1, 0))],
  ['counter', hostTensor('int64', [2], BigInt64Array.of(-1n, 2n ** 62n))],
  ['scalar', hostTensor('float32', [], Float32Array.of(4.25))],
  ['double', hostTensor('float64', [2, 1], Float64Array.of(0.1, 1e300))],
  ['bias', hostTensor('float32', [1], Float32Array.of(3))],
])

/** Everything that tensors say, bit for bit. */
const bitsOf = (tensors: ReadonlyMap<string, HostTensor>) =>
  Object.fromEntries(
    Array.from(tensors, ([name, { dtype, shape, data }]) => {
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
      return [name, [dtype, [...shape], data[Symbol.toStringTag], bytes.toString('hex')]]
    }),
  )

describe('a safetensors file', () => {
  it('is byte for byte that of the Python package', () => {
    expect(writeSafetensors(types, { format: 'test' })).toEqual(goldenFile('float32'))
    expect(writeSafetensors(types, { format: 'test' }, 'float16')).toEqual(goldenFile('float16'))
    const two = new Map([
      ['a', hostTensor('float32', [1], Float32Array.of(1))],
      ['b', weight],
    ])
    expect(writeSafetensors(two)).toEqual(goldenFile('no metadata'))
  })

  it('of the Python package is read with its types, shapes, bits and metadata', () => {
    const { tensors, metadata } = readSafetensors(goldenFile('float32'), 'golden')
    expect(bitsOf(tensors)).toEqual(bitsOf(types))
    expect(metadata).toEqual({ format: 'test' })
    expect(readSafetensors(goldenFile('no metadata'), 'golden').metadata).toEqual({})
    const halves = readSafetensors(goldenFile('float16'), 'golden').tensors
    expect(halves.get('weight')).toEqual(
      hostTensor(
        'float32',
        [2, 3],
        Float32Array.of(0.0999755859375, -2.5, 65504, 2 ** -24, -0, 0.0010004043579101562),
      ),
    )
    expect(halves.get('double')).toEqual(types.get('double'))
  })

  it('gives views of its bytes where they are aligned, and equal copies where they are not', () => {
    const file = goldenFile('float32')
    const larger = new Uint8Array(file.length + 3)
    larger.set(file, 3)
    const moved = readSafetensors(larger.subarray(3), 'moved').tensors
    const inPlace = readSafetensors(file, 'in place').tensors
    expect(bitsOf(moved)).toEqual(bitsOf(inPlace))
    for (const { data } of inPlace.values()) expect(data.buffer).toBe(file.buffer)
    expect(moved.get('weight')!.data.buffer).not.toBe(larger.buffer)
    expect(moved.get('bytes')!.data.buffer).toBe(larger.buffer)
  })

  it('comes back as it was, with any names, shapes, types and metadata', () => {
    const sizes: Record<DType, number> = {
      float32: 4,
      float64: 8,
      uint8: 1,
      int32: 4,
      int64: 8,
      bool: 1,
    }
    const tensor = fc
      .tuple(
        fc.constantFrom(...(Object.keys(sizes) as DType[])),
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
      )
      .chain(([dtype, shape]) => {
        const length = sizeOf(shape) * sizes[dtype]
        const element = dtype === 'bool' ? fc.integer({ min: 0, max: 1 }) : fc.nat(255)
        return fc.array(element, { minLength: length, maxLength: length }).map((bytes) => {
          const { buffer } = Uint8Array.from(bytes)
          const Own = {
            float32: Float32Array,
            float64: Float64Array,
            uint8: Uint8Array,
            int32: Int32Array,
            int64: BigInt64Array,
            bool: Uint8Array,
          }[dtype]
          return hostTensor(dtype, shape, new Own(buffer) as never) as HostTensor
        })
      })
    const name = fc
      .string({ unit: 'grapheme', maxLength: 9 })
      .filter((one) => !/^__(proto|metadata)__$/.test(one))
    const dictionary = <T>(value: fc.Arbitrary<T>) =>
      fc.dictionary(name, value, { noNullPrototype: true })
    fc.assert(
      fc.property(dictionary(tensor), dictionary(fc.string()), (arrays, metadata) => {
        const tensors = new Map(Object.entries(arrays))
        const file = writeSafetensors(tensors, metadata)
        const read = readSafetensors(file, 'file')
        expect(bitsOf(read.tensors)).toEqual(bitsOf(tensors))
        expect(read.metadata).toEqual(metadata)
        const reversed = new Map([...tensors].reverse())
        expect(writeSafetensors(reversed, metadata)).toEqual(file)
        expect((8 + Number(new DataView(file.buffer).getBigUint64(0, true))) % 8).toBe(0)
      }),
      { numRuns: 60, seed: 3 },
    )
  })

  it('cannot be written with names that the format keeps for itself', () => {
    for (const name of ['__metadata__', '__proto__'])
      expect(() => writeSafetensors(new Map([[name, weight]]))).toThrow(
        `a safetensors file cannot hold a tensor called ${name}`,
      )
  })
})

/** A file of a header and some bytes behind it. */
function fileOf(header: string | Uint8Array, bodyLength = 0, claimed?: bigint): Uint8Array {
  const bytes = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const file = new Uint8Array(8 + bytes.length + bodyLength)
  new DataView(file.buffer).setBigUint64(0, claimed ?? BigInt(bytes.length), true)
  file.set(bytes, 8)
  return file
}

/** The message, which must be one line. */
function refusal(file: Uint8Array): string | undefined {
  try {
    readSafetensors(file, 'f')
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    expect((error as Error).message).toMatch(/^f: [^\n]+$/)
    return (error as Error).message.slice('f: '.length)
  }
}

const described = (dtype: unknown, shape: unknown, offsets: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets })
const one = (description: string) => `{"a":${description}}`

describe('a safetensors file that is not sound', () => {
  const place = described('F32', [2], [0, 8])
  const cases: [what: string, file: Uint8Array, message: string][] = [
    ['no file', new Uint8Array(0), '0 bytes are too few for a safetensors file'],
    ['half a length', new Uint8Array(7), '7 bytes are too few for a safetensors file'],
    ['a longer header', fileOf('{}', 0, 3n), 'its header is longer than the file'],
    ['a header of 2^63 bytes', fileOf('{}', 0, 2n ** 63n), 'its header is longer than the file'],
    [
      'a header of 2^64 - 1 bytes',
      fileOf('{}', 0, 2n ** 64n - 1n),
      'its header is longer than the file',
    ],
    ['no header', fileOf(''), 'its header is not JSON'],
    ['a header cut off', fileOf(one(place), 8, 20n), 'its header is not JSON'],
    ['a list', fileOf('[]'), 'its header is not a JSON object'],
    ['null', fileOf('null'), 'its header is not a JSON object'],
    ['a number', fileOf('1'), 'its header is not a JSON object'],
    [
      'no UTF-8',
      fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)),
      'its header is not UTF-8',
    ],
    [
      'deep nesting',
      fileOf(`{"a":${'['.repeat(100_000)}`),
      'its header nests deeper than 3 levels',
    ],
    ['a name twice', fileOf(`{"a":${place},"a":${place}}`, 8), 'its header has the name "a" twice'],
    [
      'a field twice',
      fileOf('{"a":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}}', 8),
      'its header has the name "dtype" twice',
    ],
    ['__proto__', fileOf(`{"__proto__":${place}}`, 8), 'its header uses the name "__proto__"'],
    [
      'metadata of another form',
      fileOf('{"__metadata__":[]}'),
      '__metadata__ is a value of type Array; expected an object',
    ],
    [
      'metadata that is null',
      fileOf('{"__metadata__":null}'),
      '__metadata__ is null; expected an object',
    ],
    [
      'metadata of numbers',
      fileOf('{"__metadata__":{"n":1}}'),
      '__metadata__: "n" is 1; expected a text',
    ],
    [
      'a tensor that is a number',
      fileOf(one('1')),
      'tensor "a": is described by 1; expected an object',
    ],
    [
      'another field',
      fileOf('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}', 8),
      'tensor "a": has the unknown field "x"',
    ],
    [
      'no type',
      fileOf('{"a":{"shape":[2],"data_offsets":[0,8]}}', 8),
      'tensor "a": dtype is undefined; expected one of I64, F64, F32, I32, F16, U8, BOOL',
    ],
    [
      'an unknown type',
      fileOf(one(described('F33', [2], [0, 8])), 8),
      'tensor "a": dtype is "F33"; expected one of I64, F64, F32, I32, F16, U8, BOOL',
    ],
    [
      'a type of JavaScript',
      fileOf(one(described('toString', [2], [0, 8])), 8),
      'tensor "a": dtype is "toString"; expected one of I64, F64, F32, I32, F16, U8, BOOL',
    ],
    [
      'no shape',
      fileOf('{"a":{"dtype":"F32","data_offsets":[0,8]}}', 8),
      'tensor "a": shape is undefined; expected whole numbers',
    ],
    [
      'a negative shape',
      fileOf(one(described('F32', [-2], [0, 8])), 8),
      'tensor "a": shape is [-2]; expected whole numbers',
    ],
    [
      'a shape of -0',
      fileOf('{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}'),
      'tensor "a": shape is [0]; expected whole numbers',
    ],
    [
      'a fractional shape',
      fileOf(one(described('F32', [2.5], [0, 10])), 10),
      'tensor "a": shape is [2.5]; expected whole numbers',
    ],
    [
      'a shape of 2^63',
      fileOf('{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}', 8),
      'tensor "a": shape is [9223372036854776000]; expected whole numbers',
    ],
    [
      'a shape of texts',
      fileOf(one(described('F32', ['2'], [0, 8])), 8),
      'tensor "a": shape is ["2"]; expected whole numbers',
    ],
    [
      'a shape that overflows',
      fileOf(one(described('F32', [2 ** 30, 2 ** 30], [0, 8])), 8),
      'tensor "a": shape [1073741824, 1073741824] is larger than any file',
    ],
    [
      'a shape that wraps to 0 bytes',
      fileOf(one(described('U8', [2 ** 32, 2 ** 32], [0, 0]))),
      'tensor "a": shape [4294967296, 4294967296] is larger than any file',
    ],
    [
      'a shape that overflows before a 0',
      fileOf(one(described('U8', [2 ** 32, 2 ** 32, 0], [0, 0]))),
      'tensor "a": shape [4294967296, 4294967296, 0] is larger than any file',
    ],
    [
      '33 axes',
      fileOf(one(described('U8', Array(33).fill(1), [0, 1])), 1),
      'tensor "a": has 33 axes; expected at most 32',
    ],
    [
      'one offset',
      fileOf(one(described('F32', [2], [8])), 8),
      'tensor "a": data_offsets is [8]; expected two whole numbers',
    ],
    [
      'three offsets',
      fileOf(one(described('F32', [2], [0, 8, 8])), 8),
      'tensor "a": data_offsets is [0, 8, 8]; expected two whole numbers',
    ],
    [
      'negative offsets',
      fileOf(one(described('F32', [2], [-8, 0])), 8),
      'tensor "a": data_offsets is [-8, 0]; expected two whole numbers',
    ],
    [
      'offsets of 2^63',
      fileOf(
        '{"a":{"dtype":"F32","shape":[2],"data_offsets":[9223372036854775800,9223372036854775808]}}',
        8,
      ),
      'tensor "a": data_offsets is [9223372036854776000, 9223372036854776000]; expected two whole numbers',
    ],
    [
      'offsets the wrong way round',
      fileOf(one(described('F32', [2], [8, 0])), 8),
      'tensor "a": shape [2] of F32 takes 8 bytes, but data_offsets [8, 0] span -8',
    ],
    [
      'another size than its shape',
      fileOf(one(described('F32', [2], [0, 9])), 9),
      'tensor "a": shape [2] of F32 takes 8 bytes, but data_offsets [0, 9] span 9',
    ],
    [
      'overlapping tensors',
      fileOf(`{"a":${place},"b":${described('F32', [2], [4, 12])}}`, 12),
      'tensor "b" begins at byte 4, within another',
    ],
    [
      'two tensors in one place',
      fileOf(`{"a":${place},"b":${place}}`, 8),
      'tensor "b" begins at byte 0, within another',
    ],
    [
      'a gap',
      fileOf(`{"a":${place},"b":${described('F32', [1], [12, 16])}}`, 16),
      'bytes 8 to 12 before tensor "b" belong to no tensor',
    ],
    [
      'a gap at the beginning',
      fileOf(one(described('F32', [2], [4, 12])), 12),
      'bytes 0 to 4 before tensor "a" belong to no tensor',
    ],
    [
      'a body cut off',
      fileOf(one(place), 7),
      'tensor "a" ends at byte 8, but only 7 follow the header',
    ],
    [
      'more bytes than tensors',
      fileOf(one(place), 9),
      '9 bytes follow the header, but its tensors take 8',
    ],
    ['bytes without tensors', fileOf('{}', 1), '1 bytes follow the header, but its tensors take 0'],
  ]
  it.each(cases)('is refused: %s', (_what, file, message) => {
    expect(refusal(file)).toBe(message)
  })

  it('is refused where a truth value is neither 0 nor 1', () => {
    const file = fileOf(one(described('BOOL', [2], [0, 2])), 2)
    file[file.length - 1] = 2
    expect(refusal(file)).toBe('tensor "a" is BOOL and holds other bytes than 0 and 1')
    file[file.length - 1] = 1
    expect(refusal(file)).toBeUndefined()
  })

  it('is named with its tensor on one line, however the tensor is called', () => {
    const name = `a\n${'b'.repeat(10_000)}`
    const file = fileOf(
      JSON.stringify({ [name]: { dtype: 'F33', shape: [], data_offsets: [0, 4] } }),
      4,
    )
    expect(refusal(file)).toMatch(/^tensor "a\\nb{38}…": dtype is "F33"/)
  })

  it('is refused with a header beyond the limit of the format, before it is read', () => {
    const file = new Uint8Array(8 + 100_000_001)
    new DataView(file.buffer).setBigUint64(0, 100_000_001n, true)
    expect(refusal(file)).toBe('its header has 100000001 bytes; expected at most 100000000')
    new DataView(file.buffer).setBigUint64(0, 0n, true)
    expect(refusal(file.subarray(0, 8))).toBe('its header is not JSON')
  })

  it('takes no memory for what its header claims', () => {
    const huge = fileOf(one(described('F32', [2 ** 40], [0, 2 ** 42])), 8)
    expect(refusal(huge)).toBe(
      'tensor "a" ends at byte 4398046511104, but only 8 follow the header',
    )
  })

  it('ends in one line or in arrays of its own bytes, whatever byte of it is changed', () => {
    const file = goldenFile('float32')
    const length = file.length
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        fc.nat(3),
        (changes, cut) => {
          const changed = file.slice(0, length - cut)
          for (const [at, byte] of changed.length > 0 ? changes : []) changed[at] = byte
          if (refusal(changed) !== undefined) return
          let total = 0
          for (const { data } of readSafetensors(changed, 'f').tensors.values())
            total += data.byteLength
          expect(total).toBeLessThanOrEqual(2 * length)
        },
      ),
      { numRuns: 2000, seed: 4 },
    )
  })

  it('ends in one line for headers made of the right words in any order', () => {
    const number = fc.oneof(fc.constantFrom(0, 4, 8, -1, 0.5, 2 ** 53, 2 ** 63, 1e308), fc.nat(16))
    const loose = fc.oneof(
      number,
      fc.constantFrom('F32', null, true, '0', {}, []),
      fc.array(number),
    )
    const place = fc.record(
      {
        dtype: fc.oneof(
          { weight: 5, arbitrary: fc.constantFrom('F32', 'U8', 'F16', 'I64') },
          loose,
        ),
        shape: fc.oneof({ weight: 5, arbitrary: fc.array(number, { maxLength: 3 }) }, loose),
        data_offsets: fc.oneof({ weight: 5, arbitrary: fc.tuple(number, number) }, loose),
      },
      { requiredKeys: [] },
    )
    const header = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', '__metadata__'),
      fc.oneof(place, loose),
    )
    let read = 0
    fc.assert(
      fc.property(header, fc.nat(16), (content, bodyLength) => {
        if (refusal(fileOf(JSON.stringify(content), bodyLength)) === undefined) read++
      }),
      { numRuns: 2000, seed: 5 },
    )
    expect(read).toBeLessThan(200)
  })
})
