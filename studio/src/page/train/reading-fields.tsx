import { text } from '../../text/text.ts'
import { Hint } from './hint.tsx'
import type { ArrayFieldsProps, FieldsProps } from './read-again.tsx'

/** How files of pictures become examples: their size and colour. */
export function PictureFields({ reading, change }: FieldsProps) {
  const { saw } = text.value.train
  const { auto, grey, rgb } = saw.colours
  return (
    <>
      <Hint text={saw.sizeHint}>
        {(id) => (
          <Typed
            label={saw.size}
            value={reading.size}
            placeholder="28"
            describedBy={id}
            change={(size) => change({ size })}
          />
        )}
      </Hint>
      <Chosen
        label={saw.colour}
        value={reading.colour}
        usual={auto}
        choices={{ grey, rgb }}
        change={(colour) => change({ colour })}
      />
    </>
  )
}

/** Where the channels of an array of pictures are; of rows, the size of the pictures that they may be. */
export function ArrayFields({ shown, reading: { layout }, change, mustChoose }: ArrayFieldsProps) {
  const { layout: words, file } = text.value.train.saw
  const isRows = layout === undefined ? shown && !shown.picture : /\d/.test(layout)
  if (isRows)
    return (
      <Hint text={words.rowsHint}>
        {(id) => (
          <Typed
            label={words.rows}
            value={layout}
            placeholder="28x28"
            describedBy={id}
            change={(size) => change({ layout: size })}
          />
        )}
      </Hint>
    )
  return (
    <Chosen
      label={words.channels}
      value={layout}
      usual={!mustChoose ? file.found : layout === undefined ? words.choose : undefined}
      choices={{ chw: words.first, hwc: words.last }}
      change={(order) => change({ layout: order })}
    />
  )
}

/** Encodings that are offered; others may be typed. */
const encodings = ['utf-8', 'euc-kr', 'windows-1252', 'utf-16le', 'shift_jis', 'gb18030']

/** How the file of a table is divided into cells. */
export function TextFields({ reading, change }: FieldsProps) {
  const { file } = text.value.train.saw
  const { point, comma } = file
  return (
    <>
      <Typed
        label={file.encoding}
        value={reading.encoding}
        placeholder={file.found}
        list="encodings"
        change={(encoding) => change({ encoding })}
      />
      <datalist id="encodings">
        {encodings.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Typed
        label={file.separator}
        value={reading.separator}
        placeholder={file.found}
        change={(separator) => change({ separator })}
      />
      <Chosen
        label={file.decimal}
        value={reading.decimal}
        usual={file.found}
        choices={{ point, comma }}
        change={(decimal) => change({ decimal })}
      />
      <Chosen
        label={file.header}
        value={reading.header === undefined ? undefined : reading.header ? 'names' : 'noNames'}
        usual={file.found}
        choices={{ names: file.names, noNames: file.noNames }}
        change={(header) => change({ header: header && header === 'names' })}
      />
    </>
  )
}

interface TypedProps {
  readonly label: string
  readonly value: string | undefined
  readonly placeholder: string
  readonly list?: string
  readonly describedBy?: string | undefined
  readonly change: (value: string | undefined) => Promise<void>
}

function Typed({ label, value = '', placeholder, list, describedBy, change }: TypedProps) {
  return (
    <label class="saw-field">
      {label}
      <input
        type="text"
        list={list}
        aria-describedby={describedBy}
        value={value}
        placeholder={placeholder}
        onChange={({ currentTarget }) => void change(currentTarget.value.trim() || undefined)}
      />
    </label>
  )
}

interface ChosenProps<Value extends string> {
  readonly label: string
  readonly value: string | undefined
  /** What stands for no choice; undefined where there must be one. */
  readonly usual: string | undefined
  readonly choices: Readonly<Record<Value, string>>
  readonly change: (value: Value | undefined) => Promise<void>
}

function Chosen<Value extends string>({
  label,
  value = '',
  usual,
  choices,
  change,
}: ChosenProps<Value>) {
  return (
    <label class="saw-field">
      {label}
      <select
        value={value}
        onChange={({ currentTarget }) =>
          void change((currentTarget.value || undefined) as Value | undefined)
        }
      >
        {usual !== undefined && <option value="">{usual}</option>}
        {Object.entries<string>(choices).map(([choice, words]) => (
          <option key={choice} value={choice}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}
