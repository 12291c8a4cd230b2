import type { BuiltModel } from '../../train/build.ts'
import { comparedColumns } from './compared.ts'
import { comparedExpression } from './compared-expression.ts'
import { type ScoreExpression, sumsByColumn } from './score-expression.ts'

/** The score of `reconstructionScorer` as expressions. */
export function reconstructionExpression(model: BuiltModel): ScoreExpression {
  const columns = comparedColumns({ model })
  return (x, mode) => {
    const { given, restored } = comparedExpression(model, x, mode)
    const squares = given.sub(restored).square()
    return {
      score: squares.sum([1]),
      shares: sumsByColumn(squares, columns, model.info.dimension),
    }
  }
}
