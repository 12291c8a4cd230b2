import { useSignal } from '@preact/signals'
import { shown, text } from '../../text/text.ts'
import { beginning, continueKept, type Diverged, diverged, status } from './training.ts'
import './way-back.css'

/** What happened to a training that has diverged, and the way back: from a sound state, with a lower learning rate. */
export function WayBack() {
  const back = diverged.value
  return back ? <Offer back={back} /> : null
}

function Offer({ back }: { readonly back: Diverged }) {
  const { run, adjust } = text.value.train
  const { whole } = shown.value
  const rate = useSignal(String(back.lr))
  const lr = Number(rate.value)
  const { progress, start } = status.value
  const at = progress?.epoch ?? (start?.epoch ?? 0) + 1
  const kept = back.epoch + 1
  return (
    <div class="way-back">
      <p>
        {kept < at ? run.diverged.what(whole(at), whole(kept)) : run.diverged.atOnce(whole(at))}
      </p>
      <label class="way-back-rate">
        {adjust.lr}
        <input
          class="number"
          inputMode="decimal"
          value={rate.value}
          onInput={({ currentTarget }) => {
            rate.value = currentTarget.value
          }}
        />
      </label>
      <button
        type="button"
        class="primary"
        disabled={beginning.value || !(lr > 0 && Number.isFinite(lr))}
        onClick={() => void continueKept(back.run, { lr })}
      >
        {run.diverged.back}
      </button>
    </div>
  )
}
