import { computed, signal } from '@preact/signals'
import type { ColourBy, MapPoints, PointColours, Projection } from '../../protocol/api.ts'
import { axes, model, pinned, points } from '../state.ts'
import type { Size, View } from './view.ts'

/** The window onto the plane. */
export const view = signal<View>({ x: 0, y: 0, unit: 60 })

/** Of the stage, in CSS pixels. */
export const size = signal<Size>({ width: 0, height: 0 })

/** Of the view that shows all. */
export const fittedUnit = signal(60)

/** Whether somebody moved the window: until then it follows the points. */
export const isViewChosen = signal(false)

export type Shown = 'points' | 'manifold' | 'both'
export const shown = signal<Shown>('both')
export const showsThumbnails = signal(false)

/** What dragging does. */
export const tool = signal<'pan' | 'lasso'>('pan')

export type Plane = 'axes' | 'pca' | 'umap'
export const plane = signal<Plane>('axes')

/** A projection with the points that it is one of. */
export const projection = signal<
  { readonly kind: 'pca' | 'umap'; readonly of: MapPoints; readonly found: Projection } | undefined
>(undefined)

/** How much of the examples is encoded, from 0 to 1. */
export const encoding = signal(0)

/** How much of the projection is done, from 0 to 1, while it is computed. */
export const projecting = signal<number | undefined>(undefined)

export const colourBy = signal<ColourBy | undefined>(undefined)

/** What the session answered when it was last asked how to colour so many points. */
export const askedColours = signal<
  { readonly by: ColourBy; readonly count: number; readonly colours: PointColours } | undefined
>(undefined)

/** Classes of the legend that are switched off. */
export const hiddenClasses = signal<ReadonlySet<number>>(new Set())

/** Places that are kept, or undefined for all. */
export const kept = signal<Int32Array | undefined>(undefined)

/** The column whose decoded value a table's map shows. */
export const fieldColumn = signal(0)

/** Where the crosshair of the keyboard is, in units of the plane. */
export const crosshair = signal<readonly [x: number, y: number] | undefined>(undefined)

/** Dimensions of the code of the model in view. */
export const latentOf = computed(() => model.value?.latent ?? 0)

/** Whether grey pictures are strokes on nothing, which are drawn as ink on the ground. */
export const picturesAreInk = signal(true)

/** Whether the map is one of a single dimension: its points are spread upwards so that they can be told apart. */
export const isLine = computed(() => plane.value === 'axes' && axes.value[0] === axes.value[1])

/** The dimensions of the code along the axes; a line has none upwards. */
export interface PlaneDimensions {
  readonly across: number
  readonly up: number | undefined
}

/** The dimensions that the plane has; undefined for a projection. */
export const planeOfAxes = computed<PlaneDimensions | undefined>(() => {
  if (plane.value !== 'axes') return undefined
  const [across, up] = axes.value
  return { across, up: isLine.value ? undefined : up }
})

/** The code whose dimensions hold wherever the map does not show them: the pinned one, or the origin. */
export const heldCode = computed<Float32Array>(() => {
  const latent = latentOf.value
  const code = pinned.value.at(-1)?.code
  return code?.length === latent ? code : new Float32Array(latent)
})

/** What is drawn as points: the place of each among the map's points, and its position in the plane. */
export interface Cloud {
  readonly positions: Float32Array
  readonly places: Int32Array
}

const noCloud: Cloud = { positions: new Float32Array(), places: new Int32Array() }

export const cloud = computed<Cloud>(() => {
  const found = points.value
  const latent = latentOf.value
  if (!found || latent === 0) return noCloud
  if (planeOfAxes.value) return alongAxes(found, latent, planeOfAxes.value)
  const projected = projection.value
  if (projected?.kind !== plane.value || projected.of.count !== found.count) return noCloud
  return projected.found
})

/** Multiples of the golden ratio fill a unit evenly. */
const GOLDEN = 0.618033988749895

function alongAxes(
  { codes, count }: MapPoints,
  latent: number,
  { across, up }: PlaneDimensions,
): Cloud {
  const positions = new Float32Array(2 * count)
  const places = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    positions[2 * i] = codes[i * latent + across]!
    positions[2 * i + 1] = up === undefined ? ((i * GOLDEN) % 1) - 0.5 : codes[i * latent + up]!
    places[i] = i
  }
  return { positions, places }
}

/** The code at a position of the plane of two axes; undefined in a projection, where a position has none. */
export function codeAt([x, y]: readonly [number, number]): Float32Array | undefined {
  const along = planeOfAxes.value
  if (!along || latentOf.value === 0) return undefined
  const code = heldCode.value.slice()
  code[along.across] = x
  if (along.up !== undefined) code[along.up] = y
  return code
}

/** The code of one of the map's points. */
export function codeOf(place: number): Float32Array {
  const latent = latentOf.value
  return points.value!.codes.slice(place * latent, (place + 1) * latent)
}

/** Forgets what belonged to the model before. */
export function resetMap(): void {
  isViewChosen.value = false
  plane.value = 'axes'
  projection.value = undefined
  colourBy.value = undefined
  askedColours.value = undefined
  hiddenClasses.value = new Set()
  kept.value = undefined
  crosshair.value = undefined
  fieldColumn.value = 0
}
