import type { DataSummary } from '../../protocol/api.ts'
import { shown, text } from '../../text/text.ts'
import { kindNow, withKind } from './column-kinds.ts'
import { Hint } from './hint.tsx'
import { correct, corrections } from './opening.ts'

/** The column of labels, and which of them are normal. */
export function Labels({ summary }: { readonly summary: DataSummary }) {
  const { columns, classes, likelyLabel } = summary
  return (
    <>
      {columns && <LabelColumn columns={columns} />}
      {columns && <Likely columns={columns} likely={likelyLabel} />}
      {classes && classes.length > 1 && classes.length <= MOST_CLASSES && (
        <Normal classes={classes} />
      )}
    </>
  )
}

/** More classes are no choice of what is normal. */
const MOST_CLASSES = 40

type Columns = NonNullable<DataSummary['columns']>

const labelOf = (columns: Columns): string | undefined =>
  columns.find((column) => kindNow(column, corrections.value) === 'label')?.name

interface LikelyProps {
  readonly columns: Columns
  readonly likely: string | undefined
}

/** Says which column looks like labels, and takes it as that, or back, at a click. Otherwise it is learned from. */
function Likely({ columns, likely }: LikelyProps) {
  const { saw } = text.value.train
  const label = labelOf(columns)
  if (label !== undefined)
    return (
      <button
        type="button"
        class="small saw-take-back"
        onClick={() => void correct({ label: undefined, normal: undefined })}
      >
        {saw.learnFrom(label)}
      </button>
    )
  if (likely === undefined) return null
  return (
    <div class="saw-likely">
      <p class="small quiet">{saw.likely(likely)}</p>
      <button
        type="button"
        class="small"
        onClick={() => void correct(withKind(likely, 'label', corrections.value, false))}
      >
        {saw.onlyLabel(likely)}
      </button>
    </div>
  )
}

function LabelColumn({ columns }: { readonly columns: Columns }) {
  const { saw } = text.value.train
  const label = labelOf(columns) ?? ''
  return (
    <Hint text={saw.labelHint}>
      {(id) => (
        <label class="saw-field">
          {saw.label}
          <select
            aria-describedby={id}
            value={label}
            onChange={({ currentTarget: { value } }) =>
              void correct(
                value === ''
                  ? { label: null, normal: undefined }
                  : withKind(value, 'label', corrections.value, false),
              )
            }
          >
            <option value="">{saw.noLabel}</option>
            {columns.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
    </Hint>
  )
}

function Normal({ classes }: { readonly classes: NonNullable<DataSummary['classes']> }) {
  const { saw } = text.value.train
  const normal = corrections.value.normal ?? []
  const toggle = (name: string, isNormal: boolean) => {
    const chosen = isNormal ? [...normal, name] : normal.filter((other) => other !== name)
    // No label is normal where none was chosen: then all are learned from.
    void correct({ normal: chosen.length > 0 ? chosen : undefined })
  }
  return (
    <details open={normal.length > 0}>
      <summary>{saw.normal}</summary>
      <p class="small quiet">{saw.normalHint}</p>
      <fieldset class="saw-normal">
        <legend class="hidden-label">{saw.normal}</legend>
        {classes.map(({ name, count }) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={normal.includes(name)}
              onChange={({ currentTarget }) => toggle(name, currentTarget.checked)}
            />
            {name}
            <span class="small quiet number">{shown.value.whole(count)}</span>
          </label>
        ))}
      </fieldset>
    </details>
  )
}
