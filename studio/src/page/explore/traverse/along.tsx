import { useSignalEffect } from '@preact/signals'
import type { PictureMeasures } from '../../../protocol/api.ts'
import { shown, text } from '../../../text/text.ts'
import { useAsked } from '../../asked.ts'
import { PictureStrip } from '../../parts/picture-strip.tsx'
import { SmallLine } from '../../parts/small-line.tsx'
import { session } from '../../session.ts'
import { model, path } from '../../state.ts'
import { ColumnLines } from '../column-lines.tsx'
import { fileName, labelNow, latents, pictureShape } from '../explore-state.ts'
import { everyNth } from '../rows.ts'
import { codesAlong, rangeOf, SHOWN_EVERY } from './range.ts'
import { dimension, hasMoved, traversed } from './traversal.ts'

/** What one dimension does: decodings along it, and what is measured in them. */
export function Along() {
  const texts = text.value.explore.traverse
  const along = useAsked(() => {
    const code = traversed.value
    const index = dimension.value
    if (!code) return undefined
    const range = rangeOf(latents.value, index, code[index]!)
    const label = labelNow()
    const shape = pictureShape.value
    return async () => {
      const values = await session.decode(codesAlong(code, index, range), label)
      return shape
        ? { index, range, values, measures: await session.measures(values) }
        : { index, range, values, rows: await session.rows(values) }
    }
  })
  usePathOnMap()
  const found = along.value
  if (!found) return null
  const [low, high] = found.range
  const value = traversed.value?.[found.index] ?? low
  const at = high > low ? (value - low) / (high - low) : 0
  const shape = pictureShape.value
  const name = `z${found.index + 1}`
  return (
    <div class={shape ? 'traverse-along' : 'traverse-along traverse-along-table'}>
      {shape && (
        <PictureStrip
          title={texts.along(name, shown.value.one(low), shown.value.one(high))}
          values={everyNth(found.values, model.value!.dimension, SHOWN_EVERY)}
          shape={shape}
          name={fileName(`traversal ${name}`)}
        />
      )}
      {found.measures && <Measures measures={found.measures} at={at} name={name} />}
      {found.rows && (
        <>
          <h3>{texts.columnsAlong(name)}</h3>
          <ColumnLines rows={found.rows} at={at} name={`traversal ${name}`} />
        </>
      )}
    </div>
  )
}

/** Shows on the map along which line a slider moves, once one was moved. */
function usePathOnMap(): void {
  useSignalEffect(() => {
    const code = hasMoved.value ? traversed.value : undefined
    const index = dimension.value
    const [low, high] = code ? rangeOf(latents.value, index, code[index]!) : [0, 1]
    path.value = code && {
      codes: codesAlong(code, index, [low, high]),
      at: (code[index]! - low) / (high - low),
    }
    return () => {
      path.value = undefined
    }
  })
}

interface MeasuresProps {
  readonly measures: readonly PictureMeasures[]
  readonly at: number
  readonly name: string
}

function Measures({ measures, at, name }: MeasuresProps) {
  const texts = text.value.explore.traverse.measures
  const kinds = [
    { kind: 'thickness', unit: ' px' },
    { kind: 'slant', unit: '°' },
    { kind: 'width', unit: ' px' },
  ] as const
  return (
    <div class="traverse-lines">
      {kinds.map(({ kind, unit }) => (
        <SmallLine
          key={kind}
          title={texts[kind]}
          values={measures.map((measured) => measured[kind])}
          at={at}
          shown={shown.value.one}
          unit={unit}
          name={fileName(`${kind} ${name}`)}
        />
      ))}
    </div>
  )
}
