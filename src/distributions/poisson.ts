import { constant, iota, scalar, type Tensor } from '../graph/tensor.ts'
import type { Independent, Noise } from './distribution.ts'
import { logGammaRatio } from './log-gamma-ratio.ts'

/** Bounds of a count's log rate: to 8.9 million, since float32 holds whole numbers up to 16 million. */
export const LOG_RATE_BOUNDS = [-12, 16] as const

/** log p(x) of each count. */
const logProbPerDimension = (x: Tensor, rate: Tensor) => x.sub(rate).sub(logGammaRatio(1, x, rate))

/** Independent Poisson variables with rates `[B, D]`; a value is a whole number from 0 on. */
export function poisson(rate: Tensor): Independent {
  return {
    logProb: (x) => logProbPerDimension(x, rate).sum([1]),
    logProbPerDimension: (x) => logProbPerDimension(x, rate),
    mean: () => rate,
    sample: (noise) => poissonDraw(rate, noise),
    reparametrised: false,
  }
}

/** Below this rate a count is searched for by its distribution function, from here on it is proposed and accepted. */
const LARGE_RATE = 10
/** Numbers that are searched: P(x ≥ 40) is 2e-12 at rate 10. */
const SEARCHED = 40
/** Proposals; each is accepted with a probability of at least 0.75, so that all fail 14 times in a million. */
const PROPOSALS = 8

/** A draw for each of the rates `[B, D]`, from two uniform numbers for each proposal. */
export function poissonDraw(rate: Tensor, noise: Noise): Tensor {
  const uniform = noise.uniform([...(rate.shape as number[]), 2 * PROPOSALS])
  const [u, v] = uniform.split(2, [PROPOSALS, PROPOSALS])
  const small = rate.less(LARGE_RATE)
  return small.select(
    searched(small.select(rate, 1), u!.slice(2, 0, 1)),
    accepted(small.select(LARGE_RATE, rate), u!, v!),
  )
}

/** The number of counts whose distribution function is below u `[B, D, 1]`. */
function searched(rate: Tensor, u: Tensor): Tensor {
  const counts = constant(
    Array.from({ length: SEARCHED }, (_, k) => k),
    [SEARCHED],
  )
  const each = rate.unsqueeze(2)
  const logProbabilities = counts.mul(each.log()).sub(each).sub(counts.add(1).lgamma())
  const below = (_: unknown, i: number) => Number(Math.floor(i / SEARCHED) <= i % SEARCHED)
  const sums = constant(Array.from({ length: SEARCHED ** 2 }, below), [SEARCHED, SEARCHED])
  return logProbabilities.exp().matmul(sums).less(u).cast('float').sum([2])
}

/**
 * Transformed rejection for rates from 10 on: algorithm PTRS of Hörmann 1993, The transformed rejection method for
 * generating Poisson random variables. The first accepted of all proposals, or the first if none is.
 */
function accepted(rate: Tensor, u: Tensor, v: Tensor): Tensor {
  const mu = rate.unsqueeze(2)
  const b = mu.sqrt().mul(2.53).add(0.931)
  const a = b.mul(0.02483).sub(0.059)
  const inverseAlpha = scalar(1.1328).div(b.sub(3.4)).add(1.1239)
  const squeeze = scalar(-3.6224).div(b.sub(2)).add(0.9277)
  const centred = u.sub(0.5)
  // Away from 0, where the hat's tails have no bound.
  const us = centred.abs().neg().add(0.5).max(1e-7)
  const count = a.mul(2).div(us).add(b).mul(centred).add(mu).add(0.43).floor()
  const possible = count.greater(-1).and(us.less(0.013).and(v.greater(us)).not())
  const known = count.max(0)
  const inside = us.less(0.07).or(v.greater(squeeze)).not()
  const hat = v.log().add(inverseAlpha.log()).sub(a.div(us.square()).add(b).log())
  const below = hat.greater(logProbPerDimension(known, mu)).not()
  return firstOf(known, inside.or(possible.and(below)))
}

/** The first of `[B, D, n]` proposals that is accepted, or the first of all, `[B, D]`. */
export function firstOf(proposals: Tensor, acceptable: Tensor): Tensor {
  const n = proposals.shape[2] as number
  const chosen = acceptable.cast('float').argMax(2).unsqueeze(2).equal(iota(n))
  return chosen.select(proposals, 0).sum([2])
}
