import { useSignal } from '@preact/signals'
import type { TableCells } from '../../../protocol/api.ts'
import { text } from '../../../text/text.ts'
import { useAsked } from '../../asked.ts'
import { session } from '../../session.ts'
import { model } from '../../state.ts'
import { cellText, columnText } from '../cells.ts'
import { nameOf, pinPlace } from '../example-name.ts'
import { labelsOf } from '../explore-state.ts'
import { joinedRows } from '../rows.ts'
import { type ScoredExample, scoring } from './scoring.ts'

interface OddRowsProps {
  readonly threshold: number | undefined
  readonly unit: string
}

interface OddRow {
  readonly example: ScoredExample
  readonly given: TableCells
  /** What the model makes of it. */
  readonly expected: TableCells
}

/** As many rows as are read through. */
const SHOWN = 12
/** Of each row, as many columns as matter most; all of them in the row that is open. */
const COLUMNS = 3

/** Rows of a table with the highest scores: which columns add how much, and what the model expects there. */
export function OddRows({ threshold, unit }: OddRowsProps) {
  const texts = text.value.explore.anomalies
  const open = useSignal<number | undefined>(undefined)
  const rows = useAsked(() => {
    const highest = scoring.value?.highest.slice(0, SHOWN) ?? []
    return highest.length === 0 ? undefined : () => explained(highest)
  })
  return (
    <>
      <h3>{texts.highest(unit)}</h3>
      <ol class="odd-rows">
        {rows.value?.map((row) => {
          const { place, score } = row.example
          const isOpen = open.value === place
          return (
            <li key={place}>
              <button
                type="button"
                class="plain odd-row-head"
                aria-expanded={isOpen}
                onClick={() => {
                  open.value = isOpen ? undefined : place
                  pinPlace(place)
                }}
              >
                <span>{nameOf(place)}</span>
                <span
                  class={
                    threshold !== undefined && score > threshold ? 'odd-alarm number' : 'number'
                  }
                >
                  {cellText(score)}
                </span>
              </button>
              <Reasons row={row} most={isOpen ? Number.POSITIVE_INFINITY : COLUMNS} />
            </li>
          )
        })}
      </ol>
    </>
  )
}

async function explained(highest: readonly ScoredExample[]): Promise<OddRow[]> {
  const values = joinedRows(highest.map((example) => example.values))
  const labels = labelsOf(highest.map(({ place }) => place))
  const given = await session.rows(values)
  const expected = await session.rows(await session.reconstruct(values, labels))
  return highest.map((example, i) => ({
    example,
    given: given[i]!,
    expected: expected[i]!,
  }))
}

/** Columns by what they add to the score, the most first, with the value and what the model expects. */
function Reasons({ row, most }: { readonly row: OddRow; readonly most: number }) {
  const texts = text.value.explore.anomalies
  const { shares } = row.example
  const names = model.value?.columns ?? []
  const order = [...shares.keys()].sort((a, b) => shares[b]! - shares[a]!).slice(0, most)
  const widest = Math.max(...shares.map(Math.abs), 1e-9)
  return (
    <table class="odd-reasons small number">
      <caption class="hidden-label">{texts.reasons(nameOf(row.example.place))}</caption>
      <thead class="hidden-label">
        <tr>
          <th scope="col">{texts.column}</th>
          <th scope="col">{texts.share}</th>
          <th scope="col">{texts.values}</th>
        </tr>
      </thead>
      <tbody>
        {order.map((column) => (
          <tr key={column}>
            <th scope="row">{names[column]}</th>
            <td class="odd-share">
              <span
                class={shares[column]! < 0 ? 'odd-bar odd-bar-less' : 'odd-bar'}
                style={{ width: `${(60 * Math.abs(shares[column]!)) / widest}%` }}
              />
              {cellText(shares[column]!)}
            </td>
            <td>
              {columnText(names[column]!, row.given[column])}{' '}
              <span class="quiet">
                {texts.expected(columnText(names[column]!, row.expected[column]))}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
