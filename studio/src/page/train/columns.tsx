import { useSignal } from '@preact/signals'
import type { ColumnSummary } from '../../protocol/api.ts'
import { shown, text } from '../../text/text.ts'
import { kindNow, withKind } from './column-kinds.ts'
import { Hint } from './hint.tsx'
import { correct, corrections } from './opening.ts'

/** More columns than this are shown when they are asked for. */
const FEW = 12

/** The columns of a table: what each is taken for, which can be corrected in place, and what training does with it. */
export function Columns({ columns }: { readonly columns: readonly ColumnSummary[] }) {
  const { saw } = text.value.train
  const isWhole = useSignal(false)
  const some = isWhole.value || columns.length <= FEW + 2 ? columns : columns.slice(0, FEW)
  return (
    <>
      <table class="saw-columns">
        <thead>
          <tr>
            <th scope="col">
              {saw.column}, {saw.values.toLocaleLowerCase()}
            </th>
            <th scope="col">{saw.kind}</th>
          </tr>
        </thead>
        <tbody>
          {some.map((column) => (
            <Column key={column.name} column={column} />
          ))}
        </tbody>
      </table>
      {some.length < columns.length && (
        <button
          type="button"
          class="plain small"
          onClick={() => {
            isWhole.value = true
          }}
        >
          {saw.allColumns(shown.value.whole(columns.length))}
        </button>
      )}
    </>
  )
}

function Column({ column }: { readonly column: ColumnSummary }) {
  const { saw } = text.value.train
  const { library } = text.value
  const { name, kinds, reason, treatment } = column
  const kind = kindNow(column, corrections.value)
  const all = kinds.includes(kind) ? kinds : [kind, ...kinds]
  const isLeftOut = kind === 'ignore' || kind === 'skip'
  return (
    <tr class={isLeftOut ? 'saw-left-out' : ''}>
      <td>
        <span title={name}>{name}</span>
        <span class="small quiet number">{valuesOf(column)}</span>
      </td>
      <td>
        <Hint
          text={[library.reason(reason) ?? reason, library.treatment(treatment) ?? treatment].join(
            ' ',
          )}
        >
          {(id) => (
            <select
              aria-label={saw.kindOf(name)}
              aria-describedby={id}
              value={kind}
              onChange={({ currentTarget }) =>
                void correct(
                  withKind(name, currentTarget.value, corrections.value, kind === 'label'),
                )
              }
            >
              {all.map((other) => (
                <option key={other} value={other}>
                  {saw.kinds[other] ?? other}
                </option>
              ))}
            </select>
          )}
        </Hint>
      </td>
    </tr>
  )
}

/** `2.7 – 6.3, 2 missing`; of categories a few of them. */
function valuesOf({ range, examples, distinct, missing }: ColumnSummary): string {
  const { saw } = text.value.train
  const { whole } = shown.value
  const values = range
    ? range.map(rounded).join(' – ')
    : examples.length > 0
      ? examples.slice(0, 4).join(', ')
      : saw.distinct(whole(distinct))
  return missing > 0 ? `${values}; ${saw.missing(whole(missing))}` : values
}

const rounded = (value: number | string): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(4))) : value
