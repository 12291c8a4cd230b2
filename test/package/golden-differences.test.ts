import { describe, expect, it } from 'vitest'
import { differences, requireAgreeing } from '../../src/package/golden-differences.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'

const floats = (...values: number[]) =>
  hostTensor('float32', [values.length], Float32Array.from(values))
const indices = (...values: bigint[]) =>
  hostTensor('int64', [values.length], BigInt64Array.from(values))
const compared = (found: Parameters<typeof differences>[1], expected: typeof found) =>
  differences('encoder', found, expected)

describe('a difference from the goldens', () => {
  it('is the largest |a - b| / (1 + |b|) of numbers', () => {
    const [z] = compared({ z: floats(1, -3, 0.5) }, { z: floats(1, -2, 0) })
    expect(z).toEqual({ graph: 'encoder', output: 'z', largest: 0.5, unequal: 0, count: 3 })
    expect(compared({ z: floats(-3.5) }, { z: floats(-3) })[0]!.largest).toBe(0.125)
    expect(compared({ z: floats(-3) }, { z: floats(-3.5) })[0]!.largest).toBeCloseTo(0.5 / 4.5, 12)
  })

  it('is that of pixels between 0 and 1, whatever they are stored as', () => {
    const pixels = { pixels: floats(0, 51) }
    const [found] = differences('decoder', { pixels: floats(0, 0) }, pixels, { scale: 1 / 255 })
    expect(found!.largest).toBeCloseTo(0.2 / 1.2, 12)
    const codes = differences('encoder', { z: floats(1) }, { z: floats(0) }, { scale: 1 / 255 })
    expect(codes[0]!.largest).toBe(1)
  })

  it('is judged by the score where it is of what the score holds beside its shares', () => {
    const expected = { score: floats(99, 3), code_share: floats(1, 1) }
    const [, code] = compared({ score: floats(99, 3), code_share: floats(2, 1.1) }, expected)
    // 1 / (1 + 99) and 0.1 / (1 + 3).
    expect(code!.largest).toBeCloseTo(0.025, 6)
  })

  it('is a count of indices that are not equal, and nothing for what both lack', () => {
    const [found] = compared(
      { categories: indices(0n, 2n, 1n) },
      { categories: indices(0n, 1n, 0n) },
    )
    expect(found).toMatchObject({ largest: 0, unequal: 2, count: 3 })
    expect(compared({ z: floats(Number.NaN, 1) }, { z: floats(Number.NaN, 1) })[0]!.largest).toBe(0)
  })

  it('is endless for a number in the place of none, another shape, and what is not there', () => {
    for (const found of [{ z: floats(Number.NaN) }, { z: floats(1, 2) }, {}])
      expect(compared(found, { z: floats(1) })[0]!.largest).toBe(Number.POSITIVE_INFINITY)
  })

  it('is refused above 1e-5, and the worst is named', () => {
    const of = (largest: number, unequal = 0) => ({
      graph: 'score' as const,
      output: `by ${largest}`,
      largest,
      unequal,
      count: 4,
    })
    expect(() => requireAgreeing([of(0), of(1e-5)], 'why')).not.toThrow()
    expect(() => requireAgreeing([of(0), of(2e-5), of(0.002)], 'why')).toThrow(
      new UserError(
        'why (by 0.002 of score by 0.0020; 2 of 3 outputs differ by more than 0.00001)',
      ),
    )
    expect(() => requireAgreeing([of(0, 1)], 'why')).toThrow('in 1 of 4 values')
  })
})
