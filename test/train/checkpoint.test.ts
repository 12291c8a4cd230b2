import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Arrays } from '../../src/runtime/session.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../src/tensor/host.ts'
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  encodeCheckpointLater,
} from '../../src/train/checkpoint.ts'
import { bitsOf, digest, trained } from './tiny.ts'

const progress: Checkpoint['progress'] = {
  stage: 0,
  step: 1234,
  epoch: 5,
  sums: { 'term reconstruction': 0.1 + 0.2, objective: 1e-300 },
  best: { epoch: 3, value: 104.25 },
  sinceBest: 2,
  metricsBytes: 4096,
  seconds: 0,
}

/**
 * 1, -2.5, 3e-40, 0, -0 and 7 by their bits: on a thread on which ONNX Runtime has run, numbers below 1e-38 that are rounded to
 * float32 become 0.
 */
const weights = Uint32Array.of(
  0x3f800000,
  0xc0200000,
  0x00034447,
  0x00000000,
  0x80000000,
  0x40e00000,
)

const sample: Checkpoint = {
  progress,
  model: 'vae',
  arrays: {
    'encoder.0.weight': hostTensor('float32', [2, 3], new Float32Array(weights.buffer)),
    'encoder.0.weight:first': hostTensor('float32', [], Float32Array.of(0.1)),
    counter: hostTensor('int64', [2], BigInt64Array.of(-1n, 2n ** 62n)),
    flags: hostTensor('uint8', [3], Uint8Array.of(0, 1, 255)),
    empty: hostTensor('float32', [0, 4], new Float32Array(0)),
  },
}

/** Written by an older version. */
const older = new URL(
  '../goldens/external-twin/trained/vae/checkpoints/last/checkpoint.safetensors',
  import.meta.url,
)

const encoded = (checkpoint: Checkpoint = sample) => encodeCheckpoint(checkpoint, digest)
const decoded = (file: Uint8Array) => decodeCheckpoint(file, 'run/last', digest)

/** Everything that a checkpoint says, bit for bit. */
const content = ({ progress, model, arrays }: Checkpoint) => ({
  progress,
  model,
  bits: bitsOf(arrays),
  kinds: Object.entries(arrays).map(([name, { dtype, shape }]) => [name, dtype, [...shape]]),
})

const anyArray: fc.Arbitrary<HostTensor> = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 })
  .chain((shape) =>
    fc
      .uint8Array({ minLength: 4 * sizeOf(shape), maxLength: 4 * sizeOf(shape) })
      .map((bytes) => hostTensor('float32', shape, new Float32Array(bytes.slice().buffer))),
  )

const names = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((name) => name !== '__metadata__' && name !== '__proto__')

