import { text } from '../../../text/text.ts'
import { useAsked } from '../../asked.ts'
import { PictureCanvas } from '../../picture-canvas.tsx'
import { session } from '../../session.ts'
import { decodedLabel, model } from '../../state.ts'
import { inspected, pictureShape } from '../explore-state.ts'

/** For models whose decoder sees the label: the same code decoded as every class, and which class is taken elsewhere. */
export function LabelChoice() {
  const decoded = useAsked(() => {
    const shown = model.value
    const spot = inspected.value
    const classes = shown?.can.labels ? shown.classes : undefined
    if (!spot || !classes || !pictureShape.value) return undefined
    return () => Promise.all(classes.map(({ label }) => session.decode(spot.code, label)))
  })
  const { can, classes } = model.value!
  if (!can.labels || !classes) return null
  return (
    <fieldset class="label-choice">
      <legend class="small quiet">{text.value.explore.inspector.asClass}</legend>
      {classes.map(({ label, name }, i) => (
        <label key={label} title={name}>
          <input
            type="radio"
            class="hidden-label"
            name="decoded-label"
            checked={decodedLabel.value === label}
            onChange={() => {
              decodedLabel.value = label
            }}
          />
          {pictureShape.value && decoded.value?.[i] && (
            <PictureCanvas values={decoded.value[i]} shape={pictureShape.value} />
          )}
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  )
}
