import { useSignal } from '@preact/signals'
import type { KeptRun } from '../../protocol/api.ts'
import { language, text } from '../../text/text.ts'
import { attempt, sessionFacts } from '../session.ts'
import { forgetKept, openKept } from './opening.ts'
import { beginning, continueKept } from './training.ts'

/** Trainings that are kept, the latest first: each can be opened, continued or trained for longer, and forgotten. */
export function KeptRuns() {
  const runs = sessionFacts.value?.runs ?? []
  const title = text.value.train.open.runs
  if (runs.length === 0) return null
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul class="start-list">
        {runs.map((run) => (
          <Run key={run.id} run={run} />
        ))}
      </ul>
      <p role="status">{beginning.value && text.value.train.form.beginning}</p>
    </section>
  )
}

const spans = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** `2 hours ago`. */
function agoText(then: number): string {
  const seconds = (Date.now() - then) / 1000
  const [unit, length] = spans.find(([, least]) => seconds >= least) ?? ['minute', 60]
  return new Intl.RelativeTimeFormat(language.value, { numeric: 'auto' }).format(
    -Math.floor(seconds / length),
    unit,
  )
}

function Run({ run }: { readonly run: KeptRun }) {
  const { open } = text.value.train
  const { name, model, epoch, epochs, changed, finished } = run
  const isSure = useSignal(false)
  // A finished run gets as many epochs again; they can be changed while it trains.
  const further = finished ? open.longer : open.continue
  return (
    <li class="start-run">
      <button
        type="button"
        class="plain start-entry"
        aria-label={open.named(open.open, name)}
        onClick={() => void openKept(run)}
      >
        <span>
          {name} · {model}
        </span>
        <span class="small quiet number">
          {open.runState(epoch, epochs, finished)}, {agoText(changed)}
        </span>
      </button>
      {!isSure.value && (
        <button
          type="button"
          class="start-act"
          disabled={beginning.value}
          aria-label={open.named(further, name)}
          onClick={() => void continueKept(run.id, finished ? { epochs: 2 * epochs } : undefined)}
        >
          {further}
        </button>
      )}
      <button
        type="button"
        class="plain start-act quiet"
        aria-label={open.named(isSure.value ? open.reallyForget : open.forget, name)}
        onBlur={() => {
          isSure.value = false
        }}
        onClick={() => {
          if (isSure.value) void attempt(() => forgetKept(run))
          else isSure.value = true
        }}
      >
        {isSure.value ? open.reallyForget : open.forget}
      </button>
    </li>
  )
}
