import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { OptionFacts } from '../../protocol/api.ts'
import { text } from '../../text/text.ts'
import { edit, edits, proposed, refusal } from './choices.ts'
import { Hint } from './hint.tsx'
import { isChange, usualText } from './option-value.ts'

/** What a field is called: an option that few people change has the name that it has everywhere else. */
export const labelOf = ({ name }: OptionFacts): string => text.value.train.form.names[name] ?? name

/** What an option means. */
export const meaningOf = ({ name, description }: OptionFacts): string =>
  text.value.train.form.hints[name] ?? text.value.library.option(description) ?? description

/** A field for an option, with what it means beside it, and what the session said against its value. */
export function OptionField({ option }: { readonly option: OptionFacts }) {
  const { form } = text.value.train
  const id = useId()
  const { name } = option
  const usual = usualText(option, proposed.value)
  const isChanged = isChange(edits.value[name] ?? '', option, proposed.value)
  const refused = refusal.value?.option === name ? refusal.value.message : undefined
  const meaning = meaningOf(option)
  const hint = isChanged && usual !== '' ? `${meaning} ${form.usual(usual)}` : meaning
  return (
    <Hint text={hint}>
      {(hintId) => (
        <div
          class={`form-field ${isChanged ? 'is-changed' : ''} ${refused === undefined ? '' : 'is-refused'}`}
        >
          <label for={id}>{labelOf(option)}</label>
          <Field
            option={option}
            id={id}
            usual={usual}
            described={refused === undefined ? hintId : `${hintId} ${id}-refusal`}
            isRefused={refused !== undefined}
          />
          {refused !== undefined && (
            <p class="form-refusal small" id={`${id}-refusal`} role="alert">
              {refused}
            </p>
          )}
        </div>
      )}
    </Hint>
  )
}

interface FieldProps {
  readonly option: OptionFacts
  readonly id: string
  readonly usual: string
  readonly described: string
  readonly isRefused: boolean
}

function Field({ option, id, usual, described, isRefused }: FieldProps) {
  const { name, choices, default: fallback } = option
  const value = edits.value[name] ?? usual
  const isFree = useSignal(false)
  const common = { id, 'aria-describedby': described, 'aria-invalid': isRefused }
  if (typeof fallback === 'boolean')
    return (
      <input
        {...common}
        type="checkbox"
        checked={value === 'true'}
        onChange={({ currentTarget }) => edit(name, String(currentTarget.checked))}
      />
    )
  if (choices && !isFree.value)
    return (
      <select
        {...common}
        value={value}
        onChange={({ currentTarget }) => {
          if (currentTarget.value === FREE) isFree.value = true
          else edit(name, currentTarget.value)
        }}
      >
        {[...new Set([...choices, value])].map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
        <option value={FREE}>{text.value.train.form.free}</option>
      </select>
    )
  const isNumber = typeof fallback === 'number'
  return (
    <input
      {...common}
      value={value}
      class={isNumber ? 'number' : ''}
      inputMode={isNumber && Number.isInteger(fallback) ? 'numeric' : 'text'}
      autocomplete="off"
      spellcheck={false}
      ref={isFree.value ? focused : null}
      onInput={({ currentTarget }) => edit(name, currentTarget.value)}
      onBlur={({ currentTarget }) => {
        if (currentTarget.value.trim() === '') edit(name, usual)
      }}
    />
  )
}

const focused = (field: HTMLInputElement | null): void => field?.focus()

/** Stands for a value that is not among the choices, such as `gaussian:0.3`; no option has this value. */
const FREE = '\u0000'
