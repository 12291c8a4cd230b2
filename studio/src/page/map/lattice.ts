import type { Bounds } from './view.ts'

/*
 * The cells that the manifold is decoded in: squares on a lattice through the origin, whose side is a power of √2. A view that
 * moves keeps its cells, and a zoom finds the next size before cells are 1.5 times as large as they should be.
 */

/** A rectangle of cells; the middle of cell `(column, row)` is at `(column + 0.5, row + 0.5) · step`. */
export interface Lattice {
  readonly step: number
  readonly column: number
  readonly row: number
  readonly columns: number
  readonly rows: number
}

/** The side, in units, of which `unit` pixels make at least `least` and less than √2 times that. */
export const stepOf = (unit: number, least: number): number =>
  2 ** (Math.ceil(2 * Math.log2(least / unit) - 1e-9) / 2)

/** The cells of a side that cover the bounds. */
export function latticeOver({ left, right, bottom, top }: Bounds, step: number): Lattice {
  const column = Math.floor(left / step)
  const row = Math.floor(bottom / step)
  return {
    step,
    column,
    row,
    columns: Math.ceil(right / step) - column,
    rows: Math.ceil(top / step) - row,
  }
}

export const boundsOfLattice = ({ step, column, row, columns, rows }: Lattice): Bounds => ({
  left: column * step,
  right: (column + columns) * step,
  bottom: row * step,
  top: (row + rows) * step,
})

/** Cells by their number, from the middle outwards; row by row from the top, a cell has number `row · columns + column`. */
export function cellsFromTheMiddle({ columns, rows }: Lattice): Int32Array {
  const distance = (cell: number) =>
    Math.hypot((cell % columns) - (columns - 1) / 2, Math.floor(cell / columns) - (rows - 1) / 2)
  return Int32Array.from({ length: columns * rows }, (_, cell) => cell).sort(
    (a, b) => distance(a) - distance(b) || a - b,
  )
}

/** The middle of a cell, in units. */
export const middleOf = (
  { step, column, row, columns, rows }: Lattice,
  cell: number,
): readonly [x: number, y: number] => [
  (column + (cell % columns) + 0.5) * step,
  (row + rows - 1 - Math.floor(cell / columns) + 0.5) * step,
]

/** The cell of one lattice that is cell `cell` of another of the same step; -1 for none. */
export function sameCell(from: Lattice, cell: number, to: Lattice): number {
  if (from.step !== to.step) return -1
  const column = from.column + (cell % from.columns) - to.column
  const row = to.row + to.rows - (from.row + from.rows - Math.floor(cell / from.columns))
  return column >= 0 && column < to.columns && row >= 0 && row < to.rows
    ? row * to.columns + column
    : -1
}
