import type { TableColumn } from '../../distributions/columns/column.ts'
import { picked } from '../../distributions/picked.ts'
import { concat, constant, scalar, type Tensor } from '../../graph/tensor.ts'
import { piecewise } from './piecewise.ts'
import { positionsOf, unseenIndex } from './positions.ts'

/** How the numbers of a column become cells, and back: all in float64. */
interface Conversion {
  readonly takes: (column: TableColumn) => boolean
  readonly toCells: (columns: readonly TableColumn[], x: Tensor) => Tensor
  readonly toValues: (columns: readonly TableColumn[], cells: Tensor) => Tensor
}

const each = (columns: readonly TableColumn[], of: (column: TableColumn) => number) =>
  constant(columns.map(of), [columns.length], 'double')

const standardised = (columns: readonly TableColumn[], x: Tensor) =>
  x.sub(each(columns, ({ centre }) => centre)).div(each(columns, ({ scale }) => scale))

const original = (columns: readonly TableColumn[], cells: Tensor) =>
  cells.mul(each(columns, ({ scale }) => scale)).add(each(columns, ({ centre }) => centre))

const isReal = ({ kind }: TableColumn) => kind === 'numeric' || kind === 'datetime'

/** As `cellOf` and `valueOfCell` do on the host. */
const conversions: readonly Conversion[] = [
  {
    takes: (column) => isReal(column) && !column.knots,
    toCells: standardised,
    toValues: original,
  },
  {
    takes: (column) => isReal(column) && column.knots !== undefined,
    toCells: (columns, x) =>
      piecewise(
        columns.map(({ knots }) => knots!),
        x,
      ),
    toValues: (columns, cells) =>
      piecewise(
        columns.map(({ knots }) => ({ x: knots!.y, y: knots!.x })),
        cells,
      ),
  },
  {
    takes: ({ kind }) => kind === 'positive',
    toCells: (columns, x) => standardised(columns, x.log()),
    toValues: (columns, cells) => original(columns, cells).exp(),
  },
  { takes: ({ kind }) => kind === 'count', toCells: (_, x) => x, toValues: (_, cells) => cells },
]

/** What a table's graphs take for each row. */
export interface RowTensors {
  /** `double` `[B, N]`. */
  readonly numbers?: Tensor | undefined
  /** `int64` `[B, M]`. */
  readonly categories?: Tensor | undefined
}

/** Applies a conversion to the columns of `[B, n]` that it takes, which are `indices` of the table. */
function convert(
  columns: readonly TableColumn[],
  indices: readonly number[],
  x: Tensor,
  direction: 'toCells' | 'toValues',
): Tensor {
  const order: number[] = []
  const parts = conversions.flatMap((conversion) => {
    const own = indices.flatMap((i, at) => (conversion.takes(columns[i]!) ? [at] : []))
    if (own.length === 0) return []
    order.push(...own)
    return [
      conversion[direction](
        own.map((at) => columns[indices[at]!]!),
        picked(x, own),
      ),
    ]
  })
  return picked(
    concat(parts, 1),
    indices.map((_, at) => order.indexOf(at)),
  )
}

/**
 * The cells `[B, C]` that a model sees of a row, `float`, as `TableColumn` defines them.
 *
 * @param mask `bool` `[B, C]`, false where a value is missing: its cell is NaN
 */
export function cellsOfRow(
  columns: readonly TableColumn[],
  { numbers, categories }: RowTensors,
  mask: Tensor,
): Tensor {
  const positions = positionsOf(columns)
  const parts: Tensor[] = []
  if (numbers) parts.push(convert(columns, positions.numbers, numbers, 'toCells').cast('float'))
  if (categories)
    parts.push(
      cellsOfCategories(
        positions.categories.map((i) => columns[i]!),
        categories,
      ),
    )
  const order = [...positions.numbers, ...positions.categories]
  const cells = picked(
    concat(parts, 1),
    columns.map((_, i) => order.indexOf(i)),
  )
  return mask.select(cells, scalar(Number.NaN))
}

/** An index that the column does not have stands for a category that training has not seen; a binary column has no cell for it. */
function cellsOfCategories(columns: readonly TableColumn[], categories: Tensor): Tensor {
  const sizes = constant(columns.map(unseenIndex), [columns.length], 'int64')
  const isKnown = categories.less(sizes).and(categories.less(0).not())
  const others = constant(
    columns.map((column) => (column.kind === 'binary' ? Number.NaN : unseenIndex(column))),
    [columns.length],
  )
  return isKnown.select(categories.cast('float'), others)
}

/**
 * The inverse of `cellsOfRow`: of a cell without a value, which no decoder gives, the number is NaN and the index -1.
 */
export function rowOfCells(columns: readonly TableColumn[], cells: Tensor): RowTensors {
  const positions = positionsOf(columns)
  const numbers = () =>
    convert(columns, positions.numbers, picked(cells, positions.numbers).cast('double'), 'toValues')
  const categories = () => {
    const own = picked(cells, positions.categories)
    // What a NaN becomes as an integer depends on the processor.
    return own.equal(own).select(own.add(0.5).floor(), -1).cast('int64')
  }
  return {
    ...(positions.numbers.length > 0 && { numbers: numbers() }),
    ...(positions.categories.length > 0 && { categories: categories() }),
  }
}
