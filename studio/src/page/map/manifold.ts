import { latest } from '../latest.ts'
import { cellsFromTheMiddle, type Lattice, latticeOver, middleOf, stepOf } from './lattice.ts'
import { clearBeneath, drawSheet, newSheet, type Sheet, takeCells } from './manifold-sheet.ts'
import { boundsOf, type Size, type View } from './view.ts'

/** What cells show: pictures, or a colour for a number. */
export interface CellPainter {
  /** The least pixels of a cell on the screen. */
  readonly least: number
  /** Pixels of a cell on its sheet. */
  readonly cell: Size
  isSmooth(): boolean
  /** Names what is asked for: cells with another question are no longer true. */
  readonly question: string
  /** Decodes codes, and draws the cells on the sheet. */
  paint(
    sheet: Sheet,
    cells: Int32Array,
    places: readonly (readonly [number, number])[],
  ): Promise<void>
}

/** Milliseconds that one asking should take, and all before cells of four times the side come first. */
const ONE_ASKING = 90
const SLOW = 350
const MOST_AT_ONCE = 512
/** While a model trains, an answer waits for it, however little is asked. */
const LEAST_AT_ONCE = 48

/** The decoded plane under the points. */
export interface Manifold {
  /** Asks for what a view shows; the newest view counts. */
  show(view: View, size: Size, painter: CellPainter): Promise<void>
  draw(context: CanvasRenderingContext2D, view: View, size: Size): void
  clear(): void
}

/** @param changed is called when there is something new to draw */
export function createManifold(changed: () => void): Manifold {
  let sheet: Sheet | undefined
  let beneath: Sheet | undefined
  let isSmooth = () => false
  let cellsPerMs = 0.2
  let wanted: Lattice | undefined
  let clearings = 0

  const fill = async (target: Sheet, painter: CellPainter) => {
    const then = clearings
    const cells = cellsFromTheMiddle(target.lattice).filter((cell) => !target.has[cell])
    for (let from = 0; from < cells.length; ) {
      if (wanted && !isSame(wanted, target.lattice) && target === sheet) return
      const count = Math.min(
        MOST_AT_ONCE,
        Math.max(LEAST_AT_ONCE, Math.round(cellsPerMs * ONE_ASKING)),
      )
      const some = cells.subarray(from, from + count)
      const began = performance.now()
      await painter.paint(
        target,
        some,
        Array.from(some, (cell) => middleOf(target.lattice, cell)),
      )
      if (clearings > then) return
      cellsPerMs = some.length / Math.max(1, performance.now() - began)
      for (const cell of some) target.has[cell] = 1
      from += some.length
      changed()
    }
  }

  const refresh = latest(async (lattice: Lattice, painter: CellPainter) => {
    if (
      sheet &&
      isSame(sheet.lattice, lattice) &&
      sheet.question === painter.question &&
      sheet.has.every(Boolean)
    )
      return
    const then = clearings
    const next = newSheet(lattice, painter.cell, painter.question)
    takeCells(next, sheet)
    if (sheet?.has.some(Boolean)) beneath = sheet
    isSmooth = painter.isSmooth
    const missing = next.has.reduce((sum, has) => sum + 1 - has, 0)
    if (missing / cellsPerMs > SLOW && sheet?.lattice.step !== lattice.step) {
      beneath = newSheet(coarser(lattice), painter.cell, painter.question)
      await fill(beneath, painter)
    }
    if (clearings > then) return
    sheet = next
    await fill(next, painter)
    if (next.has.every(Boolean)) beneath = undefined
    changed()
  })

  return {
    show(view, size, painter) {
      wanted = latticeOver(boundsOf(view, size), stepOf(view.unit, painter.least))
      return refresh(wanted, painter)
    },
    draw(context, view, size) {
      if (beneath) drawSheet(context, beneath, view, size, isSmooth())
      if (beneath && sheet) clearBeneath(context, sheet, view, size)
      if (sheet) drawSheet(context, sheet, view, size, isSmooth())
    },
    clear() {
      clearings++
      sheet = undefined
      beneath = undefined
      changed()
    },
  }
}

/** Cells of four times the side that cover the same. */
const coarser = ({ step, column, row, columns, rows }: Lattice): Lattice =>
  latticeOver(
    {
      left: column * step,
      right: (column + columns) * step,
      bottom: row * step,
      top: (row + rows) * step,
    },
    4 * step,
  )

const isSame = (a: Lattice, b: Lattice): boolean =>
  a.step === b.step &&
  a.column === b.column &&
  a.row === b.row &&
  a.columns === b.columns &&
  a.rows === b.rows
