import type { TableCells } from '../../protocol/api.ts'
import { SmallLine } from '../parts/small-line.tsx'
import { model } from '../state.ts'
import { cellText, columnText } from './cells.ts'
import './column-lines.css'
import { fileName } from './explore-state.ts'
import { runsOf } from './runs.ts'

interface ColumnLinesProps {
  /** Rows along something that is moved. */
  readonly rows: readonly TableCells[]
  /** Others at the same places, to compare with. */
  readonly beside?: readonly TableCells[]
  /** Where it stands, 0 to 1. */
  readonly at: number
  /** Of the files that are saved. */
  readonly name: string
}

/** What every column of a table does along something: a small line for numbers, the values one after the other for others. */
export function ColumnLines({ rows, beside, at, name }: ColumnLinesProps) {
  return (
    <div class="column-lines">
      {model.value?.columns?.map((column, i) => {
        const cells = rows.map((row) => row[i])
        if (cells.some((cell) => typeof cell === 'string'))
          return <ColumnRuns key={column} column={column} cells={cells.map(cellText)} at={at} />
        return (
          <SmallLine
            key={column}
            title={column}
            values={cells.map(numberOf)}
            beside={beside?.map((row) => numberOf(row[i]))}
            at={at}
            shown={(value) => columnText(column, value)}
            name={fileName(`${name} ${column}`)}
          />
        )
      })}
    </div>
  )
}

const numberOf = (cell: TableCells[number] | undefined): number =>
  typeof cell === 'number' ? cell : Number.NaN

interface ColumnRunsProps {
  readonly column: string
  readonly cells: readonly string[]
  readonly at: number
}

/** A column of words: how long it has which. */
function ColumnRuns({ column, cells, at }: ColumnRunsProps) {
  return (
    <div class="column-runs">
      <h3>
        {column} {cells[Math.round(at * (cells.length - 1))]}
      </h3>
      <div class="column-runs-field">
        <ol>
          {runsOf(cells).map(({ value, from, length }) => (
            <li key={from} style={{ flexGrow: length }} title={value}>
              {value}
            </li>
          ))}
        </ol>
        <span class="column-runs-at" style={{ left: `${100 * at}%` }} />
      </div>
    </div>
  )
}
