import { pinned, selected } from '../state.ts'
import { crosshair, isViewChosen, size, tool, view } from './map-state.ts'
import {
  endLasso,
  hovered,
  lasso,
  moveCrosshair,
  pinAt,
  pointAt,
  selectInView,
  unpin,
} from './pointing.ts'
import { dragged, type Point, pixelOf, type View, zoomed } from './view.ts'

/** Pixels that a press may move and still be a click. */
const STILL = 4
/** Pixels of a step by an arrow key. */
const STEP = 48
const FINE_STEP = 8

const moveTo = (next: View): void => {
  isViewChosen.value = true
  view.value = next
}

/** Zooms about a pixel, or about the middle. */
export function zoomBy(factor: number, about?: Point): void {
  const { width, height } = size.value
  moveTo(zoomed(view.value, size.value, factor, about ?? [width / 2, height / 2]))
}

/** Shows all again. */
export const fit = (): void => {
  isViewChosen.value = false
}

/** Makes an element answer to mouse, touch and wheel; returns what ends that. */
export function followPointers(stage: HTMLElement): () => void {
  const down = new Map<number, Point>()
  let travelled = 0
  const at = (event: PointerEvent | WheelEvent): Point => {
    const { left, top } = stage.getBoundingClientRect()
    return [event.clientX - left, event.clientY - top]
  }
  const pressed = (event: PointerEvent) => {
    if (event.button !== 0) return
    stage.setPointerCapture(event.pointerId)
    down.set(event.pointerId, at(event))
    if (down.size === 1) travelled = 0
    crosshair.value = undefined
    const lassoes = down.size === 1 && (event.shiftKey || tool.value === 'lasso')
    lasso.value = lassoes ? [at(event)] : []
  }
  const moved = (event: PointerEvent) => {
    const now = at(event)
    const before = down.get(event.pointerId)
    if (!before) return pointAt(now)
    const [across, fall] = [now[0] - before[0], now[1] - before[1]]
    travelled += Math.hypot(across, fall)
    if (down.size === 1 && lasso.value.length > 0) return extendLasso(now, down, event.pointerId)
    if (travelled < STILL && down.size === 1) return
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1]
    down.set(event.pointerId, now)
    if (other) pinch(other, before, now)
    else moveTo(dragged(view.value, across, fall))
    hovered.value = undefined
  }
  const lifted = (event: PointerEvent) => {
    if (!down.delete(event.pointerId)) return
    const isClick = travelled < STILL && event.type === 'pointerup'
    if (lasso.value.length > 2) endLasso()
    else if (isClick && down.size === 0) pinAt(at(event))
    lasso.value = []
  }
  const left = () => {
    if (down.size === 0) hovered.value = undefined
  }
  const wheeled = (event: WheelEvent) => {
    event.preventDefault()
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1)
    zoomBy(
      Math.exp(-Math.min(200, Math.max(-200, pixels)) * (event.ctrlKey ? 0.01 : 0.002)),
      at(event),
    )
  }
  const handlers = {
    pointerdown: pressed,
    pointermove: moved,
    pointerup: lifted,
    pointercancel: lifted,
    pointerleave: left,
    wheel: wheeled,
  }
  for (const [name, handler] of Object.entries(handlers))
    stage.addEventListener(name, handler as EventListener, { passive: false })
  return () => {
    for (const [name, handler] of Object.entries(handlers))
      stage.removeEventListener(name, handler as EventListener)
  }
}

function extendLasso(now: Point, down: Map<number, Point>, id: number): void {
  const [x, y] = lasso.value.at(-1)!
  if (Math.hypot(now[0] - x, now[1] - y) < STILL) return
  down.set(id, now)
  lasso.value = [...lasso.value, now]
}

/** Two fingers: what lay under each stays under it. */
function pinch(other: Point, before: Point, now: Point): void {
  const apart = (a: Point) => Math.max(10, Math.hypot(a[0] - other[0], a[1] - other[1]))
  const middle = (a: Point): Point => [(a[0] + other[0]) / 2, (a[1] + other[1]) / 2]
  const [from, to] = [middle(before), middle(now)]
  const shifted = dragged(view.value, to[0] - from[0], to[1] - from[1])
  moveTo(zoomed(shifted, size.value, apart(now) / apart(before), to))
}

const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** What keys do; whether the key did something. */
export function pressKey({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return false
  const arrow = arrows[key]
  if (arrow) {
    const [across, down] = arrow
    if (shiftKey) moveCrosshair(across * FINE_STEP, down * FINE_STEP)
    else moveTo(dragged(view.value, -across * STEP, -down * STEP))
    return true
  }
  const done = keys[key]
  done?.()
  return done !== undefined
}

const keys: Readonly<Record<string, () => void>> = {
  '+': () => zoomBy(1.25),
  '=': () => zoomBy(1.25),
  '-': () => zoomBy(0.8),
  '0': fit,
  a: selectInView,
  Enter: () => {
    if (crosshair.value) pinAt(pixelOf(view.value, size.value, crosshair.value))
  },
  Escape: () => {
    if (lasso.value.length > 0) lasso.value = []
    else if (selected.value.length > 0) selected.value = new Int32Array()
    else if (pinned.value.length > 0) unpin()
    else {
      crosshair.value = undefined
      hovered.value = undefined
    }
  },
}