describe('a checkpoint', () => {
  it('comes back as it was, whatever its arrays are called and hold', () => {
    expect(content(decoded(encoded()))).toEqual(content(sample))
    fc.assert(
      fc.property(fc.dictionary(names, anyArray, { noNullPrototype: true }), (arrays) => {
        const checkpoint = { ...sample, arrays: arrays as Arrays }
        expect(content(decoded(encoded(checkpoint)))).toEqual(content(checkpoint))
      }),
      { numRuns: 200, seed: 2 },
    )
  })

  it('does not depend on the clock; one of an older version says its seconds', () => {
    const measured = encoded({ ...sample, progress: { ...progress, seconds: 12.5 } })
    expect(measured).toEqual(encoded())
    expect(decoded(measured).progress.seconds).toBe(0)
    expect(decoded(readFileSync(older)).progress.seconds).toBeGreaterThan(0)
  })

  it('comes back from the middle of a larger buffer', () => {
    const file = encoded()
    const larger = new Uint8Array(file.length + 13)
    larger.set(file, 5)
    expect(content(decoded(larger.subarray(5, 5 + file.length)))).toEqual(content(sample))
  })

  it('is a safetensors file', () => {
    const file = encoded()
    const length = Number(new DataView(file.buffer).getBigUint64(0, true))
    expect((8 + length) % 8).toBe(0)
    const { __metadata__: metadata, ...header } = JSON.parse(
      new TextDecoder().decode(file.subarray(8, 8 + length)),
    )
    for (const value of Object.values(metadata)) expect(typeof value).toBe('string')
    expect(header).toEqual({
      'encoder.0.weight': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
      'encoder.0.weight:first': { dtype: 'F32', shape: [], data_offsets: [24, 28] },
      counter: { dtype: 'I64', shape: [2], data_offsets: [28, 44] },
      flags: { dtype: 'U8', shape: [3], data_offsets: [44, 47] },
      empty: { dtype: 'F32', shape: [0, 4], data_offsets: [47, 47] },
    })
    expect(file.length).toBe(8 + length + 47)
    expect(new DataView(file.buffer).getFloat32(8 + length + 4, true)).toBe(-2.5)
  })

  it('has the bytes that it had in the first version of its format', () => {
    expect(digest(encoded())).toBe(
      '4f60e8f666e70eb6815265e30360dc3009a05c7abf6cde2cbf6a58bf0613814b',
    )
  })

  it('is digested a mebibyte at a time, and each of them is looked at when it is read', () => {
    const large = hostTensor('float32', [600_001], new Float32Array(600_001).fill(0.5))
    const checkpoint = { ...sample, arrays: { ...sample.arrays, large } }
    const sizes: number[] = []
    const file = encodeCheckpoint(checkpoint, (bytes) => {
      sizes.push(bytes.length)
      return digest(bytes)
    })
    const body = file.length - 8 - Number(new DataView(file.buffer).getBigUint64(0, true))
    expect(sizes.filter((size) => size >= 2 ** 18)).toEqual([2 ** 20, 2 ** 20, body - 2 ** 21])
    expect(content(decoded(file))).toEqual(content(checkpoint))
    for (const at of [1, 2 ** 20, 2 * 2 ** 20 + 5]) {
      const damaged = file.slice()
      damaged[file.length - at]! ^= 1
      expect(() => decoded(damaged)).toThrow('its contents do not match their digest')
    }
  })

  it('is made in turns where its digest is computed later, and a page answers between them', async () => {
    const large = hostTensor('float32', [600_001], new Float32Array(600_001))
    let answers = 0
    const timer = setInterval(() => answers++, 0)
    await encodeCheckpointLater({ ...sample, arrays: { large } }, async (bytes) => digest(bytes))
    clearInterval(timer)
    // Two mebibytes are copied, and three parts of the body digested.
    expect(answers).toBeGreaterThanOrEqual(5)
  })

  it('of the former format is read, and not where it is damaged', () => {
    const file = new Uint8Array(readFileSync(older))
    expect(new TextDecoder().decode(file.subarray(0, 400))).toContain('latentlab checkpoint 1')
    expect(decoded(file).model).toBe('vae')
    file[file.length - 7]! ^= 1
    expect(() => decoded(file)).toThrow('its contents do not match their digest')
  })

  it('of a training names the parameters and what the optimiser keeps for each', async () => {
    const { arrays, model } = (await trained({ config: { epochs: 1 } })).store.read('last')
    expect(model).toBe('vae')
    expect(arrays['encoder.0.weight']!.shape).toEqual([13, 9])
    expect(arrays['encoder.0.weight:second']!.shape).toEqual([13, 9])
    expect(Object.keys(arrays)).toHaveLength(3 * 8)
  })

  it('refuses types that it has no place for', () => {
    const arrays = { flag: hostTensor('bool', [1], Uint8Array.of(1)) }
    expect(() => encoded({ ...sample, arrays })).toThrow('cannot hold bool')
  })
})

describe('a damaged checkpoint', () => {
  const file = encoded()

  it('is refused, or says what it said, whichever bit is flipped', () => {
    const expected = content(sample)
    let refused = 0
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const flipped = file.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      try {
        expect(content(decoded(flipped)), `bit ${bit}`).toEqual(expected)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        expect(error.message).toContain('run/last: the checkpoint is damaged')
        refused++
      }
    }
    expect(refused).toBeGreaterThan(0.95 * 8 * file.length)
  })

  it('is refused wherever it is cut off, and where something follows it', () => {
    for (let length = 0; length < file.length; length++)
      expect(() => decoded(file.subarray(0, length)), `${length} bytes`).toThrow(UserError)
    const longer = new Uint8Array(file.length + 1)
    longer.set(file)
    expect(() => decoded(longer)).toThrow(UserError)
  })

  it('that claims a header of any length, or none of ours, is refused', () => {
    const claiming = file.slice()
    new DataView(claiming.buffer).setBigUint64(0, 2n ** 63n, true)
    expect(() => decoded(claiming)).toThrow('its header is longer than the file')
    const foreign = new TextEncoder().encode(
      '........{"__metadata__":{"progress":"{}","format":"pt"}}',
    )
    new DataView(foreign.buffer).setBigUint64(0, BigInt(foreign.length - 8), true)
    expect(() => decoded(foreign)).toThrow("its format is 'pt'")
    for (const text of ['null', '[]', '{}', '{"__metadata__":null}', '{"__metadata__":{}}']) {
      const other = new TextEncoder().encode(`........${text}`)
      new DataView(other.buffer).setBigUint64(0, BigInt(text.length), true)
      expect(() => decoded(other), text).toThrow(UserError)
    }
  })
})
