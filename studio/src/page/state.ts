import { batch, computed, signal } from '@preact/signals'
import type { MapPoints, ModelSummary, TrainingState } from '../protocol/api.ts'
import { attempt, leaveView, onSessionEvent, session } from './session.ts'

export const parts = ['train', 'map', 'explore'] as const

/** The part that a narrow screen shows; a wide one shows all three. */
export const shownPart = signal<(typeof parts)[number]>('map')

/** The model in view. */
export const model = signal<ModelSummary | undefined>(undefined)

/** Counts the models that came into view. */
export const viewings = signal(0)

/** Its examples with their codes; undefined until they are encoded. */
export const points = signal<MapPoints | undefined>(undefined)

/** The number by which an example of the map is called, counted from 1. */
export const numberAt = (place: number): number => (points.value?.numbers[place] ?? place) + 1

/** Which of its dimensions the map shows, across and up. */
export const axes = signal<readonly [number, number]>([0, 1])

/** A place in the latent space, and the example there, if it is one of the map's (its place among them). */
export interface Spot {
  readonly code: Float32Array
  readonly place?: number
  /** What it is, where it is none of the map's examples: a drawn digit. */
  readonly name?: string
}

/** Under the pointer; stays where it was last. */
export const pointed = signal<Spot | undefined>(undefined)

/** Pinned by a click, the latest last. */
export const pinned = signal<readonly Spot[]>([])

/** Places of the map's points that are selected; empty for none. */
export const selected = signal<Int32Array>(new Int32Array())

/** A path of codes that the map shows, `[steps, L]`, and how far along a player is, 0 to 1. */
export const path = signal<{ readonly codes: Float32Array; readonly at: number } | undefined>(
  undefined,
)

/** Counts changes of the model's parameters: what shows answers asks again when it grows. */
export const parameters = signal(0)

export const trainingState = signal<TrainingState>('none')

/** Whether the model in view is being trained. */
export const isTraining = computed(() => ['running', 'paused'].includes(trainingState.value))

/** The class that a conditional model decodes as, by its label. */
export const decodedLabel = signal<number | undefined>(undefined)

/** Puts a model in view, and asks for the codes of its examples. */
export async function show(summary: ModelSummary): Promise<void> {
  leaveView()
  batch(() => {
    model.value = summary
    viewings.value++
    points.value = undefined
    axes.value = [0, Math.min(1, Math.max(0, summary.latent - 1))]
    pointed.value = undefined
    pinned.value = []
    selected.value = new Int32Array()
    path.value = undefined
    decodedLabel.value = summary.can.labels ? summary.classes?.[0]?.label : undefined
    parameters.value++
  })
  await refreshPoints()
}

let asking = false

/** Asks for the codes of the examples, unless that is under way. */
export async function refreshPoints(): Promise<void> {
  const shown = model.value
  if (asking || !shown || !shown.can.encode || shown.examples === 0) return
  asking = true
  const found = await attempt(() => session.map())
  asking = false
  if (found && model.value?.title === shown.title) points.value = found
}

onSessionEvent((event) => {
  if (event.type === 'state') trainingState.value = event.state
  if (event.type === 'parameters') {
    const shown = model.value
    if (shown) model.value = { ...shown, epoch: event.epoch, step: event.step }
    parameters.value++
  }
})
