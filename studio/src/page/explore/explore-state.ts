import { computed, effect, type Signal, signal } from '@preact/signals'
import { pause } from '../../pause.ts'
import type { LatentFacts, PictureShape } from '../../protocol/api.ts'
import { latest } from '../latest.ts'
import { attempt, session } from '../session.ts'
import { decodedLabel, isTraining, model, pinned, pointed, points, type Spot } from '../state.ts'

export const tabNames = [
  'traverse',
  'interpolate',
  'draw',
  'denoise',
  'samples',
  'anomalies',
] as const
export type TabName = (typeof tabNames)[number]

export const chosenTab = signal<TabName>('traverse')

/** Changes when another model comes into view, not while one is trained. */
export const modelKey = computed(() => {
  const shown = model.value
  return shown && [shown.source, shown.title, shown.latent, shown.dimension].join(' ')
})

/** A signal that begins anew with each model. */
export function perModel<T>(initial: () => T): Signal<T> {
  const state = signal(initial())
  effect(() => {
    void modelKey.value
    state.value = initial()
  })
  return state
}

/** What each latent dimension says about examples: asked when a model comes into view, and after each epoch of its training. */
export const latents = perModel<LatentFacts | undefined>(() => undefined)

/** The model and epoch of which they are wanted. */
const wanted = computed(() => {
  const shown = model.value
  const isThere = shown && shown.latent > 0 && shown.can.encode && points.value !== undefined
  // At the end of a training, another epoch of the same number may be in view.
  return isThere ? `${modelKey.value} ${shown.epoch} ${isTraining.value}` : undefined
})

/** While a model trains, it gets so many times what an answer has taken. */
const TIMES = 4
const askLatents = latest(async (of: typeof modelKey.value) => {
  const began = performance.now()
  const facts = await attempt(() => session.latents())
  if (facts && modelKey.peek() === of) latents.value = facts
  if (isTraining.peek()) await pause(TIMES * (performance.now() - began))
})
effect(() => {
  if (wanted.value) void askLatents(modelKey.peek())
})

/** Where traversals start and what is shown before anything is pointed at: the mean of the codes. */
export const middle = computed<Spot | undefined>(() => {
  const shown = model.value
  if (!shown?.latent) return undefined
  return { code: latents.value?.mean.slice() ?? new Float32Array(shown.latent) }
})

/** What the inspector shows. */
export const inspected = computed<Spot | undefined>(
  () => pointed.value ?? pinned.value.at(-1) ?? middle.value,
)

/** Pins a place, which is then the one that is looked at. */
export function pin(spot: Spot): void {
  pinned.value = [...pinned.value, spot]
  pointed.value = spot
}

/** The name of the class of an example on the map; undefined where there are no labels. */
export function classNameAt(place: number): string | undefined {
  const index = points.value?.classes[place]
  return index === undefined ? undefined : model.value?.classes?.[index]?.name
}

/** Labels of examples, for models whose networks see them. */
export function labelsOf(places: ArrayLike<number>): Int32Array | undefined {
  const { can, classes } = model.value ?? {}
  const all = points.value?.classes
  if (!can?.labels || !classes || !all?.length) return undefined
  return Int32Array.from(places, (place) => classes[all[place]!]!.label)
}

/** The label that codes are decoded as, for models whose networks see labels. */
export const labelNow = (): number | undefined =>
  model.value?.can.labels ? decodedLabel.value : undefined

export const codeAt = (place: number): Float32Array => {
  const { latent } = model.value!
  return points.value!.codes.slice(place * latent, (place + 1) * latent)
}

/** The part of `[n, D]` that is row `n`. */
export const rowOf = (values: Float32Array, n: number): Float32Array => {
  const { dimension } = model.value!
  return values.slice(n * dimension, (n + 1) * dimension)
}

/** Names of files that are saved: what is open, and what they show. */
export const fileName = (what: string): string =>
  `${model.value?.title ?? ''} ${what}`.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')

export const pictureShape = computed<PictureShape | undefined>(() => model.value?.picture)
