import { constant, type Tensor } from '../../graph/tensor.ts'

/** Points of a piecewise linear function, x increasing. */
export interface Points {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/**
 * A piecewise linear function for each column of `[B, n]`, of type `double`, with its end slopes beyond the ends; NaN stays
 * NaN. The same as on the host (`model-cells.ts`).
 */
export function piecewise(functions: readonly Points[], at: Tensor): Tensor {
  const flat = (of: (points: Points) => readonly number[]) => {
    const values = functions.flatMap((points) => [...of(points)])
    return constant(values, [values.length], 'double')
  }
  // Behind the inner points of each column NaN, which no number has passed.
  const inner = functions.map(({ x }) => x.slice(1, -1))
  const most = Math.max(...inner.map((x) => x.length))
  const padded = inner.flatMap((x) => [
    ...x,
    ...new Array<number>(most - x.length).fill(Number.NaN),
  ])
  const knots = constant(padded, [functions.length, most], 'double')
  const value = at.unsqueeze(2)
  const passed = knots.less(value).or(knots.equal(value)) // [B, n, most]
  let start = 0
  const starts = functions.map(({ x }) => {
    const own = start
    start += x.length - 1
    return own
  })
  const piece = passed
    .cast('float')
    .sum([2])
    .cast('int64')
    .add(constant(starts, [starts.length], 'int64'))
  // Of each piece its beginning and its length.
  const part = (of: (points: Points) => readonly number[]) => flat(of).gather(piece)
  const share = at.sub(part(({ x }) => x.slice(0, -1))).div(part(({ x }) => lengths(x)))
  return part(({ y }) => y.slice(0, -1)).add(share.mul(part(({ y }) => lengths(y))))
}

const lengths = (ends: readonly number[]): number[] => ends.slice(1).map((end, i) => end - ends[i]!)
