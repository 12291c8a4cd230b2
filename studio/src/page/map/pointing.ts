import { signal } from '@preact/signals'
import { pinned, pointed, type Spot, selected } from '../state.ts'
import { visible } from './colouring.ts'
import { cloud, codeAt, codeOf, crosshair, planeOfAxes, size, view } from './map-state.ts'
import { insideOf, nearest } from './picking.ts'
import { type Point, pixelOf, placeAt } from './view.ts'

/** Pixels within which a point is meant. */
const REACH = 9

/** Where on the stage the pointer or the crosshair is, while it is there. */
export const hovered = signal<Point | undefined>(undefined)

/** The outline that is being drawn, in pixels of the stage. */
export const lasso = signal<readonly Point[]>([])

/** Points at a pixel of the stage: at the place there, and at the nearest point if it is near. */
export function pointAt(pixel: Point): void {
  hovered.value = pixel
  const spot = spotAt(pixel)
  if (spot) pointed.value = spot
}

/** The spot at a pixel; in a projection only points have codes, so that there it is the nearest point's. */
function spotAt(pixel: Point): Spot | undefined {
  const place = placeAt(view.value, size.value, pixel)
  const found = nearestIndex(place, REACH)
  const near = found === -1 ? undefined : cloud.value.places[found]!
  const code = codeAt(place)
  if (code) return near === undefined ? { code } : { code, place: near }
  const any = found === -1 ? nearestIndex(place, Infinity) : found
  if (any === -1) return undefined
  const taken = cloud.value.places[any]!
  return { code: codeOf(taken), place: taken }
}

const nearestIndex = (place: Point, pixels: number): number =>
  nearest(cloud.value.positions, visible.value, place, pixels / view.value.unit)

/** Pins the spot at a pixel, with the code of the example there if it is one; a pinned spot that is hit goes. */
export function pinAt(pixel: Point): void {
  pointAt(pixel)
  const spot = pointed.value
  if (!spot) return
  const hit = pinned.value.findIndex((other) => {
    const at = pixelOfSpot(other)
    return at && Math.hypot(at[0] - pixel[0], at[1] - pixel[1]) <= REACH
  })
  if (hit !== -1) {
    pinned.value = pinned.value.filter((_, i) => i !== hit)
    return
  }
  const { place } = spot
  pinned.value = [...pinned.value, place === undefined ? spot : { code: codeOf(place), place }]
}

export const unpin = (): void => {
  pinned.value = pinned.value.slice(0, -1)
}

/** Where a spot is on the stage; undefined where a projection has no place for it. */
export function pixelOfSpot({ code, place }: Spot): Point | undefined {
  const at = positionOf(code, place)
  return at && pixelOf(view.value, size.value, at)
}

/** Of a code in the plane; in a projection, of the example that has it. */
export function positionOf(code: Float32Array, place: number | undefined): Point | undefined {
  const { positions, places } = cloud.value
  const along = planeOfAxes.value
  if (along) return [code[along.across]!, along.up === undefined ? 0 : code[along.up]!]
  const index = place === undefined ? -1 : places.indexOf(place)
  return index === -1 ? undefined : [positions[2 * index]!, positions[2 * index + 1]!]
}

/** Selects what lies inside the outline, and ends it. */
export function endLasso(): void {
  const polygon = lasso.value.map((pixel) => placeAt(view.value, size.value, pixel))
  lasso.value = []
  if (polygon.length < 3) return
  const { positions, places } = cloud.value
  selected.value = insideOf(positions, visible.value, polygon).map((index) => places[index]!)
}

/** Selects all that is in view. */
export function selectInView(): void {
  const { width, height } = size.value
  lasso.value = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ]
  endLasso()
}

/** Moves the crosshair by some pixels; it begins in the middle. */
export function moveCrosshair(across: number, down: number): void {
  const { width, height } = size.value
  const from = crosshair.value
    ? pixelOf(view.value, size.value, crosshair.value)
    : ([width / 2, height / 2] as const)
  const pixel: Point = [
    Math.min(width, Math.max(0, from[0] + across)),
    Math.min(height, Math.max(0, from[1] + down)),
  ]
  crosshair.value = placeAt(view.value, size.value, pixel)
  pointAt(pixel)
}
