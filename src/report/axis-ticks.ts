import { grouped, superscript } from '../tensor/numbers.ts'

/** Marks of a linear axis and how they are written. */
export interface AxisTicks {
  readonly ticks: readonly number[]
  /** The number at a tick, in units of `factor`. Different ticks have different numbers. */
  readonly tickFormat: (value: number) => string
  /** What the numbers at the ticks are multiples of: 1, or a power of ten that the axis' name must state. */
  readonly factor: number
}

/** Numbers outside these are written as multiples of a power of ten. */
const [LEAST, MOST] = [1e-3, 1e6]

/**
 * About `count` ticks inside a range, 1, 2 or 5 times a power of ten apart, each with enough decimals to differ from
 * its neighbours: 239.1, 239.2 with the factor 10⁶ for values around 239 million.
 */
export function axisTicks(domain: readonly [low: number, high: number], count: number): AxisTicks {
  const [low, high] = domain
  const { step, exponent } = tickStep(high - low, count)
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)]
  const indices = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
  // A product of a whole number and a power of ten below 1 is not the nearest number to it.
  const ticks = indices.map((index) => Number((index * step).toPrecision(15)))
  const largest = Math.max(Math.abs(low), Math.abs(high))
  const power = largest >= MOST || largest < LEAST ? Math.floor(Math.log10(largest)) : 0
  const decimals = Math.min(15, Math.max(0, power - exponent))
  return {
    ticks,
    tickFormat: (value) => {
      const text = grouped((value / 10 ** power).toFixed(decimals))
      return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text.replace('-', '−')
    },
    factor: 10 ** power,
  }
}

/** The distance of ticks, and the exponent of its power of ten. */
function tickStep(span: number, count: number): { step: number; exponent: number } {
  const rough = span / count
  const exponent = Math.floor(Math.log10(rough))
  const error = rough / 10 ** exponent
  const times =
    error >= Math.sqrt(50) ? 10 : error >= Math.sqrt(10) ? 5 : error >= Math.sqrt(2) ? 2 : 1
  return times === 10
    ? { step: 10 ** (exponent + 1), exponent: exponent + 1 }
    : { step: times * 10 ** exponent, exponent }
}

/**
 * Pixels that the numbers of a vertical axis need, with a gap to the axis.
 *
 * @param letter width of a digit
 */
export const tickWidth = ({ ticks, tickFormat }: AxisTicks, letter: number): number =>
  Math.ceil(10 + letter * Math.max(1, ...ticks.map((tick) => tickFormat(tick).length)))

/** The name of an axis, with what its numbers are multiples of. */
export const axisName = (name: string, { factor }: AxisTicks): string =>
  factor === 1 ? name : `${name}, in units of ${powerOfTen(factor)}`

/** The ticks of an axis as Plot takes them. */
export const onAxis = ({ ticks, tickFormat }: Pick<AxisTicks, 'ticks' | 'tickFormat'>) => ({
  ticks: [...ticks],
  tickFormat,
})

export function powerOfTen(value: number): string {
  const exponent = Math.round(Math.log10(value))
  if (exponent >= -3 && exponent <= 3) return String(Number((10 ** exponent).toPrecision(1)))
  return `10${superscript(exponent)}`
}
