import type { ReadonlySignal } from '@preact/signals'
import { text } from '../../../text/text.ts'
import { useAsked } from '../../asked.ts'
import { session } from '../../session.ts'
import { model } from '../../state.ts'
import '../cell-table.css'
import { columnText } from '../cells.ts'
import { nameOf } from '../example-name.ts'
import type { InspectedExample } from './inspector.tsx'

interface DecodedRowProps {
  readonly decoded: ReadonlySignal<Float32Array | undefined>
  readonly example: ReadonlySignal<InspectedExample | undefined>
}

/** Of a table: the decoded row, column by column, beside the values of the example there. */
export function DecodedRow({ decoded, example }: DecodedRowProps) {
  const texts = text.value.explore.inspector
  const cells = useAsked(() => {
    const row = decoded.value
    const own = example.value?.own
    if (!row) return undefined
    return async () => ({
      decoded: (await session.rows(row))[0],
      own: own && (await session.rows(own))[0],
    })
  })
  const place = example.value?.place
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
    <section class="decoded-row" tabIndex={0} aria-label={texts.decoded}>
      <table class="cell-table">
        <thead>
          <tr>
            <th scope="col">{texts.column}</th>
            <th scope="col">{texts.decodedCell}</th>
            {place !== undefined && <th scope="col">{nameOf(place)}</th>}
          </tr>
        </thead>
        <tbody class="number">
          {model.value?.columns?.map((column, i) => (
            <tr key={column}>
              <th scope="row">{column}</th>
              <td>{cells.value && columnText(column, cells.value.decoded?.[i])}</td>
              {place !== undefined && (
                <td>{cells.value?.own && columnText(column, cells.value.own[i])}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
