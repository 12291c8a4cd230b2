import { computed } from '@preact/signals'
import type { TableCells } from '../../../protocol/api.ts'
import { text } from '../../../text/text.ts'
import { useAsked } from '../../asked.ts'
import { session } from '../../session.ts'
import { model } from '../../state.ts'
import '../cell-table.css'
import { columnText } from '../cells.ts'
import { fewExamples } from '../chosen-examples.ts'
import { nameOf } from '../example-name.ts'
import { inspected, labelsOf } from '../explore-state.ts'
import { joinedRows } from '../rows.ts'
import { rowCorruption, seed, strengths } from './corruption-choice.ts'
import './restored-row.css'

/** Rows among which values are swapped. */
const others = fewExamples(64)

/** The example at the place that is looked at, or else one of the data. */
const place = computed(() => inspected.value?.place ?? others.value[0])

/** A row of a table, what is left of it by a corruption, and what the model makes of that. */
export function RestoredRow() {
  const texts = text.value.explore.denoise
  const found = useAsked(() => {
    const own = place.value
    if (own === undefined) return undefined
    const places = Int32Array.of(own, ...others.value.filter((other) => other !== own))
    const label = labelsOf([own])?.[0]
    const { dimension } = model.value!
    const by = rowCorruption.value
    const [strength, draw] = [strengths.value[by], seed.value]
    return async () => {
      const clean = await session.examples(places)
      const noisy = (await session.corrupt(clean, `${by}:${strength}`, draw)).slice(0, dimension)
      // Not `reconstruct`, which leaves gaps where the row has some: here they are to be filled.
      const restored = await session.decode(await session.encode(noisy, label), label)
      const three = [clean.subarray(0, dimension), noisy, restored]
      return { place: own, cells: await session.rows(joinedRows(three)) }
    }
  })
  if (!found.value) return null
  const [clean, noisy, restored] = found.value.cells as [TableCells, TableCells, TableCells]
  return (
    <>
      <p class="small quiet">{texts.ofPointed}</p>
      <h3>{nameOf(found.value.place)}</h3>
      <table class="cell-table restored-row small">
        <thead>
          <tr>
            <th scope="col">{text.value.explore.inspector.column}</th>
            <th scope="col">{texts.rows.clean}</th>
            <th scope="col">{texts.rows.noisy}</th>
            <th scope="col">{text.value.explore.inspector.reconstruction}</th>
          </tr>
        </thead>
        <tbody class="number">
          {model.value?.columns?.map((column, i) => (
            <Cells key={column} {...{ column, clean, noisy, restored, i }} />
          ))}
        </tbody>
      </table>
      <p class="small quiet">{texts.changed}</p>
    </>
  )
}

interface CellsProps {
  readonly column: string
  readonly clean: TableCells
  readonly noisy: TableCells
  readonly restored: TableCells
  readonly i: number
}

function Cells({ column, clean, noisy, restored, i }: CellsProps) {
  const isChanged = noisy[i] !== clean[i]
  const noisyText = columnText(column, noisy[i])
  return (
    <tr>
      <th scope="row">{column}</th>
      <td>{columnText(column, clean[i])}</td>
      <td>{isChanged ? <mark>{noisyText}</mark> : noisyText}</td>
      <td>{columnText(column, restored[i])}</td>
    </tr>
  )
}
