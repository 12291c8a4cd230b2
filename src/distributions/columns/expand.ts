import { concat, constant, type Tensor } from '../../graph/tensor.ts'
import { oneOf } from '../choices.ts'
import { picked } from '../picked.ts'
import type { TableColumn } from './column.ts'
import { categoriesOf, layoutOf, perColumn } from './layout.ts'

/** In days. A year is that of the Gregorian calendar. */
const periods = { day: 1, week: 7, year: 365.2425 } as const

interface Cycle {
  readonly column: number
  readonly period: number
}

/**
 * The periods of a datetime column that an encoder sees as sine and cosine: those that the training values span at least
 * twice; the day only if the smallest or the largest value is not at midnight. A column that is mapped by quantiles has
 * none, since its cells are not linear in time.
 */
export function cyclesOf({ kind, range, knots }: TableColumn): (keyof typeof periods)[] {
  if (kind !== 'datetime' || knots) return []
  const [low, high] = range ?? [0.5, Infinity]
  const names = ['day', 'week', 'year'] as const
  return names.filter((name) => {
    if (name === 'day' && Number.isInteger(low) && Number.isInteger(high)) return false
    return high - low >= 2 * periods[name]
  })
}

type Encoding = 'real' | 'count' | 'binary' | 'categories'

const encodings: Readonly<Record<TableColumn['kind'], Encoding>> = {
  numeric: 'real',
  positive: 'real',
  datetime: 'real',
  count: 'count',
  binary: 'binary',
  categorical: 'categories',
  ordinal: 'categories',
}

function partsOf(columns: readonly TableColumn[]) {
  const indices: Record<Encoding, number[]> = { real: [], count: [], binary: [], categories: [] }
  columns.forEach((column, i) => {
    indices[encodings[column.kind]].push(i)
  })
  // As a decoder's outputs, so that tied weights are of the same column on both sides.
  const { order } = layoutOf(columns)
  for (const numbers of [indices.real, indices.count])
    numbers.sort((a, b) => order.indexOf(a) - order.indexOf(b))
  const cycles = columns.flatMap((column, i) =>
    cyclesOf(column).map((name): Cycle => ({ column: i, period: periods[name] })),
  )
  const gaps = columns.flatMap(({ gaps }, i) => (gaps ? [i] : []))
  return { ...indices, cycles, gaps }
}

/** The column that each place of `expand` shows, but for masks. */
export function shownColumns(columns: readonly TableColumn[]): number[] {
  const { real, count, binary, categories, cycles } = partsOf(columns)
  const turning = cycles.map(({ column }) => column)
  const blocks = categories.flatMap((i) => new Array<number>(shown(columns[i]!)).fill(i))
  return [...real, ...count, ...binary, ...turning, ...turning, ...blocks]
}

/** How many categories `expand` shows of a column: one more than it has, for those that training has not seen. */
const shown = (column: TableColumn) => categoriesOf(column) + 1

/** E, the number of values that an encoder sees of a row. */
export function expandedWidth(columns: readonly TableColumn[]): number {
  const { real, count, binary, categories, cycles, gaps } = partsOf(columns)
  const single = real.length + count.length + binary.length
  const places = categories.reduce((sum, i) => sum + shown(columns[i]!), 0)
  return single + 2 * cycles.length + places + gaps.length
}

/**
 * What an encoder sees of cells `[B, C]`: `[B, E]`. A missing cell is 0 in all its places, and columns with gaps have a
 * mask besides, 1 where there is a value (Nazábal et al. 2020, Handling incomplete heterogeneous data using VAEs;
 * Mattei and Frellsen 2019, MIWAE). In this order:
 * - numeric, positive and datetime columns: the cell; those that are Student-t last
 * - counts: `(log(1 + x) - centre) / scale`; those that are Poisson last
 * - binary columns: -1 or 1
 * - datetime columns: sine, then cosine of their `cyclesOf`
 * - categorical and ordinal columns: K + 1 places, the last for a category that training has not seen
 * - the mask of each column with gaps
 */
export function expand(columns: readonly TableColumn[], cells: Tensor): Tensor {
  const { real, count, binary, categories, cycles, gaps } = partsOf(columns)
  const of = (indices: readonly number[]) => indices.map((i) => columns[i]!)
  // NaN differs from itself. It is replaced before any arithmetic, whose gradient would be NaN as well.
  const known = cells.equal(cells)
  const values = known.select(cells, 0)
  const present = (indices: readonly number[], x: Tensor) => picked(known, indices).select(x, 0)
  const parts: Tensor[] = []
  if (real.length > 0) parts.push(picked(values, real))
  if (count.length > 0) {
    const centre = perColumn(of(count), (column) => column.centre)
    const scale = perColumn(of(count), (column) => column.scale)
    parts.push(present(count, picked(values, count).log1p().sub(centre).div(scale)))
  }
  if (binary.length > 0) parts.push(present(binary, picked(values, binary).mul(2).sub(1)))
  if (cycles.length > 0) parts.push(cyclic(columns, cycles, values, known))
  if (categories.length > 0)
    parts.push(oneOf(picked(cells, categories), of(categories).map(shown)).cast('float'))
  if (gaps.length > 0) parts.push(picked(known, gaps).cast('float'))
  return concat(parts, 1)
}

/**
 * Sine and cosine of datetime columns. The turns of the centre are counted in float64, so that float32 errs by the
 * rounding of the cell only: about 5 seconds where the scale is 1000 days.
 */
function cyclic(
  columns: readonly TableColumn[],
  cycles: readonly Cycle[],
  values: Tensor,
  known: Tensor,
): Tensor {
  const indices = cycles.map(({ column }) => column)
  const each = (value: (column: TableColumn, period: number) => number) =>
    constant(
      cycles.map(({ column, period }) => value(columns[column]!, period)),
      [cycles.length],
    )
  const turns = picked(values, indices)
    .mul(each(({ scale }, period) => scale / period))
    .add(each(({ centre }, period) => (centre / period) % 1))
  const angle = turns.sub(turns.floor()).mul(2 * Math.PI)
  const there = picked(known, indices)
  return concat([there.select(angle.sin(), 0), there.select(angle.cos(), 0)], 1)
}
