import { describe, expect, it } from 'vitest'
import { orthonormalBasis } from '../../src/tensor/orthonormal-basis.ts'
import { stream } from '../../src/tensor/random.ts'

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0)

function expectOrthonormal(vectors: readonly Float64Array[]) {
  for (const [i, a] of vectors.entries())
    for (const [j, b] of vectors.entries()) expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 13)
}

describe('an orthonormal basis', () => {
  it('spans with its first k vectors what the first k given ones span', () => {
    const { normal } = stream(1, 'vectors')
    const given = Array.from({ length: 6 }, () => Float64Array.from({ length: 20 }, normal))
    const basis = orthonormalBasis(given)
    expectOrthonormal(basis)
    for (const [k, vector] of given.entries()) {
      const squares = basis.slice(0, k + 1).map((axis) => dot(axis, vector) ** 2)
      expect(squares.reduce((a, b) => a + b, 0)).toBeCloseTo(dot(vector, vector), 10)
    }
  })

  it('is complete where given vectors are zero, or multiples of others', () => {
    const basis = orthonormalBasis([
      [1, 1, 0, 0],
      [0, 0, 0, 0],
      [2, 2, 0, 0],
      [0, 0, 0, 3],
    ])
    expectOrthonormal(basis)
    expect(Math.abs(dot(basis[0]!, [1, 1, 0, 0]))).toBeCloseTo(Math.SQRT2, 14)
  })
})
