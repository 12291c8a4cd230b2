import { picked } from '../../distributions/picked.ts'
import type { Tensor } from '../../graph/tensor.ts'
import type { Mode } from '../../nn/network.ts'

/** Scores of a batch, and what adds up to each, as expressions: what an exported model computes. */
export interface ScoreTensors {
  /** `[B]`, higher for odder examples. */
  readonly score: Tensor
  /** What each column or pixel adds to it, in its unit: `[B, D]`. */
  readonly shares: Tensor
  /** What belongs to no column, `[B]`; undefined where columns add up to the score. */
  readonly code?: Tensor | undefined
}

/**
 * A score as a function of examples `[B, D]` as the network sees them, with NaN for a missing cell. B may be known only when
 * the graph runs; the mode gives the labels of a conditional model.
 */
export type ScoreExpression = (x: Tensor, mode: Mode) => ScoreTensors

/** Numbers `[B, F]` added up for each of D columns, `[B, D]`, where `columns` says whose each number is. */
export function sumsByColumn(x: Tensor, columns: readonly number[], dimension: number): Tensor {
  const places = Array.from({ length: dimension }, (_, column) =>
    columns.flatMap((own, at) => (own === column ? [at] : [])),
  )
  const most = Math.max(...places.map(({ length }) => length))
  // Columns of fewer numbers than others are filled up with a zero.
  const zero = columns.length
  const filled = places.flatMap((own) => [...own, ...Array<number>(most - own.length).fill(zero)])
  const padded = filled.includes(zero) ? x.pad(1, 0, 1) : x
  return picked(padded, filled).reshape([x.shape[0]!, dimension, most]).sum([2])
}
