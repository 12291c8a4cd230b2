import { computed } from '@preact/signals'
import { classColour, isDark, numberColour } from '../../design/colours.ts'
import type { ColourBy, MapPoints, ModelSummary, PointColours } from '../../protocol/api.ts'
import { text } from '../../text/text.ts'
import { model, points, selected } from '../state.ts'
import { askedColours, cloud, colourBy, hiddenClasses, kept } from './map-state.ts'
import { type NumberRange, rangeOf } from './number-range.ts'

/** The shade of what has no class or no number, and how many shades numbers have. */
const MISSING = 255
const NUMBER_SHADES = 255

/** The colours of the points as they stand; what the page knows itself is not asked for. */
export const pointColours = computed<PointColours | undefined>(() => {
  const found = points.value
  const by = colourBy.value
  if (!found || !by) return undefined
  if (by.by === 'label')
    return {
      kind: 'classes',
      values: found.classes,
      names: (model.value?.classes ?? []).map(({ name }) => name),
    }
  if (by.by === 'split')
    return {
      kind: 'classes',
      values: Int32Array.from(found.splits),
      names: Object.values(text.value.map.splits),
    }
  const asked = askedColours.value
  return asked?.by === by && asked.count === found.count ? asked.colours : undefined
})

/** Where the scale of numbers begins and ends. */
export const numberRange = computed<NumberRange | undefined>(() => {
  const colours = pointColours.value
  return colours?.kind === 'numbers' ? rangeOf(colours.values) : undefined
})

/** A place in the palette for each point of the cloud. */
export const shades = computed<Uint8Array>(() => {
  const { places } = cloud.value
  const colours = pointColours.value
  const found = new Uint8Array(places.length)
  if (!colours) return found
  const { values } = colours
  const range = numberRange.value
  const { low, high } = range ?? { low: 0, high: 1 }
  const times = (NUMBER_SHADES - 1) / (high - low || 1)
  for (let i = 0; i < places.length; i++) {
    const value = values[places[i]!]!
    if (range) {
      const step = Math.round((Math.min(high, Math.max(low, value)) - low) * times)
      found[i] = Number.isFinite(value) ? step : MISSING
    } else found[i] = value >= 0 ? value % MISSING : MISSING
  }
  return found
})

export const palette = computed<readonly string[]>(() => {
  const colours = pointColours.value
  const missing = isDark.value ? '#83868c' : '#8b897f'
  if (!colours) return [classColour(0)]
  const colourOf =
    colours.kind === 'classes'
      ? classColour
      : (shade: number) => numberColour(shade / (NUMBER_SHADES - 1))
  return [...Array.from({ length: MISSING }, (_, shade) => colourOf(shade)), missing]
})

/** How many points of each class there are, whether shown or not. */
export const classCounts = computed<Int32Array | undefined>(() => {
  const colours = pointColours.value
  if (colours?.kind !== 'classes') return undefined
  const counts = new Int32Array(colours.names.length)
  for (const place of cloud.value.places) {
    const value = colours.values[place]!
    if (value >= 0) counts[value]!++
  }
  return counts
})

/** Of each point of the cloud: 0 hidden, 1 shown. */
export const visible = computed<Uint8Array>(() => {
  const { places } = cloud.value
  const found = new Uint8Array(places.length).fill(1)
  const colours = pointColours.value
  const hidden = hiddenClasses.value
  if (colours?.kind === 'classes' && hidden.size > 0)
    for (let i = 0; i < places.length; i++)
      if (hidden.has(colours.values[places[i]!]!)) found[i] = 0
  if (kept.value) {
    const isKept = maskOf(kept.value)
    for (let i = 0; i < places.length; i++) if (!isKept[places[i]!]) found[i] = 0
  }
  return found
})

/** The same, with 2 for those that are selected. */
export const marks = computed<Uint8Array>(() => {
  if (selected.value.length === 0) return visible.value
  const { places } = cloud.value
  const isSelected = maskOf(selected.value)
  return visible.value.map((mark, i) => mark * (isSelected[places[i]!] ? 2 : 1))
})

function maskOf(places: Int32Array): Uint8Array {
  const mask = new Uint8Array(points.value?.count ?? 0)
  for (const place of places) mask[place] = 1
  return mask
}

export const shownCount = computed(() => visible.value.reduce((sum, mark) => sum + mark, 0))

/** What the points of a model can be coloured by. */
export function waysToColour(
  { classes, can, columns }: ModelSummary,
  { splits }: MapPoints,
): readonly ColourBy[] {
  return [
    ...(classes ? [{ by: 'label' } as const] : []),
    ...(splits.some((split) => split !== splits[0]) ? [{ by: 'split' } as const] : []),
    ...(can.encode && can.decode ? [{ by: 'loss' } as const] : []),
    ...(can.score ? [{ by: 'score' } as const] : []),
    ...(columns ?? []).map((column) => ({ by: 'column', column }) as const),
  ]
}

export function chooseColours(by: ColourBy | undefined): void {
  hiddenClasses.value = new Set()
  colourBy.value = by
}

export function toggleClass(place: number): void {
  const hidden = new Set(hiddenClasses.value)
  if (!hidden.delete(place)) hidden.add(place)
  hiddenClasses.value = hidden
}
