import { constant, type Tensor } from '../../graph/tensor.ts'
import type { TableColumn } from './column.ts'
import { perColumn } from './layout.ts'

/**
 * log |d cell / dx| of columns with real values, for their cells `[B, n]`: added to the log-density of a cell, it
 * makes it that of x. It is -log scale, -log scale - log x for positive columns, and with a quantile mapping the logarithm of
 * its slope.
 */
export function logJacobian(columns: readonly TableColumn[], cells: Tensor): Tensor {
  const constants = perColumn(columns, (column) => {
    if (column.knots) return logSlopes(column.knots)[0]!
    return -Math.log(column.scale) - (column.kind === 'positive' ? column.centre : 0)
  })
  const terms = [constants]
  // log x = centre + scale · cell
  if (columns.some(({ kind }) => kind === 'positive'))
    terms.push(cells.mul(perColumn(columns, (c) => (c.kind === 'positive' ? -c.scale : 0))))
  if (columns.some(({ knots }) => knots)) terms.push(slopeChanges(columns, cells))
  return terms.reduce((a, b) => a.add(b))
}

type Knots = NonNullable<TableColumn['knots']>

/** The logarithm of the slope of each piece. */
const logSlopes = ({ x, y }: Knots) =>
  x.slice(1).map((next, i) => Math.log((y[i + 1]! - y[i]!) / (next - x[i]!)))

/** By how much the logarithm of the slope has changed from the first piece to that of a cell, `[B, n]`. */
function slopeChanges(columns: readonly TableColumn[], cells: Tensor): Tensor {
  // The first and the last knot begin no other slope.
  const inner = columns.map(({ knots }) => (knots ? knots.y.slice(1, -1) : []))
  const changes = columns.map(({ knots }) => {
    const slopes = knots ? logSlopes(knots) : []
    return slopes.slice(1).map((slope, i) => slope - slopes[i]!)
  })
  const most = Math.max(...inner.map((y) => y.length))
  const table = (rows: readonly (readonly number[])[], rest: number) =>
    constant(
      rows.flatMap((row) => [...row, ...new Array<number>(most - row.length).fill(rest)]),
      [columns.length, most],
    )
  const passed = cells.unsqueeze(2).less(table(inner, Infinity)).not()
  return passed.select(table(changes, 0), 0).sum([2])
}
