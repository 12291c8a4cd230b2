import { Matrix, QrDecomposition } from 'ml-matrix'

/**
 * As many orthonormal vectors as are given; the first k span the first k of those, by Householder's QR
 * decomposition (Golub and Van Loan, Matrix Computations, section 5.2). A vector that depends on those before
 * it is replaced by some other orthogonal one. The vectors have the same length D, and there are at most D.
 */
export function orthonormalBasis(vectors: readonly ArrayLike<number>[]): Float64Array[] {
  const columns = new Matrix(vectors as number[][]).transpose() // [D, k]
  const { orthogonalMatrix } = new QrDecomposition(columns)
  return vectors.map((_, k) => Float64Array.from(orthogonalMatrix.getColumn(k)))
}
