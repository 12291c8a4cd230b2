import { describe, expect, it } from 'vitest'
import { readForm } from '../../src/data/form.ts'
import { asTrained } from '../../src/data/given-examples.ts'
import { hostTensor } from '../../src/tensor/host.ts'

/** Two images of 2 by 1 pixels, three channels last. */
const pixels = hostTensor(
  'uint8',
  [2, 2, 1, 3],
  Uint8Array.of(0, 51, 102, 153, 204, 255, 255, 204, 153, 102, 51, 0),
)

describe('examples that a trained model is given', () => {
  it('are divided by 255 where they are pixels, with their channels first', () => {
    const given = asTrained(pixels, readForm(pixels, 'pixels'), 6, 'x')
    expect([given.shape, given.scale]).toEqual([[2, 6], 1 / 255])
    const expected = [0, 0.6, 0.2, 0.8, 0.4, 1, 1, 0.4, 0.8, 0.2, 0.6, 0]
    expected.forEach((value, i) => {
      expect(given.data[i]).toBeCloseTo(value, 6)
    })
  })

  it('are what they are in a table, and where they are scaled already', () => {
    const table = hostTensor('uint8', [1, 6], pixels.data.slice(0, 6))
    const row = asTrained(table, readForm(table, 'table'), 6, 'x')
    expect([...row.data]).toEqual([0, 51, 102, 153, 204, 255])
    const once = asTrained(pixels, readForm(pixels, 'pixels'), 6, 'x')
    expect(asTrained(once, readForm(pixels, 'pixels'), 6, 'x')).toEqual(once)
  })
})
