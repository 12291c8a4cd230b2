// Neal 2011, "MCMC using Hamiltonian dynamics", Handbook of Markov Chain Monte Carlo, chapter 5.
import type { Noise } from '../../distributions/distribution.ts'
import { gradients } from '../../graph/autodiff.ts'
import type { Tensor } from '../../graph/tensor.ts'

/** A family of densities f_β(z) = start(z) · e^(β ratio(z)), unnormalised, from f₀ = start to f₁. */
export interface Path {
  /** log f₀ of codes `[R, L]`, `[R]`. */
  readonly logStart: (z: Tensor) => Tensor
  /** log f₁ - log f₀ of codes `[R, L]`, `[R]`. */
  readonly logRatio: (z: Tensor) => Tensor
}

/** Codes `[R, L]` with the log-densities of the path at them, `[R]` each, and their gradients, `[R, L]`. */
export interface PathPoint {
  readonly z: Tensor
  readonly logStart: Tensor
  readonly logRatio: Tensor
  readonly startGradient: Tensor
  readonly ratioGradient: Tensor
}

export function pathPoint(path: Path, z: Tensor): PathPoint {
  const logStart = path.logStart(z)
  const logRatio = path.logRatio(z)
  // Rows are independent, so the gradient of the sum contains that of each.
  const [startGradient] = gradients(logStart.sum(), [z])
  const [ratioGradient] = gradients(logRatio.sum(), [z])
  return {
    z,
    logStart,
    logRatio,
    startGradient: startGradient!,
    ratioGradient: ratioGradient!,
  }
}

/** The parameters of a transition that leaves f_β invariant. */
export interface Transition {
  /** β, []. */
  readonly beta: Tensor
  /** Length of a leapfrog step, `[R, 1]`. */
  readonly stepSize: Tensor
  readonly leapfrogSteps: number
  readonly noise: (stream: string) => Noise
}

/**
 * One step of Hamiltonian Monte Carlo for each row: a momentum is drawn from N(0, I), the row is moved by leapfrog
 * steps (Neal, equations 2.28 to 2.30), and the end accepted with probability min(1, e^-ΔH), which is returned,
 * `[R]`. A step that overflows is not accepted, and its probability may be NaN.
 */
export function hamiltonianTransition(
  path: Path,
  from: PathPoint,
  { beta, stepSize, leapfrogSteps, noise }: Transition,
): { readonly to: PathPoint; readonly acceptance: Tensor } {
  const [rows] = from.z.shape as readonly number[]
  const slope = (at: PathPoint) => at.startGradient.add(at.ratioGradient.mul(beta))
  const energy = (at: PathPoint, momentum: Tensor) =>
    momentum.square().sum([1]).mul(0.5).sub(at.logStart).sub(at.logRatio.mul(beta))
  const first = noise('momentum').normal(from.z.shape as number[])
  const half = stepSize.mul(0.5)
  let momentum = first.add(half.mul(slope(from)))
  let at = from
  for (let step = 1; step <= leapfrogSteps; step++) {
    at = pathPoint(path, at.z.add(stepSize.mul(momentum)))
    momentum = momentum.add((step < leapfrogSteps ? stepSize : half).mul(slope(at)))
  }
  const logAcceptance = energy(from, first).sub(energy(at, momentum)) // -ΔH, [R]
  const accepted = noise('acceptance').uniform([rows!]).log().less(logAcceptance)
  const kept = (next: Tensor, before: Tensor) =>
    (next.rank === 2 ? accepted.unsqueeze(1) : accepted).select(next, before)
  return {
    to: {
      z: kept(at.z, from.z),
      logStart: kept(at.logStart, from.logStart),
      logRatio: kept(at.logRatio, from.logRatio),
      startGradient: kept(at.startGradient, from.startGradient),
      ratioGradient: kept(at.ratioGradient, from.ratioGradient),
    },
    acceptance: logAcceptance.min(0).exp(),
  }
}
