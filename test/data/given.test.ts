import { describe, expect, it } from 'vitest'
import { exampleArray, labelArray } from '../../src/data/given.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'

/** As a caller without types would give it. */
const any = (value: unknown) => value as never

describe('exampleArray', () => {
  it('takes rows of numbers, plain or typed', () => {
    const rows = exampleArray([[1, 2.5], Float64Array.of(-3, 0)])
    expect([rows.dtype, rows.shape, [...rows.data]]).toEqual(['float32', [2, 2], [1, 2.5, -3, 0]])
  })

  it.each([
    ['null', null],
    ['an empty text', ''],
    ['a number in a text', '3'],
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a number beyond float32', 1e39],
    ['a boolean', true],
    ['a big integer', 3n],
    ['a list', [3]],
    ['a date', new Date(0)],
  ])('refuses %s in a row, naming row and column', (_, value) => {
    expect(() =>
      exampleArray(
        any([
          [1, 2],
          [3, value],
        ]),
      ),
    ).toThrow(UserError)
    expect(() =>
      exampleArray(
        any([
          [1, 2],
          [3, value],
        ]),
      ),
    ).toThrow(/^data: row 1, column 1 \(counted from 0\) is .*; expected a finite float32 number$/)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', '1,2'],
    ['a number', 5],
    ['an object', { length: 1, 0: [1] }],
    ['a typed array', Float32Array.of(1)],
    ['a text for a row', ['12', '34']],
    ['null for a row', [null]],
    ['a row of another length', [[1, 2], [3]]],
    ['an unknown type', { dtype: 'float16', shape: [1], data: [1] }],
    ['data of another type', { dtype: 'float32', shape: [1, 1], data: [1] }],
    [
      'data that does not fill the shape',
      { dtype: 'uint8', shape: [2, 2], data: new Uint8Array(3) },
    ],
    ['a shape that is no list', { dtype: 'uint8', shape: 3, data: new Uint8Array(3) }],
    ['a negative size', { dtype: 'uint8', shape: [-1, -3], data: new Uint8Array(3) }],
  ])('refuses %s', (_, given) => {
    expect(() => exampleArray(any(given))).toThrow(UserError)
  })

  it('takes clamped bytes, as a canvas has them', () => {
    const given = { dtype: 'uint8', shape: [1, 1, 2], data: Uint8ClampedArray.of(7, 255) }
    const { data } = exampleArray(given as unknown as HostTensor)
    expect(data).toEqual(Uint8Array.of(7, 255))
  })
})

describe('labelArray', () => {
  it('takes whole numbers, and arrays as they are', () => {
    expect([...labelArray([3, -1, 3]).data]).toEqual([3, -1, 3])
    const tensor = hostTensor('int64', [1], BigInt64Array.of(2n))
    expect(labelArray(tensor)).toBe(tensor)
  })

  it.each([
    ['null', null],
    ['NaN', Number.NaN],
    ['a text', '1'],
    ['a fraction', 1.7],
    ['a number beyond 32 bits', 2 ** 32 + 1],
    ['a one-hot row', [0, 1, 0]],
    ['a boolean', true],
    ['a big integer', 1n],
    ['nothing', undefined],
  ])('refuses %s, naming the row', (_, value) => {
    expect(() => labelArray(any([0, value]))).toThrow(
      /^labels: the label of row 1 \(counted from 0\) is .*; expected a class, as a whole number$/,
    )
  })

  it.each([[null], ['012'], [5], [{ 0: 1, length: 1 }], [new Set([1])]])('refuses %j', (given) => {
    expect(() => labelArray(any(given))).toThrow(UserError)
  })
})
