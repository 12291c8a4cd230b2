/** The field that small charts are drawn in; it is stretched to what they are given. */
export const WIDTH = 100
export const HEIGHT = 30
/** Space above the highest and below the lowest point, for the width of the line. */
const MARGIN = 3

/** The lowest and the highest of the finite values; NaN where there is none. */
export function extentOf(values: readonly number[]): readonly [low: number, high: number] {
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0) return [Number.NaN, Number.NaN]
  return [Math.min(...finite), Math.max(...finite)]
}

/** A line through values at even distances, and where a value stands in height. Gaps where values are not finite. */
export function linePath(values: readonly number[], low: number, high: number) {
  const y = (value: number): number => {
    const share = high > low ? (value - low) / (high - low) : 0.5
    return Number((HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)).toFixed(2))
  }
  let pen = 'M'
  const path = values
    .map((value, i) => {
      if (!Number.isFinite(value)) {
        pen = 'M'
        return ''
      }
      const x = values.length > 1 ? (i / (values.length - 1)) * WIDTH : 0
      const part = `${pen}${Number(x.toFixed(2))},${y(value)}`
      pen = 'L'
      return part
    })
    .join('')
  return { path, y }
}
