import { int64, Tensor } from '../../graph/tensor.ts'
import type { Arrays } from '../../runtime/session.ts'
import { UserError } from '../../tensor/errors.ts'
import type { BuiltModel } from '../../train/build.ts'
import { rowNoise } from '../loss/row-noise.ts'
import { hamiltonianTransition, type Path, type PathPoint, pathPoint } from './hamiltonian.ts'
import { generatorOf, isContinuous, repeatedMode, repeatedRows } from './latent-model.ts'
import { mapped, posteriorParts } from './posterior-rows.ts'

export interface AnnealingSettings {
  readonly seed: number
  readonly examples: number
  readonly chains: number
  readonly leapfrogSteps: number
  readonly start: 'prior' | 'posterior'
}

/**
 * The graphs that draw the first points of chains, and that move them by one transition. Inputs are `x`, `labels`,
 * `keys` `[R, 1]` of the R = examples · chains rows and, for the transition, `pointFeeds` of the previous call,
 * `beta`, `stepSizes` `[examples, 1]` and `step`, the number of the transition from 1.
 *
 * @throws UserError if the model lacks a likelihood or a prior with a density, or has binary codes
 */
export function annealingGraphs(model: BuiltModel, settings: AnnealingSettings) {
  const { seed, examples, chains, leapfrogSteps, start } = settings
  const { latent } = generatorOf(model)
  const rows = examples * chains
  const { path, drawn } = annealingPath(model, settings)
  const keys = Tensor.input('keys', [rows, 1], 'int64')
  const noiseAt = (step: Tensor) => rowNoise(seed, keys, step.expand([rows, 1]))
  const step = Tensor.input('step', [], 'int64')
  const z = drawn.sample(noiseAt(int64(0n))(`annealing ${start}`))
  const from = inputPoint(rows, latent)
  const { to, acceptance } = hamiltonianTransition(path, from, {
    beta: Tensor.input('beta', []),
    stepSize: repeatedRows(Tensor.input('stepSizes', [examples, 1]), chains),
    leapfrogSteps,
    noise: noiseAt(step),
  })
  return { begin: arraysOf(pathPoint(path, z)), move: { ...arraysOf(to), acceptance } }
}

/** The path from p(z) or q(z|x) to p(z, x), and the distribution at its start. */
function annealingPath(model: BuiltModel, { examples, chains, start }: AnnealingSettings) {
  const { likelihood, prior, latent } = generatorOf(model)
  const x = Tensor.input('x', [examples, model.info.dimension])
  const { once, repeated } = repeatedMode(model, examples, chains)
  const p = prior([examples * chains, latent])
  if (!isContinuous(p))
    throw new UserError(
      `${model.definition.name} has binary codes here, and annealed importance sampling moves codes along gradients`,
    )
  const all = repeatedRows(x, chains)
  const logLikelihood = (z: Tensor) => likelihood(z, repeated).logProb(all)
  if (start === 'prior') {
    const path: Path = { logStart: (z) => p.logProb(z), logRatio: logLikelihood }
    return { path, drawn: p }
  }
  const q = mapped(posteriorParts(model, x, once), (parameter) => repeatedRows(parameter, chains))
  const path: Path = {
    logStart: (z) => q.logProb(z),
    logRatio: (z) => logLikelihood(z).add(p.logProb(z)).sub(q.logProb(z)),
  }
  return { path, drawn: q }
}

/** The arrays of a point, which a transition returns under these names, and takes under those of `before`. */
const NAMES = ['z', 'logStart', 'logRatio', 'startGradient', 'ratioGradient'] as const

const arraysOf = (point: PathPoint): Readonly<Record<keyof PathPoint, Tensor>> => point

const before = (name: keyof PathPoint) => `${name} before`

/** The point that the previous call returned. */
function inputPoint(rows: number, latent: number): PathPoint {
  const each = (name: keyof PathPoint) => Tensor.input(before(name), [rows])
  const ofCodes = (name: keyof PathPoint) => Tensor.input(before(name), [rows, latent])
  return {
    z: ofCodes('z'),
    logStart: each('logStart'),
    logRatio: each('logRatio'),
    startGradient: ofCodes('startGradient'),
    ratioGradient: ofCodes('ratioGradient'),
  }
}

/** The results of a call as feeds of the next transition. */
export const pointFeeds = (results: Arrays): Arrays =>
  Object.fromEntries(NAMES.map((name) => [before(name), results[name]!]))
