import { Matrix, SingularValueDecomposition } from 'ml-matrix'
import { requireNumbers } from './checks.ts'
import { described, isList } from './described.ts'
import { orthonormalBasis } from './orthonormal-basis.ts'

/**
 * Principal angles between the subspaces spanned by two sets of independent vectors, in degrees, rising:
 * as many as the smaller set has vectors. All vectors have the same length D. Large angles are computed from
 * their cosines and small ones from their sines, where each is accurate (Björck and Golub 1973, sections 3
 * and 4).
 *
 * @throws RangeError for an empty set, vectors of different lengths, or more of them than that length
 */
export function principalAngles(
  a: readonly ArrayLike<number>[],
  b: readonly ArrayLike<number>[],
): number[] {
  requireVectors(a, 'a')
  requireVectors(b, 'b')
  const length = a[0]?.length ?? 0
  for (const set of [a, b])
    if (set.length === 0 || set.length > length || set.some((v) => v.length !== length))
      throw new RangeError(
        `principal angles are between sets of up to D vectors of D numbers, got ${set.length} vectors of ${[...new Set(set.map((v) => v.length))].join(', ')}`,
      )
  const [larger, smaller] = a.length >= b.length ? [a, b] : [b, a]
  const p = columns(orthonormalBasis(larger)) // [D, k]
  const q = columns(orthonormalBasis(smaller)) // [D, l], l ≤ k
  const products = p.transpose().mmul(q) // [k, l]
  const cosines = singularValues(products)
  const sines = singularValues(q.clone().sub(p.mmul(products))).reverse()
  return cosines.map((cosine, i) => {
    const angle =
      cosine ** 2 > 1 / 2 ? Math.asin(Math.min(1, sines[i]!)) : Math.acos(Math.min(1, cosine))
    return (angle * 180) / Math.PI
  })
}

function requireVectors(set: unknown, name: string): void {
  if (!isList(set))
    throw new RangeError(`${name}: expected a list of vectors, got ${described(set)}`)
  for (let i = 0; i < set.length; i++) requireNumbers(set[i], `${name}[${i}]`, 'finite')
}

const columns = (vectors: readonly Float64Array[]): Matrix =>
  new Matrix(vectors as unknown as number[][]).transpose()

/** Falling. */
function singularValues(matrix: Matrix): number[] {
  return new SingularValueDecomposition(matrix, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  }).diagonal.slice()
}
