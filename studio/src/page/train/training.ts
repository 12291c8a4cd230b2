import { batch, signal } from '@preact/signals'
import type { StopReason, TrainingEvent } from 'latentlab/browser'
import type { Adjustments, FindingText, ModelSummary, SessionEvent } from '../../protocol/api.ts'
import { SessionError } from '../../protocol/connection.ts'
import { attempt, isRefusal, notify, onSessionEvent, session } from '../session.ts'
import { model, show, trainingState } from '../state.ts'
import { chosenModel, options, refusal, requested } from './choices.ts'
import { CurveLog } from './curve-log.ts'
import { optionOfError } from './option-value.ts'

type Event<T extends TrainingEvent['type']> = Extract<TrainingEvent, { readonly type: T }>

/** What is known of the training of now, or of the last one. */
export interface Status {
  readonly start?: Event<'start'>
  readonly progress?: Event<'progress'>
  readonly computing?: Event<'computing'>
  readonly epoch?: Event<'epoch'>
  readonly reason?: StopReason
}

export const status = signal<Status>({})

/** The terms over the training. What is drawn of it follows `drawn`. */
export let log = new CurveLog()

/** Counts states of the log that are worth drawing: at most ten a second. */
export const drawn = signal(0)

/** Whether a training is being prepared. */
export const beginning = signal(false)

/** What computes. */
export const runtime = signal<string | undefined>(undefined)

/** The way back, where the training has diverged. */
export const diverged = signal<Diverged | undefined>(undefined)
export type Diverged = Extract<SessionEvent, { readonly type: 'diverged' }>

export const findings = signal<readonly FindingText[]>([])

/** Milliseconds between two drawings of the curves. */
const PAUSE = 100
let waiting = false

function draw(): void {
  if (waiting) return
  waiting = true
  setTimeout(() => {
    waiting = false
    drawn.value++
  }, PAUSE)
}

export function clearLog(): void {
  log = new CurveLog()
  batch(() => {
    status.value = {}
    findings.value = []
    diverged.value = undefined
    drawn.value++
  })
}

onSessionEvent((event) => {
  if (event.type === 'training') follow(event.event)
  else if (event.type === 'findings') findings.value = event.findings
  else if (event.type === 'runtime') runtime.value = event.name
  else if (event.type === 'diverged') diverged.value = event
  else if (event.type === 'failed') notify(new SessionError(event.message, false))
})

function follow(event: TrainingEvent): void {
  log.add(event)
  const before = status.value
  if (event.type === 'start') {
    const { progress: _, ...rest } = before
    status.value = { ...rest, start: event }
    runtime.value = event.runtime
  } else if (event.type === 'progress') status.value = { ...before, progress: event }
  else if (event.type === 'computing') status.value = { ...before, computing: event }
  else if (event.type === 'epoch') status.value = { ...before, epoch: event }
  else if (event.type === 'stopped') status.value = { ...before, reason: event.reason }
  draw()
}

/** Begins a training, and shows its model. */
async function begun(work: () => Promise<ModelSummary>): Promise<void> {
  clearLog()
  batch(() => {
    beginning.value = true
    refusal.value = undefined
  })
  try {
    const summary = await work()
    beginning.value = false
    await show(summary)
  } catch (error) {
    if (!isRefusal(error)) notify(error)
    else {
      const { message } = error
      refusal.value = { message, option: optionOfError(message, options.value) }
    }
  } finally {
    beginning.value = false
  }
}

/** Trains the chosen model on the data that is open. */
export const begin = () =>
  begun(() => session.train({ model: chosenModel.value, options: requested.value }))

export const continueKept = (id: string, changes?: Adjustments) =>
  begun(() => session.continueRun(id, changes))

/** Whether a button's wish is under way: a training hears it between two calls of the runtime. */
export const isObeying = signal(false)

async function obey(work: () => Promise<void>): Promise<void> {
  if (isObeying.value) return
  isObeying.value = true
  await attempt(work)
  isObeying.value = false
}

export const pauseOrResume = () =>
  obey(() => (trainingState.value === 'running' ? session.pause() : session.resume()))

export const step = (count: number) => obey(() => session.step(count))

export const stop = () => obey(() => session.stop())

/** Changes options of the training; the curves get a mark. Resolves to whether it was done. */
export async function adjust(changes: Adjustments, label: string): Promise<boolean> {
  const done = await attempt(async () => {
    await session.adjust(changes)
    return true
  })
  if (!done) return false
  log.mark(label)
  const shown = model.value
  if (shown) model.value = { ...shown, options: { ...shown.options, ...changes } }
  draw()
  return true
}
