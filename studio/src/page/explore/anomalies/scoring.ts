import { computed, effect, signal, untracked } from '@preact/signals'
import { attempt, session } from '../../session.ts'
import { model, parameters, points, selected } from '../../state.ts'
import { labelsOf, perModel, rowOf } from '../explore-state.ts'
import { countAbove } from './histogram.ts'
import { nextSize } from './slices.ts'

/** An example of the map with its score. */
export interface ScoredExample {
  readonly place: number
  readonly score: number
  /** What adds up to the score, `[width]`: for each value of a picture, or each column. */
  readonly shares: Float32Array
  /** `[D]` */
  readonly values: Float32Array
}

export interface Scoring {
  /** How many examples are scored, of how many. */
  readonly done: number
  readonly total: number
  readonly alarms: (threshold: number) => number
  readonly unit: string
  /** The highest scores, the highest first. */
  readonly highest: readonly ScoredExample[]
  /** Counts changes of the model, as `parameters` does, when it began. */
  readonly parameters: number
}

/** How many examples are listed. */
export const LISTED = 24

export const scoring = perModel<Scoring | undefined>(() => undefined)

/** Whether the scores are those of parameters that the model has no longer. */
export const isStale = computed(
  () => scoring.value !== undefined && scoring.value.parameters !== parameters.value,
)

export const isScoring = signal(false)

/** Changes when what runs must end. */
let current = 0

export function stopScoring(): void {
  current++
  isScoring.value = false
}

/** Scores the selected examples, or else all of the map, slice by slice; ends when it is called again or stopped. */
export async function scoreExamples(): Promise<void> {
  const run = ++current
  const places =
    selected.value.length > 0
      ? selected.value
      : Int32Array.from({ length: points.value?.count ?? model.value?.examples ?? 0 }, (_, i) => i)
  const scores = new Float32Array(places.length)
  const began = parameters.value
  let highest: ScoredExample[] = []
  let size = 16
  isScoring.value = true
  for (let start = 0; start < places.length; ) {
    const slice = places.slice(start, start + size)
    const before = performance.now()
    const found = await attempt(() => scoredSlice(slice))
    if (run !== current) return
    if (!found) break
    scores.set(found.scores, start)
    highest = merged(highest, found.examples)
    start += slice.length
    const done = start
    scoring.value = {
      done,
      total: places.length,
      alarms: (threshold) => countAbove(scores.subarray(0, done), threshold),
      unit: found.unit,
      highest,
      parameters: began,
    }
    size = nextSize(size, (performance.now() - before) / 1000)
  }
  isScoring.value = false
}

async function scoredSlice(places: Int32Array) {
  const values = await session.examples(places)
  const { scores, shares, width, unit } = await session.score(values, labelsOf(places))
  const examples = Array.from(places, (place, i) => ({
    place,
    score: scores[i]!,
    shares: shares.slice(i * width, (i + 1) * width),
    values: rowOf(values, i),
  }))
  return { scores, unit, examples }
}

const merged = (
  before: readonly ScoredExample[],
  others: readonly ScoredExample[],
): ScoredExample[] => [...before, ...others].sort((a, b) => b.score - a.score).slice(0, LISTED)

// Another selection, or another model: what is under way is no longer wanted.
effect(() => {
  void model.value?.title
  void selected.value
  untracked(stopScoring)
})
