import type { Figure } from '../../report/html.ts'
import { aroundGrey, encodePng, imageGrid } from '../../report/pixels.ts'
import { type Floats, hostTensor, rowsBetween } from '../../tensor/host.ts'
import { stackedRows } from './rows.ts'

type FigureText = Pick<Figure, 'name' | 'alt' | 'caption'>

const SIDE = [28, 28] as const

/** Digits in rows, each the first `columns` of an array `[n, 784]`. */
export function digitRows(rows: readonly Floats[], columns: number, text: FigureText): Figure {
  return digitGrid(stackedRows(rows.map((row) => rowsBetween(row, 0, columns))), columns, text)
}

/** Digits `[n, 784]` in rows of `columns`. */
export function digitGrid({ data }: Floats, columns: number, text: FigureText): Figure {
  return { kind: 'png', ...text, bytes: encodePng(imageGrid(data, SIDE, { columns })) }
}

/** Filters `[n, …]` of digits, each scaled around grey. */
export function filterGrid({ data }: Floats, columns: number, text: FigureText): Figure {
  const levels = aroundGrey(data, SIDE[0] * SIDE[1])
  return digitGrid(hostTensor('float32', [levels.length], levels), columns, text)
}
