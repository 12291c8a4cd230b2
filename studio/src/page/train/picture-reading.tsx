import { text } from '../../text/text.ts'
import { Hint } from './hint.tsx'
import { correct, corrections, isOfPictureFiles } from './opening.ts'

/** How files of pictures become examples: their size and colour. */
export function PictureReading() {
  const { saw } = text.value.train
  if (!isOfPictureFiles.value) return null
  const { size = '', colour = '' } = corrections.value
  return (
    <details>
      <summary>{saw.reread}</summary>
      <Hint text={saw.sizeHint}>
        {(id) => (
          <label class="saw-field">
            {saw.size}
            <input
              aria-describedby={id}
              value={size}
              placeholder="28"
              onChange={({ currentTarget }) =>
                void correct({ size: currentTarget.value.trim() || undefined })
              }
            />
          </label>
        )}
      </Hint>
      <label class="saw-field">
        {saw.colour}
        <select
          value={colour}
          onChange={({ currentTarget }) =>
            void correct({ colour: currentTarget.value || undefined })
          }
        >
          <option value="">{saw.colours.auto}</option>
          <option value="grey">{saw.colours.grey}</option>
          <option value="rgb">{saw.colours.rgb}</option>
        </select>
      </label>
    </details>
  )
}
