import { useEffect, useMemo } from 'preact/hooks'
import type { PictureShape, TableCells } from '../../protocol/api.ts'
import { text } from '../../text/text.ts'
import { columnText } from '../explore/cells.ts'
import { PixelCanvas } from '../picture-canvas.tsx'
import { gridPixels } from '../pixels.ts'
import { model } from '../state.ts'
import './live.css'
import { FOLLOWED } from './followed-places.ts'
import { isFollowed, live } from './live-state.ts'

/** What the model makes of a few examples, and draws from its prior, as it learns. */
export function Live() {
  const { live: words } = text.value.train
  useEffect(() => {
    isFollowed.value = true
    return () => {
      isFollowed.value = false
    }
  }, [])
  const answers = live.value
  const shownModel = model.value
  if (!answers || !shownModel || answers.title !== shownModel.title) return null
  const { inputs, outputs, samples, rows } = answers
  const { picture, columns } = shownModel
  return (
    <div class="live">
      {picture && inputs && outputs && (
        <Strip title={words.inputs} rows={[inputs, outputs]} shape={picture} />
      )}
      {picture && samples && <Strip title={words.samples} rows={[samples]} shape={picture} />}
      {columns && rows && <Rows columns={columns} {...rows} />}
    </div>
  )
}

interface StripProps {
  readonly title: string
  readonly rows: readonly Float32Array[]
  readonly shape: PictureShape
}

function Strip({ title, rows, shape }: StripProps) {
  const pixels = useMemo(() => {
    const all = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0))
    let at = 0
    for (const row of rows) {
      all.set(row, at)
      at += row.length
    }
    return gridPixels(all, shape, { columns: FOLLOWED, gap: Math.ceil(shape.width / 20) })
  }, [...rows, shape])
  return (
    <figure>
      <figcaption class="small quiet">{title}</figcaption>
      <PixelCanvas pixels={pixels} label={title} />
    </figure>
  )
}

interface RowsProps {
  readonly columns: readonly string[]
  readonly inputs: readonly TableCells[]
  readonly outputs: readonly TableCells[]
}

const MOST_COLUMNS = 12

/** One row of a table, beside what the model makes of it. */
function Rows({ columns, inputs, outputs }: RowsProps) {
  const { live: words } = text.value.train
  return (
    <table class="live-rows number">
      <thead>
        <tr>
          <th scope="col">{words.column}</th>
          <th scope="col">{words.input}</th>
          <th scope="col">{words.output}</th>
        </tr>
      </thead>
      <tbody>
        {columns.slice(0, MOST_COLUMNS).map((column, i) => (
          <tr key={column}>
            <td title={column}>{column}</td>
            <td>{cell(column, inputs[0]?.[i])}</td>
            <td>{cell(column, outputs[0]?.[i])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const cell = (column: string, value: number | string | null | undefined): string =>
  value === null || value === undefined ? '–' : columnText(column, value)
