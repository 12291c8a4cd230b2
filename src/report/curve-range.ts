/** The part of a curve's value axis that is drawn, and how many values lie beyond it. */
export interface CurveRange {
  readonly low: number
  readonly high: number
  /** Values above `high` or below `low`, which the panel cuts off. */
  readonly clipped: number
}

/** A stretch of a curve without a break: points in drawing order. */
export type Stretch = readonly { readonly epoch: number; readonly value: number }[]

/** The share of values, largest and smallest apart, that the panel's range always covers. */
const COVERED = 0.97

/** A value further from the covered ones than this many times their spread is cut off. */
const FAR = 5

/** The margin on either side of the values, as a share of their range. */
const MARGIN = 0.04

/**
 * The range that a panel shows: that of all finite values with a small margin, unless some of them (a first
 * epoch, or a spike) are so far off that the rest would look like a flat line. Those are cut off. Fewer than
 * five values are never cut off.
 */
export function curveRange(values: readonly number[]): CurveRange {
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b)
  if (finite.length === 0) return { low: 0, high: 1, clipped: 0 }
  const most = Math.floor(COVERED * (finite.length - 1))
  const coveredLow = finite[finite.length - 1 - most]!
  const coveredHigh = finite[most]!
  const spread = coveredHigh - coveredLow
  const reach = finite.length >= 5 && spread > 0 ? FAR * spread : Number.POSITIVE_INFINITY
  const drawn = finite.filter(
    (value) => value >= coveredLow - reach && value <= coveredHigh + reach,
  )
  const [smallest, largest] = [drawn[0]!, drawn.at(-1)!]
  const margin = (largest - smallest) * MARGIN || Math.abs(largest) * MARGIN || 1
  return { low: smallest - margin, high: largest + margin, clipped: finite.length - drawn.length }
}

/**
 * Cuts a curve at the edges of a range: the stretches that lie inside, ending where the curve crosses an
 * edge. A value that is not finite breaks the curve.
 */
export function clipCurve(points: Stretch, range: { low: number; high: number }): Stretch[] {
  const stretches: { epoch: number; value: number }[][] = []
  let open = false
  const extend = (point: { epoch: number; value: number }) => {
    if (open) stretches.at(-1)!.push(point)
    else stretches.push([point])
    open = true
  }
  points.forEach((point, i) => {
    if (!Number.isFinite(point.value) || !Number.isFinite(point.epoch)) {
      open = false
      return
    }
    for (const crossing of crossings(points[i - 1], point, range)) extend(crossing)
    if (point.value >= range.low && point.value <= range.high) extend(point)
    else open = false
  })
  return stretches
}

/** Where the segment between two points crosses the edges of the range, in the segment's direction. */
function crossings(
  from: { epoch: number; value: number } | undefined,
  to: { epoch: number; value: number },
  range: { low: number; high: number },
): { epoch: number; value: number }[] {
  if (!from || !Number.isFinite(from.value) || !Number.isFinite(from.epoch)) return []
  const share = (edge: number) => (edge - from.value) / (to.value - from.value)
  return [range.low, range.high]
    .filter((edge) => (from.value - edge) * (to.value - edge) < 0)
    .sort((a, b) => share(a) - share(b))
    .map((edge) => ({ epoch: from.epoch + share(edge) * (to.epoch - from.epoch), value: edge }))
}
