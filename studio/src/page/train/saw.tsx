import { useMemo } from 'preact/hooks'
import type { DataSummary, PictureShape } from '../../protocol/api.ts'
import { shown, text } from '../../text/text.ts'
import { PixelCanvas } from '../picture-canvas.tsx'
import { gridPixels } from '../pixels.ts'
import { Columns } from './columns.tsx'
import { Labels } from './labels.tsx'
import { data, reading } from './opening.ts'
import { ReadAgain } from './read-again.tsx'
import './saw.css'

/** What the data is taken for, which can be corrected. */
export function Saw() {
  const summary = data.value
  if (!summary) return null
  const { saw } = text.value.train
  const { whole } = shown.value
  const { name, splits, picture, columns, classes, inspected, preview, remarks } = summary
  return (
    <div class="saw" aria-busy={reading.value !== undefined}>
      <p class="saw-name">{name}</p>
      <p class="number">{sizeOf(summary)}</p>
      {classes && !columns && <p class="number">{saw.labelled(whole(classes.length))}</p>}
      <p class="small quiet number">
        {saw.splits(whole(splits.train), whole(splits.validation), whole(splits.test))}
      </p>
      {picture && <Preview values={preview} shape={picture} label={saw.first} />}
      {columns && <Columns columns={columns} />}
      {inspected !== undefined && <p class="small quiet">{saw.inspected(whole(inspected))}</p>}
      <ReadAgain />
      <Labels summary={summary} />
      {remarks.length > 0 && (
        <ul class="saw-remarks small quiet" aria-label={saw.remarks} lang="en">
          {remarks.map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

function sizeOf({ rows, picture, columns }: DataSummary): string {
  const { saw } = text.value.train
  const { whole } = shown.value
  if (picture) return saw.pictures(whole(rows), picture.width, picture.height, picture.channels)
  if (columns) return saw.table(whole(rows), whole(columns.length))
  return saw.array(whole(rows))
}

interface PreviewProps {
  readonly values: Float32Array
  readonly shape: PictureShape
  readonly label: string
}

const ACROSS = 12

function Preview({ values, shape, label }: PreviewProps) {
  const pixels = useMemo(
    () => gridPixels(values, shape, { columns: ACROSS, gap: Math.ceil(shape.width / 16) }),
    [values, shape],
  )
  return <PixelCanvas pixels={pixels} label={label} />
}
