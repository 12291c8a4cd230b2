import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import './slider.css'

interface SliderProps {
  readonly label: ComponentChildren
  readonly low: number
  readonly high: number
  readonly step?: number | undefined
  readonly value: number
  /** The value as it is read. */
  readonly shown: string
  readonly onInput: (value: number) => void
  /** Called when a slider gets the focus or is touched, before it moves. */
  readonly onFocus?: (() => void) | undefined
  /** Stands between the label and the value. */
  readonly aside?: ComponentChildren
}

/** A slider under its label, with its value at the right. */
export function Slider(props: SliderProps) {
  const { label, low, high, value, shown, onInput, onFocus, aside } = props
  const id = useId()
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      {aside}
      <output for={id} class="number">
        {shown}
      </output>
      <input
        id={id}
        type="range"
        min={low}
        max={high}
        step={props.step ?? (high - low) / 200}
        value={value}
        aria-valuetext={shown}
        onFocus={onFocus}
        onInput={({ currentTarget }) => onInput(Number(currentTarget.value))}
      />
    </div>
  )
}
