import { iota, type Operand, scalar, Tensor } from '../graph/tensor.ts'

/** How far the recurrence Γ(a + 1) = a Γ(a) goes up before Stirling's series: four terms then err by less than 1e-11. */
export const SHIFT = 7

const tensor = (x: Operand) => (x instanceof Tensor ? x : scalar(x))

/** log a / b for positive a and b; where they are nearly equal, as accurate as their difference. */
export function logRatio(a: Tensor, b: Tensor): Tensor {
  const difference = a.sub(b).div(b)
  const near = difference.greater(-0.5)
  // 1 + difference would round to 0 where a is far below b.
  return near.select(near.select(difference, 0).log1p(), near.select(1, a.div(b)).log())
}

/** What Stirling's formula lacks of log Γ(y), for y ≥ SHIFT: Abramowitz and Stegun 6.1.41. */
function stirlingRemainder(y: Tensor): Tensor {
  const square = tensor(1).div(y.square())
  return square
    .mul(-1 / 1680)
    .add(1 / 1260)
    .mul(square)
    .sub(1 / 360)
    .mul(square)
    .add(1 / 12)
    .div(y)
}

/**
 * What log Γ(a + x) / Γ(a) = (y - ½) log(1 + x / y) + x log(y + x) - x + rest, y = a + SHIFT, has as its rest, for a > 0
 * and x ≥ 0. The difference of two log Γ would lose all digits of float32 where they are large.
 */
export function gammaRatioRest(a: Tensor, x: Tensor): Tensor {
  const y = a.add(SHIFT)
  const steps = iota(SHIFT).cast('float')
  // Σ log (a + x + k) / (a + k)
  const up = x.unsqueeze(-1).div(a.unsqueeze(-1).add(steps)).add(1).log()
  return stirlingRemainder(y.add(x))
    .sub(stirlingRemainder(y))
    .sub(up.sum([up.rank - 1]))
}

/**
 * log Γ(a + x) / Γ(a) - x log m + x for a > 0, x ≥ 0, m > 0, with a rounding error of the order of that of |a + x - m|
 * instead of that of log Γ(a + x).
 */
export function logGammaRatio(a: Operand, x: Operand, m: Tensor): Tensor {
  const [from, by] = [tensor(a), tensor(x)]
  const y = from.add(SHIFT)
  return y
    .sub(0.5)
    .mul(by.div(y).log1p())
    .add(by.mul(logRatio(y.add(by), m)))
    .add(gammaRatioRest(from, by))
}
