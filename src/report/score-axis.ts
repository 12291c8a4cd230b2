import { grouped } from '../tensor/numbers.ts'
import { axisName, axisTicks, powerOfTen } from './axis-ticks.ts'

/** A horizontal axis for scores. */
export interface ScoreAxis {
  /** Where a score lies, from 0 at the left end to 1. */
  at(score: number): number
  readonly ticks: readonly { readonly score: number; readonly text: string }[]
  /** The name of the axis, with what its numbers are multiples of. */
  named(name: string): string
  /** Whether it is logarithmic far from the middle. */
  readonly isStretched: boolean
}

/** Scores to be shown: all lie between `low` and `high`, and so do the middle of normal ones and their threshold. */
export interface ScoreRange {
  readonly low: number
  readonly high: number
  readonly middle: number
  readonly threshold: number
}

/** Beyond so many distances from the middle to the threshold, a linear axis would have no room for normal scores. */
const FAR = 8

/** Ticks are at least this share of the axis apart. */
const APART = 0.11

/**
 * An axis that is linear, or, where scores lie far beyond the threshold, linear around the middle of the normal ones and
 * logarithmic beyond the threshold: asinh((s - middle) / (threshold - middle)).
 */
export function scoreAxis(range: ScoreRange): ScoreAxis {
  const { low, high, middle, threshold } = range
  const unit = threshold - middle
  const isStretched = unit > 0 && Math.max(high - middle, middle - low) > FAR * unit
  if (!isStretched) return linearAxis(low, high)
  const position = (score: number) => Math.asinh((score - middle) / unit)
  const at = between(position(low), position(high), position)
  return { at, isStretched, named: (name) => name, ticks: roundTicks(range, at) }
}

function linearAxis(low: number, high: number): ScoreAxis {
  // Equal scores lie in the middle.
  const margin = high > low ? 0 : Math.max(Math.abs(low) / 10, 0.5)
  const ends = [low - margin, high + margin] as const
  const marks = axisTicks(ends, 5)
  return {
    at: between(...ends, (score) => score),
    isStretched: false,
    named: (name) => axisName(name, marks),
    ticks: marks.ticks.map((score) => ({ score, text: marks.tickFormat(score) })),
  }
}

/** A position as a share of the way between two others, with a little room beyond both. */
const between = (low: number, high: number, position: (score: number) => number) => {
  const room = 0.02 * (high - low)
  return (score: number) => (position(score) - low + room) / (high - low + 2 * room)
}

/** 0 and 1, 5 and 2 times powers of ten, the rounder ones first, as far as they have room beside each other. */
function roundTicks({ low, high, threshold }: ScoreRange, at: ScoreAxis['at']): ScoreAxis['ticks'] {
  const most = Math.max(Math.abs(low), Math.abs(high), Math.abs(threshold))
  const last = Math.floor(Math.log10(most))
  const exponents = Array.from({ length: 7 }, (_, i) => last - i)
  const sizes = [1, 5, 2].flatMap((times) => exponents.map((power) => times * 10 ** power))
  const chosen: number[] = []
  for (const score of [0, ...sizes.flatMap((size) => [size, -size])]) {
    const fits = chosen.every((other) => Math.abs(at(other) - at(score)) >= APART)
    if (score >= low && score <= high && fits) chosen.push(score)
  }
  return chosen.sort((a, b) => a - b).map((score) => ({ score, text: tickText(score) }))
}

function tickText(score: number): string {
  const size = Math.abs(score)
  const sign = score < 0 ? '−' : ''
  if (size === 0 || (size >= 1e-3 && size < 1e6))
    return sign + grouped(String(Number(size.toPrecision(1))))
  const power = 10 ** Math.floor(Math.log10(size) + 1e-9)
  const times = Math.round(size / power)
  return `${sign}${times === 1 ? '' : `${times} · `}${powerOfTen(power)}`
}
