import { useSignal } from '@preact/signals'
import { useEffect, useId } from 'preact/hooks'
import type { Adjustments } from '../../protocol/api.ts'
import { text } from '../../text/text.ts'
import { isTraining, model } from '../state.ts'
import './adjust.css'
import { options, requested } from './choices.ts'
import { type Scale, scales } from './scale.ts'
import { adjust, status } from './training.ts'

/** What may be changed while a model is trained: its learning rate, and its β or its corruption where it has one. */
export function Adjust() {
  const { adjust: words } = text.value.train
  const { lr, beta, corruption } = current()
  if (!isTraining.value || status.value.computing) return null
  const [kind, strength] = corruption?.split(':') ?? []
  return (
    <div class="adjust">
      <h3>{words.title}</h3>
      {lr !== undefined && (
        <Quantity
          label={words.lr}
          symbol="lr"
          value={lr}
          scale={scales.lr}
          change={(to) => ({ lr: to })}
        />
      )}
      {beta !== undefined && (
        <Quantity
          label={words.beta}
          symbol="β"
          value={beta}
          scale={scales.beta}
          change={(to) => ({ beta: to })}
        />
      )}
      {strength !== undefined && (
        <Quantity
          label={words.corruption}
          symbol={kind!}
          value={Number(strength)}
          scale={kind === 'gaussian' ? scales.sigma : scales.share}
          change={(to) => ({ corruption: `${kind}:${to}` })}
        />
      )}
      <p class="small quiet">{words.note}</p>
    </div>
  )
}

/** The values of now: changed ones, chosen ones, or else the defaults. A schedule counts as what it ends at. */
function current() {
  const given = { ...requested.value, ...model.value?.options }
  const value = (name: string): unknown =>
    given[name] ?? options.value.find((option) => option.name === name)?.default
  const [lr, beta, corruption] = [value('lr'), value('beta'), value('corruption')]
  return { lr: numberOf(lr), beta: numberOf(beta), corruption: textOf(corruption) }
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'object' && value !== null && 'to' in value) return Number(value.to)
  const to = typeof value === 'string' ? /^[^:]*:([^@]+)@/.exec(value)?.[1] : undefined
  return to === undefined ? undefined : Number(to)
}

/** `masking:0.3`, of a text or of what a configuration makes of it. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === 'none' ? undefined : value
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined
  const { kind, sigma, probability } = value as Record<string, unknown>
  return kind === 'none' ? undefined : `${kind}:${sigma ?? probability}`
}

interface QuantityProps {
  readonly label: string
  /** What a mark on the curves calls it. */
  readonly symbol: string
  readonly value: number
  readonly scale: Scale
  readonly change: (to: number) => Adjustments
}

/** A slider with a field for exact values; the training changes when either is let go. */
function Quantity({ label, symbol, value, scale, change }: QuantityProps) {
  const id = useId()
  const moved = useSignal(value)
  /** What is being typed, which the training would overwrite twice a second. */
  const typed = useSignal<string | undefined>(undefined)
  useEffect(() => {
    moved.value = value
  }, [value, moved])
  const set = async (to: number) => {
    if (!Number.isFinite(to) || to === value) return
    moved.value = to
    if (!(await adjust(change(to), `${symbol} ${to}`))) moved.value = value
  }
  return (
    <div class="adjust-row">
      <div>
        <label for={id}>{label}</label>
        <input
          id={id}
          type="range"
          min={0}
          max={1}
          step={0.01}
          value={scale.position(moved.value)}
          aria-valuetext={String(moved.value)}
          onInput={({ currentTarget }) => {
            moved.value = scale.value(Number(currentTarget.value))
          }}
          onChange={({ currentTarget }) => void set(scale.value(Number(currentTarget.value)))}
        />
      </div>
      <input
        class="number"
        aria-label={label}
        inputMode="decimal"
        value={typed.value ?? String(moved.value)}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value
        }}
        onChange={({ currentTarget }) => {
          const to = currentTarget.value.trim() === '' ? Number.NaN : Number(currentTarget.value)
          // What is no number is taken back.
          typed.value = undefined
          void set(to)
        }}
        onBlur={() => {
          typed.value = undefined
        }}
      />
    </div>
  )
}
