import type { Reading } from '../../protocol/api.ts'
import { text } from '../../text/text.ts'
import { Hint } from './hint.tsx'
import {
  type Corrections,
  correct,
  corrections,
  correctRefused,
  isOfPictureFiles,
  refused,
} from './opening.ts'

/** How files of pictures become examples: their size and colour. */
export function PictureReading() {
  if (!isOfPictureFiles.value) return null
  return (
    <details>
      <summary>{text.value.train.saw.reread}</summary>
      <Fields reading={corrections.value} change={correct} />
    </details>
  )
}

/** The same for files that could not be read without such a choice. */
export function RefusedPictures() {
  const asked = refused.value
  if (!asked) return null
  const title = text.value.train.saw.reread
  return (
    <section class="saw-refused" aria-label={title}>
      <h3>{title}</h3>
      <Fields reading={asked.reading ?? {}} change={correctRefused} />
    </section>
  )
}

interface FieldsProps {
  readonly reading: Reading
  readonly change: (changes: Corrections) => Promise<void>
}

function Fields({ reading: { size = '', colour = '' }, change }: FieldsProps) {
  const { saw } = text.value.train
  return (
    <>
      <Hint text={saw.sizeHint}>
        {(id) => (
          <label class="saw-field">
            {saw.size}
            <input
              aria-describedby={id}
              value={size}
              placeholder="28"
              onChange={({ currentTarget }) =>
                void change({ size: currentTarget.value.trim() || undefined })
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
            void change({ colour: currentTarget.value || undefined })
          }
        >
          <option value="">{saw.colours.auto}</option>
          <option value="grey">{saw.colours.grey}</option>
          <option value="rgb">{saw.colours.rgb}</option>
        </select>
      </label>
    </>
  )
}
