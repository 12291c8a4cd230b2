import { shown, text } from '../../text/text.ts'
import { isTraining, model, trainingState } from '../state.ts'
import './controls.css'
import { durationText } from './duration.ts'
import { Hint } from './hint.tsx'
import { diverged, isObeying, pauseOrResume, runtime, status, step, stop } from './training.ts'
import { WayBack } from './way-back.tsx'

/** How the training goes, and the buttons that control it. */
export function Controls() {
  const { run, form } = text.value.train
  const { reason, start } = status.value
  const state = trainingState.value
  const isPreparing = state !== 'ended' && !start
  const ending = diverged.value ? run.diverged.state : reason && run.reasons[reason]
  return (
    <section class="controls" aria-label={run.title}>
      <p class="controls-head">
        <strong role="status">
          {state === 'ended' && ending ? ending : isPreparing ? form.beginning : run.states[state]}
        </strong>
        <span class="quiet number">{leftText()}</span>
      </p>
      <Counts />
      <Best />
      <WayBack />
      {isTraining.value && !status.value.computing && <Buttons />}
      <Facts />
    </section>
  )
}

function leftText(): string {
  if (trainingState.value !== 'running') return ''
  const { progress, computing } = status.value
  const left = durationText((progress ?? computing)?.secondsLeft ?? Number.NaN)
  return left === undefined ? '' : text.value.train.run.left(left)
}

/** Epoch, step and how much is done. */
function Counts() {
  const { run } = text.value.train
  const { whole, percent } = shown.value
  const { start, progress, computing, epoch } = status.value
  if (computing)
    return (
      <>
        <p class="quiet">
          {run.computing}: <span class="number">{percent(computing.share)}</span>
        </p>
        <Bar share={computing.share} />
      </>
    )
  if (!start) return null
  const at = progress ?? { epoch: start.epoch, step: 0, stepsPerEpoch: start.stepsPerEpoch }
  // The end of an epoch comes after its last progress.
  const isWhole = epoch !== undefined && epoch.stage === start.stage && epoch.epoch >= at.epoch
  const steps = isWhole ? at.stepsPerEpoch : at.step
  return (
    <>
      <p class="controls-counts number">
        <span>
          {run.epoch} {run.of(whole(at.epoch), whole(progress?.epochs ?? start.epochs))}
        </span>
        <span>
          {run.stepCount} {run.of(whole(steps), whole(at.stepsPerEpoch))}
        </span>
      </p>
      <Bar share={(Math.max(0, at.epoch - 1) + steps / at.stepsPerEpoch) / start.epochs} />
    </>
  )
}

/** After a training with a validation split, the best epoch is in view and not the last. */
function Best() {
  const { progress } = status.value
  const shownModel = model.value
  const isBest =
    trainingState.value === 'ended' &&
    !diverged.value &&
    shownModel?.source === 'training' &&
    progress !== undefined &&
    shownModel.epoch < progress.epoch
  if (!isBest) return null
  return <p class="small quiet">{text.value.train.run.best(shown.value.whole(shownModel.epoch))}</p>
}

const Bar = ({ share }: { readonly share: number }) => (
  <div class="controls-bar" aria-hidden="true">
    <div style={{ width: `${100 * Math.min(1, share)}%` }} />
  </div>
)

function Buttons() {
  const { run } = text.value.train
  const isRunning = trainingState.value === 'running'
  return (
    <div class="controls-buttons">
      <div>
        <button
          type="button"
          class={isRunning ? '' : 'primary'}
          aria-disabled={isObeying.value}
          onClick={() => void pauseOrResume()}
        >
          {isRunning ? run.pause : run.resume}
        </button>
      </div>
      <Hint text={run.stepHint}>
        {(id) => (
          <button
            type="button"
            aria-describedby={id}
            aria-disabled={isObeying.value}
            onClick={({ shiftKey }) => void step(shiftKey ? 10 : 1)}
          >
            {run.step}
          </button>
        )}
      </Hint>
      <Hint text={run.stopHint}>
        {(id) => (
          <button type="button" aria-describedby={id} onClick={() => void stop()}>
            {run.stop}
          </button>
        )}
      </Hint>
    </div>
  )
}

/** How fast it is, with what, and what each step goes through. */
function Facts() {
  const { run } = text.value.train
  const { whole } = shown.value
  const { start, progress, epoch } = status.value
  const speed = (progress ?? epoch)?.examplesPerSecond ?? Number.NaN
  const phases = start?.phases ?? []
  const facts = [
    Number.isFinite(speed) && speed > 0 ? run.speed(whole(speed)) : undefined,
    start && start.parameters > 0 ? run.parameters(whole(start.parameters)) : undefined,
  ].filter(Boolean)
  return (
    <div class="controls-facts small quiet number">
      {facts.length > 0 && <p>{facts.join(' · ')}</p>}
      {phases.length > 1 && <p>{run.phases(phases.join(' → '))}</p>}
      {runtime.value && (
        <p lang="en" title={run.runtime}>
          {runtime.value}
        </p>
      )}
    </div>
  )
}
