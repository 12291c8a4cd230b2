import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { text } from '../../text/text.ts'
import './seed-stepper.css'

interface SeedStepperProps {
  readonly seed: Signal<number>
  /** Of the button that takes the next seed. */
  readonly label: string
}

/** Which draw of random numbers it is: the next, or one by its number. */
export function SeedStepper({ seed, label }: SeedStepperProps) {
  const id = useId()
  return (
    <div class="seed-stepper explore-row">
      <button
        type="button"
        onClick={() => {
          seed.value++
        }}
      >
        {label}
      </button>
      <label for={id} class="small quiet">
        {text.value.explore.seed}
      </label>
      <input
        id={id}
        class="number"
        type="number"
        min={0}
        step={1}
        value={seed.value}
        onInput={({ currentTarget }) => {
          const value = currentTarget.valueAsNumber
          if (Number.isSafeInteger(value) && value >= 0) seed.value = value
        }}
      />
    </div>
  )
}
