import { signal } from '@preact/signals'
import { text } from '../../../text/text.ts'
import { useAsked } from '../../asked.ts'
import { PictureStrip } from '../../parts/picture-strip.tsx'
import { session } from '../../session.ts'
import { model } from '../../state.ts'
import { fileName, pictureShape } from '../explore-state.ts'
import { joinedRows } from '../rows.ts'
import { SeedStepper } from '../seed-stepper.tsx'
import { RowTable } from './row-table.tsx'

const seed = signal(0)
/** Which class is drawn; undefined for a row of each. */
const only = signal<number | undefined>(undefined)

/** In a row of pictures, and without classes as many rows. */
const ACROSS = 8
/** Of a table. */
const ROWS = 10

/** New examples, decoded from codes drawn from the prior. */
export function Samples() {
  const texts = text.value.explore.samples
  const { can, classes } = model.value!
  return (
    <div class="explore-panel">
      <p class="small quiet">{texts.what}</p>
      <SeedStepper seed={seed} label={texts.again} />
      {can.labels && classes && (
        <label class="explore-row">
          <span class="small quiet">{texts.ofClass}</span>
          <select
            value={String(only.value ?? '')}
            onChange={({ currentTarget }) => {
              only.value = currentTarget.value === '' ? undefined : Number(currentTarget.value)
            }}
          >
            <option value="">{texts.each}</option>
            {classes.map(({ label, name }) => (
              <option key={label} value={String(label)}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <Drawn />
    </div>
  )
}

function Drawn() {
  const texts = text.value.explore.samples
  const drawn = useAsked(() => {
    const { can, classes, picture } = model.value!
    const [draw, label] = [seed.value, only.value]
    const each = can.labels && label === undefined ? classes : undefined
    const count = picture ? ACROSS * (can.labels && each ? 1 : ACROSS) : ROWS
    return async () => {
      const parts = each
        ? await Promise.all(each.map(({ label }) => session.sample(count, draw, label)))
        : [await session.sample(count, draw, can.labels ? label : undefined)]
      const values = joinedRows(parts)
      return { values, rows: picture ? undefined : await session.rows(values) }
    }
  })
  const shape = pictureShape.value
  if (!drawn.value) return null
  const { values, rows } = drawn.value
  if (rows) return <RowTable rows={rows} />
  return (
    <PictureStrip
      title={texts.grid}
      values={values}
      shape={shape!}
      columns={ACROSS}
      name={fileName(`samples ${seed.value}`)}
    />
  )
}
