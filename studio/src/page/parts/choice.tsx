import type { Signal } from '@preact/signals'
import './choice.css'

interface ChoiceProps<Name extends string> {
  readonly label: string
  readonly chosen: Signal<Name>
  readonly names: readonly Name[]
  readonly texts: Readonly<Record<Name, string>>
  /** What each means, on hover. */
  readonly meanings?: Readonly<Record<Name, string>>
}

/** One of a few, all of them in sight. */
export function Choice<Name extends string>(props: ChoiceProps<Name>) {
  const { label, chosen, names, texts, meanings } = props
  return (
    <fieldset class="choice">
      <legend class="hidden-label">{label}</legend>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={chosen.value === name}
          title={meanings?.[name]}
          onClick={() => {
            chosen.value = name
          }}
        >
          {texts[name]}
        </button>
      ))}
    </fieldset>
  )
}
