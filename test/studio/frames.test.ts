import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerValue } from '../../studio/src/protocol/connection.ts'
import { decodeFrame, encodeFrame } from '../../studio/src/protocol/frames.ts'

const arrays = fc.oneof(
  fc.float32Array({ maxLength: 9 }),
  fc.float64Array({ maxLength: 9 }),
  fc.int32Array({ maxLength: 9 }),
  fc.uint8Array({ maxLength: 9 }),
)

/** A view of a part of a longer buffer, at any place where its numbers may lie. */
const views = fc
  .tuple(fc.nat(3), fc.nat(5))
  .map(([from, length]) =>
    new Float32Array([1, -0, Number.NaN, 4, 5, 6, 7, 8]).subarray(from, from + length),
  )

const leaves = fc.oneof(
  arrays,
  views,
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.constantFrom(null, undefined, true, false, -0, Number.NaN, Number.NEGATIVE_INFINITY),
)

const names = fc.oneof(
  fc.string(),
  fc.constantFrom('$', '$section', '__proto__', 'constructor', 'toJSON', 'value', 'error'),
)

const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaves,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(names, tie('value')), { maxLength: 4 })
      .map((entries): unknown => Object.fromEntries(entries)),
  ),
}))

const returned = async (value: unknown) => decodeFrame(await encodeFrame(value))

describe('a frame', () => {
  it('brings back a value as it was: numbers of every kind, arrays, lists and objects with any names', () =>
    fc.assert(
      fc.asyncProperty(values, async (value) => {
        expect(isDeepStrictEqual(await returned(value), value)).toBe(true)
      }),
      { numRuns: 300 },
    ))

  it('brings back files by their bytes and types, in their order, among arrays', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.uint8Array(), fc.constantFrom('', 'text/csv', 'image/png'))),
        async (given) => {
          const files = given.map(([bytes, type], i) => ({
            path: `a/${i}.png`,
            file: new Blob([new Uint8Array(bytes)], { type }),
            before: Int32Array.of(i, -i),
          }))
          const found = (await returned({ files })) as { files: typeof files }
          const read = await Promise.all(
            found.files.map(async ({ file, before }) => [
              new Uint8Array(await file.arrayBuffer()),
              file.type,
              [...before],
            ]),
          )
          expect(read).toEqual(given.map(([bytes, type], i) => [bytes, type, [i, 0 - i]]))
        },
      ),
      { numRuns: 50 },
    ))

  it('gives arrays a memory of their own, apart from that of the frame', async () => {
    const frame = await encodeFrame([Float32Array.of(1.5, 2.5)])
    const [array] = decodeFrame(frame) as [Float32Array]
    frame.fill(0)
    expect([...array]).toEqual([1.5, 2.5])
    expect(array.buffer.byteLength).toBe(8)
  })

  it('carries an answer without a value, and a list with gaps, as calls with optional arguments have', async () => {
    const answer = (await returned({ value: undefined })) as { value: unknown }
    expect(answerValue(answer)).toBeUndefined()
    expect(await returned({ method: 'continueRun', args: ['a', undefined] })).toStrictEqual({
      method: 'continueRun',
      args: ['a', undefined],
    })
  })

  it.each([
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map([[1, 2]])],
    ['numbers of 8 bytes', BigInt64Array.of(1n)],
  ])('refuses %s', async (_name, value) => {
    await expect(encodeFrame({ inside: [value] })).rejects.toThrow(TypeError)
  })
})

/** What comes of damaged bytes: a TypeError, or a value. */
function outcome(bytes: Uint8Array): 'refused' | 'read' {
  try {
    decodeFrame(bytes)
    return 'read'
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return 'refused'
  }
}

describe('a damaged frame', () => {
  const whole = encodeFrame({ a: [Float32Array.of(1, 2), { b: new Blob(['text']) }], c: 'é' })

  it('is refused wherever it is cut off, and with a byte too many', async () => {
    const frame = await whole
    for (let length = 0; length < frame.length; length++)
      expect(outcome(frame.subarray(0, length)), `${length} bytes`).toBe('refused')
    expect(outcome(Uint8Array.of(...frame, 0))).toBe('refused')
    expect(outcome(frame)).toBe('read')
  })

  it('never fails in another way, whatever bytes are changed', async () => {
    const frame = await whole
    let refused = 0
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(frame.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const changed = frame.slice()
          for (const [at, byte] of changes) changed[at] = byte
          if (outcome(changed) === 'refused') refused++
        },
      ),
      { numRuns: 1000 },
    )
    expect(refused).toBeGreaterThan(500)
  })

  it.each([
    ['no list', '{}'],
    ['null', 'null'],
    ['sections that are no list', '[null,1]'],
    ['a section without bytes', '[[{"array":"Uint8Array"}],1]'],
    ['a section of fewer than no bytes', '[[{"array":"Uint8Array","bytes":-1}],1]'],
    ['a section of half a byte', '[[{"array":"Uint8Array","bytes":0.5}],1]'],
    ['an array of a type that there is not', '[[{"array":"constructor","bytes":0}],1]'],
    ['a part of a number', '[[{"array":"Float32Array","bytes":3}],{"$":0}]', 3],
    ['a section that there is not', '[[],{"$":0}]'],
    ['a section before the first', '[[],{"$":-1}]'],
    ['a mark without a meaning', '[[],{"$":"map"}]'],
    ['a mark of something else', '[[],{"$":{}}]'],
    ['entries that are none', '[[],{"$":[1]}]'],
    ['text that is not UTF-8', '[[],"\xff"]'],
  ])('is refused with %s', (_name, head, more = 0) => {
    const bytes = new Uint8Array(4 + head.length + more)
    new DataView(bytes.buffer).setUint32(0, head.length, true)
    bytes.set(
      Uint8Array.from(head, (letter) => letter.charCodeAt(0)),
      4,
    )
    expect(outcome(bytes)).toBe('refused')
  })
})
