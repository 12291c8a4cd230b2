import { effect, untracked } from '@preact/signals'
import { evenly } from '../../evenly.ts'
import type { ColourBy, MapPoints } from '../../protocol/api.ts'
import { latest } from '../latest.ts'
import { attempt, onSessionEvent, session } from '../session.ts'
import { isTraining, model, parameters, points, refreshPoints } from '../state.ts'
import { forgetScales } from './cell-painters.ts'
import { waysToColour } from './colouring.ts'
import {
  askedColours,
  cloud,
  colourBy,
  encoding,
  fittedUnit,
  isLine,
  isViewChosen,
  picturesAreInk,
  plane,
  projecting,
  projection,
  resetMap,
  size,
  view,
} from './map-state.ts'
import { isInk, valuesOfBytes } from './picture-pixels.ts'
import { boundsOfPositions, fitted } from './view.ts'

/** Pixels around the points of a view that shows all. */
const MARGIN = 36
/** Milliseconds between askings for codes while a model is trained, and how many times as long as the last one took. */
const BETWEEN = 1500
const TIMES = 2

/** Keeps the map true to the model in view; returns what ends that. */
export function followModel(): () => void {
  const ends = [
    effect(beginAgain),
    effect(fitView),
    effect(askForColours),
    effect(askForProjection),
    followTraining(),
    onSessionEvent((event) => {
      if (event.type !== 'progress') return
      if (event.task === 'encode') encoding.value = event.share
      if (event.task === 'project' && projecting.peek() !== undefined)
        projecting.value = event.share
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

let hadPoints = false

/** Another model: what was chosen for the one before is forgotten. */
function beginAgain(): void {
  const found = points.value
  untracked(() => {
    if (!found) {
      hadPoints = false
      resetMap()
      forgetScales()
      encoding.value = 0
      picturesAreInk.value = true
    } else if (!hadPoints) {
      hadPoints = true
      const ways = waysToColour(model.peek()!, found)
      const { likelyLabel } = model.peek()!
      const isLikely = (way: ColourBy) => way.by === 'column' && way.column === likelyLabel
      colourBy.value =
        ways.find(({ by }) => by === 'label') ??
        ways.find(isLikely) ??
        ways.find(({ by }) => by === 'split')
      void seeWhetherInk(found.count)
    }
  })
}

/** Examples that are looked at to see how pictures are best drawn. */
const LOOKED_AT = 32

/** Looks at some examples to see how pictures are best drawn. */
async function seeWhetherInk(count: number): Promise<void> {
  const picture = model.peek()?.picture
  if (picture?.channels !== 1) return
  const bytes = await attempt(() => session.thumbnails(evenly(count, LOOKED_AT)))
  if (bytes) picturesAreInk.value = isInk(valuesOfBytes(bytes, picture), picture)
}

function fitView(): void {
  if (size.value.width === 0) return
  const bounds = boundsOfPositions(cloud.value.positions)
  // A line is as high as its stage allows: what is up has no meaning.
  const all = fitted(
    isLine.value ? { ...bounds, bottom: -0.5, top: 0.5 } : bounds,
    size.value,
    MARGIN,
  )
  fittedUnit.value = all.unit
  if (!isViewChosen.value) view.value = all
}

function askForColours(): void {
  const by = colourBy.value
  const found = points.value
  if (!by || !found || by.by === 'label' || by.by === 'split') return
  const known = askedColours.peek()
  // Columns stay as they are while a model learns.
  const isKnown = by.by === 'column' && known?.by === by && known.count === found.count
  if (!isKnown) void colours(by, found)
}

const colours = latest(async (by: ColourBy, { count }: MapPoints) => {
  const answer = await attempt(() => session.colours(by))
  if (answer) askedColours.value = { by, count, colours: answer }
  else if (colourBy.value === by) colourBy.value = undefined
})

function askForProjection(): void {
  const kind = plane.value
  const found = points.value
  if (kind === 'axes' || !found) return
  untracked(() => {
    const known = projection.value
    if (known?.kind === kind && known.of.count === found.count) {
      // Codes that changed give other components; UMAP is too slow to follow.
      if (known.of === found || kind === 'umap') return
    }
    void project(kind, found)
  })
}

export const project = latest(async (kind: 'pca' | 'umap', of: MapPoints) => {
  projecting.value = 0
  const found = await attempt(() => session.project(kind))
  projecting.value = undefined
  if (found) projection.value = { kind, of, found }
  else if (plane.value === kind) plane.value = 'axes'
})

/** While the model is trained its examples are encoded again, at most a third of the time. The training goes on meanwhile, call by call. */
function followTraining(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let took = 0
  let ended = 0
  const ask = async () => {
    const began = performance.now()
    await refreshPoints()
    ended = performance.now()
    took = ended - began
    timer = undefined
  }
  const end = effect(() => {
    void parameters.value
    if (model.peek()?.source !== 'training' || !hadPoints) return
    const wait = isTraining.peek() ? Math.max(BETWEEN, TIMES * took) : 0
    timer ??= setTimeout(ask, Math.max(0, ended + wait - performance.now()))
  })
  return () => {
    clearTimeout(timer)
    end()
  }
}
