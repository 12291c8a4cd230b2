import type { TableCells } from '../../../protocol/api.ts'
import { text } from '../../../text/text.ts'
import { model } from '../../state.ts'
import { columnText } from '../cells.ts'
import './row-table.css'

/** Rows of a table, which may be wider than the panel. */
export function RowTable({ rows }: { readonly rows: readonly TableCells[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
    <section class="row-table" tabIndex={0} aria-label={text.value.explore.samples.grid}>
      <table class="number small">
        <thead>
          <tr>
            {model.value?.columns?.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, i) => (
            <tr key={i}>
              {model.value?.columns?.map((column, j) => (
                <td key={column}>{columnText(column, cells[j])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
