import { shortened } from '../../tensor/described.ts'
import { grouped } from '../../tensor/numbers.ts'
import { isMissing, type MissingMarks, numberOf, textOf } from './cells.ts'
import type { Cell, RecordBatch } from './records.ts'

/** Columns that are left out because the first rows of a table hold one value each, or none. */
export interface LeftOut {
  /** How many rows were looked at. */
  readonly rows: number
  /** The one value of each column as text; undefined where all are missing. */
  readonly values: ReadonlyMap<string, string | undefined>
}

/** Looks in later rows for other values of such columns. */
export interface LeftOutCheck {
  add(batch: RecordBatch): void
  /** A sentence for each column that varies. */
  notes(): string[]
}

/** A check of columns that are left out: a file may be sorted by one of them. */
export function leftOutCheck(
  { rows, values }: LeftOut,
  names: readonly string[],
  marks: MissingMarks,
): LeftOutCheck {
  const open = new Map([...values].map(([name, value]) => [names.indexOf(name), value]))
  const notes: string[] = []
  const differs = (cell: Cell, value: string | undefined): boolean =>
    !isMissing(cell, marks) && textOf(cell) !== value && String(numberOf(cell)) !== value
  return {
    add({ columns, count, place }) {
      for (const [index, value] of open) {
        const cells = columns[index]!
        for (let row = 0; row < count; row++) {
          if (!differs(cells[row], value)) continue
          const first = value === undefined ? 'no value' : JSON.stringify(shortened(value))
          notes.push(
            `column ${JSON.stringify(names[index])} is left out: the first ${grouped(rows)} rows have ${first}, but ${place(row)} has ${JSON.stringify(shortened(textOf(cells[row])))}; to train on it, state its kind in a schema`,
          )
          open.delete(index)
          break
        }
      }
    },
    notes() {
      const constant = [...open].map(([index, value]) => {
        const what =
          value === undefined
            ? 'all values are missing'
            : `constant: every value is ${JSON.stringify(shortened(value))}`
        return `column ${JSON.stringify(names[index])} is left out: ${what}`
      })
      return [...notes, ...constant]
    },
  }
}
