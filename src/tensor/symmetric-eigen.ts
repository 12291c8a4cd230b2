import { EigenvalueDecomposition, Matrix } from 'ml-matrix'

/**
 * Eigenvalues, falling, and orthonormal eigenvectors of a symmetric matrix `[n, n]`, by Householder's
 * tridiagonal form and QL iterations (Golub and Van Loan, Matrix Computations, section 8.3). Of each
 * vector the component of largest magnitude is positive. The matrix is not changed.
 */
export function symmetricEigen(
  matrix: Float64Array,
  n: number,
): { readonly values: Float64Array; readonly vectors: readonly Float64Array[] } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(n, n, matrix),
    { assumeSymmetric: true },
  )
  const falling = realEigenvalues.map((_, k) => k).reverse()
  return {
    values: Float64Array.from(falling, (k) => realEigenvalues[k]!),
    vectors: falling.map((k) => pointed(Float64Array.from(eigenvectorMatrix.getColumn(k)))),
  }
}

/** A vector or its opposite: the one whose component of largest magnitude, the first such, is positive. */
export function pointed(vector: Float64Array): Float64Array {
  const largest = vector.reduce(
    (most, value) => (Math.abs(value) > Math.abs(most) ? value : most),
    0,
  )
  return largest < 0 ? vector.map((value) => -value) : vector
}
