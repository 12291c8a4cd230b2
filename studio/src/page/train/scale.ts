/** How a slider from 0 to 1 stands for a quantity. */
export interface Scale {
  /** Rounded to what a slider can tell apart. */
  readonly value: (position: number) => number
  readonly position: (value: number) => number
}

const clamped = (position: number): number => Math.min(1, Math.max(0, position))

/** Equal ways along the slider are equal factors; two digits. */
export const logarithmic = (low: number, high: number): Scale => ({
  value: (position) => Number((low * (high / low) ** position).toPrecision(2)),
  position: (value) => (value > 0 ? clamped(Math.log(value / low) / Math.log(high / low)) : 0),
})

export const linear = (low: number, high: number): Scale => ({
  value: (position) => Number((low + (high - low) * position).toPrecision(2)),
  position: (value) => clamped((value - low) / (high - low)),
})

/** From 0 to `high`, where `1` is in the middle: finer below than above. */
export const aroundOne = (high: number): Scale => {
  const power = Math.log2(high)
  return {
    value: (position) => Number((high * position ** power).toPrecision(2)),
    position: (value) => clamped((Math.max(0, value) / high) ** (1 / power)),
  }
}

export const scales = {
  lr: logarithmic(1e-5, 1e-1),
  beta: aroundOne(10),
  sigma: linear(0.01, 1),
  share: linear(0.01, 0.99),
}
