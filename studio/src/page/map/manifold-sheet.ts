import { boundsOfLattice, type Lattice, middleOf, sameCell } from './lattice.ts'
import { pixelOf, type Size, type View } from './view.ts'

/** Decoded cells of a lattice, drawn side by side on a canvas of their own. */
export interface Sheet {
  readonly lattice: Lattice
  readonly canvas: HTMLCanvasElement
  /** Pixels of a cell. */
  readonly cell: Size
  /** Which cells are there. */
  readonly has: Uint8Array
  /** The number that each cell shows, where cells are colours of a field. */
  readonly numbers: Float32Array
  /** What the cells are answers to; others are no longer true. */
  readonly question: string
}

export function newSheet(lattice: Lattice, cell: Size, question: string): Sheet {
  const canvas = document.createElement('canvas')
  canvas.width = lattice.columns * cell.width
  canvas.height = lattice.rows * cell.height
  const count = lattice.columns * lattice.rows
  return {
    lattice,
    canvas,
    cell,
    has: new Uint8Array(count),
    numbers: new Float32Array(count),
    question,
  }
}

/** Takes over the cells that another sheet has already. */
export function takeCells(to: Sheet, from: Sheet | undefined): void {
  if (from?.question !== to.question) return
  const context = to.canvas.getContext('2d')!
  for (let cell = 0; cell < from.has.length; cell++) {
    const same = from.has[cell] ? sameCell(from.lattice, cell, to.lattice) : -1
    if (same === -1) continue
    to.has[same] = 1
    to.numbers[same] = from.numbers[cell]!
    const [x, y] = cornerOf(to, same)
    const { width, height } = to.cell
    context.drawImage(from.canvas, ...cornerOf(from, cell), width, height, x, y, width, height)
  }
}

/** Where a cell is drawn on the canvas of its sheet. */
export const cornerOf = (
  { lattice: { columns }, cell: { width, height } }: Sheet,
  cell: number,
): readonly [x: number, y: number] => [
  (cell % columns) * width,
  Math.floor(cell / columns) * height,
]

/** Draws a sheet where it lies in the view. */
export function drawSheet(
  context: CanvasRenderingContext2D,
  sheet: Sheet,
  view: View,
  size: Size,
  isSmooth: boolean,
): void {
  const { left, top, right, bottom } = boundsOfLattice(sheet.lattice)
  const [x, y] = pixelOf(view, size, [left, top])
  const [endX, endY] = pixelOf(view, size, [right, bottom])
  context.imageSmoothingEnabled = isSmooth || (endX - x) / sheet.canvas.width < 1
  context.drawImage(sheet.canvas, x, y, endX - x, endY - y)
}

/** Clears what lies beneath the cells that are there: strokes on nothing would show through each other. */
export function clearBeneath(
  context: CanvasRenderingContext2D,
  { lattice, has }: Sheet,
  view: View,
  size: Size,
): void {
  const side = lattice.step * view.unit
  for (let cell = 0; cell < has.length; cell++) {
    if (!has[cell]) continue
    const [x, y] = pixelOf(view, size, middleOf(lattice, cell))
    context.clearRect(x - side / 2, y - side / 2, side, side)
  }
}
