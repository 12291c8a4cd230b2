import { Matrix, QrDecomposition } from 'ml-matrix'

/**
 * Orthonormal vectors, as many as are given, of which the first k span the first k of those: Householder's
 * QR decomposition (Golub and Van Loan, Matrix Computations, section 5.2). Where a vector depends on those
 * before it, some other at right angles stands in for it. Vectors have the same length D, and there are at
 * most D of them.
 */
export function orthonormalBasis(vectors: readonly ArrayLike<number>[]): Float64Array[] {
  const columns = new Matrix(vectors as number[][]).transpose() // [D, k]
  const { orthogonalMatrix } = new QrDecomposition(columns)
  return vectors.map((_, k) => Float64Array.from(orthogonalMatrix.getColumn(k)))
}
