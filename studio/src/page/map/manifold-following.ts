import { computed, effect, untracked } from '@preact/signals'
import { isDark } from '../../design/colours.ts'
import { attempt } from '../session.ts'
import { axes, decodedLabel, model, parameters, viewings } from '../state.ts'
import { fieldPainter, picturePainter } from './cell-painters.ts'
import type { CellPainter, Manifold } from './manifold.ts'
import { inkOf } from './map-colours.ts'
import {
  codeAt,
  fieldColumn,
  heldCode,
  latentOf,
  picturesAreInk,
  plane,
  shown,
  size,
  view,
} from './map-state.ts'

/** Milliseconds that a view must rest, and between askings while parameters change. */
const REST = 120
const BETWEEN = 600

/** What decodes the plane as it stands; undefined where it has no manifold. */
const painter = computed<CellPainter | undefined>(() => {
  const facts = model.value
  if (!facts?.can.decode || latentOf.value === 0 || plane.value !== 'axes') return undefined
  if (!facts.picture && !facts.columns) return undefined
  const label = decodedLabel.value
  const question = `${parameters.value} ${axes.value} ${heldElsewhere()} ${label}`
  if (facts.picture) {
    // The ink is a colour of the theme, which is asked for again where that changes.
    const ink = facts.picture.channels === 1 && picturesAreInk.value ? inkOf() : undefined
    return picturePainter(facts.picture, ink, `${question} ${isDark.value}`, codeAtPlace, label)
  }
  const column = Math.min(fieldColumn.value, facts.columns!.length - 1)
  return fieldPainter(facts, column, `${question} ${column}`, codeAtPlace, label)
})

const codeAtPlace = (place: readonly [number, number]) => codeAt(place)!

/** The dimensions of the held code that the plane does not show. */
const heldElsewhere = (): string =>
  heldCode.value.filter((_, dimension) => !axes.value.includes(dimension)).join()

/** Asks for the manifold whenever the view rests or what it shows is no longer true. */
export function followManifold(manifold: Manifold): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0
  const ask = () => {
    timer = undefined
    asked = performance.now()
    const by = painter.peek()
    if (by && size.peek().width > 0 && shown.peek() !== 'points')
      void attempt(() => manifold.show(view.peek(), size.peek(), by))
  }
  const after = (wait: number) => {
    clearTimeout(timer)
    timer = setTimeout(ask, wait)
  }
  const ends = [
    effect(() => {
      for (const { value } of [view, size, shown]) void value
      after(REST)
    }),
    effect(() => {
      void viewings.value
      // What another model decodes says nothing of this one.
      untracked(() => manifold.clear())
    }),
    effect(() => {
      const by = painter.value
      untracked(() => {
        if (by) timer ??= setTimeout(ask, Math.max(0, asked + BETWEEN - performance.now()))
        else manifold.clear()
      })
    }),
  ]
  return () => {
    clearTimeout(timer)
    for (const end of ends) end()
  }
}
