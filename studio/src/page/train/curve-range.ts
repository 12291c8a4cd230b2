import type { Curve } from './curve-log.ts'

export type Range = readonly [low: number, high: number]

/** The share of the curve so far, at its beginning, whose outliers do not stretch the axis. */
const FIRST_MOMENTS = 0.05

/**
 * The values that an axis should show: all but those of the first moments, which are often far from all that follow.
 * Undefined while there is no value.
 */
export function valuesRange({
  train,
  validation,
}: Pick<Curve, 'train' | 'validation'>): Range | undefined {
  const { x, y } = train
  const first = x[0] ?? 0
  const from = first + FIRST_MOMENTS * ((x.at(-1) ?? 0) - first)
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < x.length; i++) if (x[i]! >= from || x.length < 4) take(y[i]!)
  for (const value of validation.y) take(value)
  return low <= high ? [low, high] : undefined

  function take(value: number): void {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
}

/** How much of an axis values must fill, for it to stay as it is. */
const FILLED = 0.55
/** What an axis shows beyond the values on each side, as a share of what they span. */
const MARGIN = 0.12

/** An axis for some values that stays as it was where that still suits them, so that a plot does not jump. */
export function steadyRange(before: Range | undefined, [low, high]: Range): Range {
  if (before && low >= before[0] && high <= before[1]) {
    const span = before[1] - before[0]
    if (high - low >= FILLED * span) return before
  }
  const span = high - low || Math.abs(high) * 0.1 || 1
  return [low - MARGIN * span, high + MARGIN * span]
}

const STEPS = [1, 2, 3, 5, 8] as const

/** Where the axis of epochs ends: a round number at or after now, and not after the end of the training. */
export function epochsShown(at: number, end: number): number {
  for (let power = 1; ; power *= 10)
    for (const step of STEPS) {
      const epochs = step * power
      if (epochs >= end) return Math.max(end, at)
      if (epochs >= at) return epochs
    }
}

/** A line's value at a place: that of the last point at or before it. */
export function valueAt(
  { x, y }: { readonly x: readonly number[]; readonly y: readonly number[] },
  at: number,
): number | undefined {
  let [low, high] = [0, x.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (x[middle]! <= at) low = middle + 1
    else high = middle
  }
  return y[low - 1]
}

/** Two lines over one axis, as uPlot takes them; null where a line has no point. */
export function aligned({
  train,
  validation,
}: Pick<Curve, 'train' | 'validation'>): [number[], (number | null)[], (number | null)[]] {
  const x: number[] = []
  const first: (number | null)[] = []
  const second: (number | null)[] = []
  let [i, j] = [0, 0]
  while (i < train.x.length || j < validation.x.length) {
    const [a, b] = [
      train.x[i] ?? Number.POSITIVE_INFINITY,
      validation.x[j] ?? Number.POSITIVE_INFINITY,
    ]
    x.push(Math.min(a, b))
    first.push(a <= b ? train.y[i++]! : null)
    second.push(b <= a ? validation.y[j++]! : null)
  }
  return [x, first, second]
}
