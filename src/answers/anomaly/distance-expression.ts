import { evenly } from '../../data/indices.ts'
import { concat, constant, iota, type Tensor } from '../../graph/tensor.ts'
import type { Floats } from '../../tensor/host.ts'
import type { BuiltModel } from '../../train/build.ts'
import { comparedColumns } from './compared.ts'
import { comparedExpression } from './compared-expression.ts'
import { NEIGHBOURS } from './distance-scorer.ts'
import { type ScoreExpression, sumsByColumn } from './score-expression.ts'

/** Of so many references by float32 products, the nearest are chosen by their distances. */
const CANDIDATES = 16

/**
 * The score of `distanceScorer` as expressions.
 *
 * @param references positions of training examples, `[n, 2 F]`, which become part of the graph
 */
export function distanceExpression(model: BuiltModel, references: Floats): ScoreExpression {
  const columns = comparedColumns({ model })
  const [count, width] = references.shape as readonly [number, number]
  const k = Math.min(NEIGHBOURS, count)
  const candidates = Math.min(CANDIDATES, count)
  // Distances are the same from anywhere; near the middle of the references, products round least.
  const middle = middleOf(references)
  const centred = references.data.map((value, at) => value - middle[at % width]!)
  const squaredNorms = Array.from({ length: count }, (_, row) =>
    centred.subarray(row * width, (row + 1) * width).reduce((sum, v) => sum + v * v, 0),
  )
  return (x, mode) => {
    const { given, restored } = comparedExpression(model, x, mode)
    const own = concat([restored, given.sub(restored)], 1).sub(constant(middle, [width])) // [B, W]
    const others = constant(centred, [count, width])
    const products = own
      .dot(others, false, true)
      .mul(-2)
      .add(constant(squaredNorms, [count]))
    const near = others.gather(products.smallest(candidates)) // [B, c, W]
    const squares = own.unsqueeze(1).sub(near).square()
    const distances = squares.sum([2]).sqrt() // [B, c]
    const weights = ranks(distances, candidates)
      .less(k - 0.5)
      .cast('float')
      .mul(1 / k) // [B, c]
    const perSquare = weights.div(distances.max(1e-30)).unsqueeze(2)
    return {
      score: distances.mul(weights).sum([1]),
      shares: sumsByColumn(
        squares.mul(perSquare).sum([1]),
        [...columns, ...columns],
        model.info.dimension,
      ),
    }
  }
}

/** The place of each element of `[B, n]` in its row when it is sorted, the first among equals first. */
function ranks(x: Tensor, n: number): Tensor {
  const [one, other] = [x.unsqueeze(2), x.unsqueeze(1)] // [B, n, 1], [B, 1, n]
  const isBefore = iota(n).unsqueeze(0).less(iota(n).unsqueeze(1)) // [n, n]
  const isLess = other.less(one).or(other.equal(one).and(isBefore))
  return isLess.cast('float').sum([2])
}

/** The median of each column over some of the rows: one outlier must not move the middle. */
function middleOf({ shape, data }: Floats): Float32Array {
  const [count, width] = shape as readonly [number, number]
  const rows = evenly(count, MIDDLE_ROWS)
  return Float32Array.from({ length: width }, (_, column) => {
    const values = Float32Array.from(rows, (row) => data[row * width + column]!).sort()
    return values[values.length >> 1]!
  })
}

const MIDDLE_ROWS = 201
