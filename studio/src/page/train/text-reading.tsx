import type { Reading } from '../../protocol/api.ts'
import { text } from '../../text/text.ts'
import { type Corrections, correct, corrections, correctRefused, isTextFile } from './opening.ts'

/** How the file of a table is divided into cells. */
export function TextReading() {
  if (!isTextFile.value) return null
  return (
    <details>
      <summary>{text.value.train.saw.file.title}</summary>
      <TextFields reading={corrections.value} change={correct} />
    </details>
  )
}

/** The same for a file that could not be read as it is. */
export function RefusedText({ reading }: { readonly reading: Reading }) {
  const { title } = text.value.train.saw.file
  return (
    <section class="saw-refused" aria-label={title}>
      <h3>{title}</h3>
      <TextFields reading={reading} change={correctRefused} />
    </section>
  )
}

/** Encodings that are offered; others may be typed. */
const encodings = ['utf-8', 'euc-kr', 'windows-1252', 'utf-16le', 'shift_jis', 'gb18030']

interface TextFieldsProps {
  readonly reading: Reading
  readonly change: (changes: Corrections) => Promise<void>
}

function TextFields({ reading, change }: TextFieldsProps) {
  const { file } = text.value.train.saw
  const typed = (name: 'separator' | 'encoding') => (event: Event) =>
    void change({ [name]: (event.currentTarget as HTMLInputElement).value.trim() || undefined })
  return (
    <>
      <label class="saw-field">
        <span>{file.encoding}</span>
        <input
          type="text"
          list="encodings"
          value={reading.encoding ?? ''}
          placeholder={file.found}
          onChange={typed('encoding')}
        />
      </label>
      <datalist id="encodings">
        {encodings.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <label class="saw-field">
        <span>{file.separator}</span>
        <input
          type="text"
          value={reading.separator ?? ''}
          placeholder={file.found}
          onChange={typed('separator')}
        />
      </label>
      <label class="saw-field">
        <span>{file.decimal}</span>
        <select
          value={reading.decimal ?? ''}
          onChange={({ currentTarget }) =>
            void change({ decimal: currentTarget.value || undefined })
          }
        >
          <option value="">{file.found}</option>
          <option value="point">{file.point}</option>
          <option value="comma">{file.comma}</option>
        </select>
      </label>
      <label class="saw-field">
        <span>{file.header}</span>
        <select
          value={reading.header === undefined ? '' : String(reading.header)}
          onChange={({ currentTarget: { value } }) =>
            void change({ header: value === '' ? undefined : value === 'true' })
          }
        >
          <option value="">{file.found}</option>
          <option value="true">{file.names}</option>
          <option value="false">{file.noNames}</option>
        </select>
      </label>
    </>
  )
}
