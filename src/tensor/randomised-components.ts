import { Matrix, QrDecomposition } from 'ml-matrix'
import type { ComponentOptions, PrincipalComponents } from './components.ts'
import { stream } from './random.ts'
import { inBlocks, type RowBlock } from './row-blocks.ts'
import { columnMeans, passesOver, type RowSource } from './row-source.ts'
import { pointed, symmetricEigen } from './symmetric-eigen.ts'

/** Directions computed in addition to those asked for. */
export const OVERSAMPLING = 10

/** Number of multiplications by XᵀX; each turns the directions towards larger variances. */
export const POWER_ITERATIONS = 4

/**
 * Principal components by randomised projection, of stored numbers: without the scale. With X the centred
 * rows `[n, D]`, Q is an orthonormal basis of (XᵀX)⁴ XᵀΩ `[D, count + 10]` for a random normal Ω, made
 * orthonormal again after every XᵀX (Halko, Martinsson and Tropp 2011, algorithm 4.4, of Xᵀ), and the
 * components are the principal ones of the rows' projections XQ. X is read seven times, and nothing
 * larger than Q is formed. The faster the variances fall beyond those asked for, the more accurate the
 * directions: the angle of the last one is proportional to the ninth power of σ_{count + 11} / σ_count, where
 * σ² are the variances.
 */
export async function randomisedComponents(
  rows: RowSource,
  { count, seed = 0, ...reading }: ComponentOptions,
): Promise<PrincipalComponents> {
  const { dimension } = rows
  const tried = Math.min(count + OVERSAMPLING, dimension)
  const pass = passesOver(rows, POWER_ITERATIONS + 3, reading)
  const mean = await columnMeans(pass, rows)
  /** XᵀY `[D, tried]`; `rowsOfY` gives the rows of Y for four rows of X. */
  const productWith = async (rowsOfY: (x: RowBlock) => RowBlock): Promise<Float64Array> => {
    const product = new Float64Array(dimension * tried)
    await pass((values) =>
      inBlocks(values, dimension, mean, (x) => addProduct(product, x, rowsOfY(x))),
    )
    return product
  }

  const { normal } = stream(seed, 'principal components')
  const omega = () => Float64Array.from({ length: tried }, normal)
  let squares = 0
  const start = await productWith((x) => {
    for (const row of x) for (const value of row) squares += value ** 2
    return [omega(), omega(), omega(), omega()]
  })
  let basis = orthonormal(start, dimension)
  for (let iteration = 0; iteration < POWER_ITERATIONS; iteration++) {
    const previous = basis
    basis = orthonormal(await productWith((x) => projections(x, previous)), dimension)
  }

  const covariance = new Float64Array(tried * tried) // n times that of the rows of XQ
  await pass((values) =>
    inBlocks(values, dimension, mean, (x) => {
      const y = projections(x, basis)
      addProduct(covariance, y, y)
    }),
  )
  const { values, vectors } = symmetricEigen(covariance, tried)
  return {
    mean,
    components: vectors.slice(0, count).map((weights) => pointed(combination(basis, weights))),
    variances: values.slice(0, count).map((value) => Math.max(0, value) / rows.count),
    totalVariance: squares / rows.count,
  }
}

/** Adds XᵀY to a matrix, for four rows of each. */
function addProduct(matrix: Float64Array, x: RowBlock, [a, b, c, d]: RowBlock): void {
  const width = a.length
  for (let p = 0; p < x[0].length; p++) {
    const [xa, xb, xc, xd] = [x[0][p]!, x[1][p]!, x[2][p]!, x[3][p]!]
    const start = p * width
    for (let j = 0; j < width; j++)
      matrix[start + j]! += xa * a[j]! + xb * b[j]! + xc * c[j]! + xd * d[j]!
  }
}

/** XQ, for four rows of X. */
function projections(x: RowBlock, basis: Float64Array): RowBlock {
  const width = basis.length / x[0].length
  const [a, b, c, d] = [0, 1, 2, 3].map(() => new Float64Array(width)) as unknown as RowBlock
  for (let p = 0; p < x[0].length; p++) {
    const [xa, xb, xc, xd] = [x[0][p]!, x[1][p]!, x[2][p]!, x[3][p]!]
    const start = p * width
    for (let j = 0; j < width; j++) {
      const q = basis[start + j]!
      a[j]! += xa * q
      b[j]! += xb * q
      c[j]! += xc * q
      d[j]! += xd * q
    }
  }
  return [a, b, c, d]
}

/** Q w. */
function combination(basis: Float64Array, weights: Float64Array): Float64Array {
  const width = weights.length
  return Float64Array.from({ length: basis.length / width }, (_, p) => {
    let sum = 0
    for (let j = 0; j < width; j++) sum += basis[p * width + j]! * weights[j]!
    return sum
  })
}

/** An orthonormal basis of the columns of a matrix, by Householder's QR. */
function orthonormal(matrix: Float64Array, rows: number): Float64Array {
  const columns = matrix.length / rows
  const { orthogonalMatrix } = new QrDecomposition(Matrix.from1DArray(rows, columns, matrix))
  return Float64Array.from(orthogonalMatrix.to1DArray())
}
