import { described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { type Floats, hostTensor } from '../tensor/host.ts'
import { oneClass } from '../train/classes.ts'
import type { TrainedModel } from '../train/trained.ts'
import { codePaths, line, type PathName } from './code-paths.ts'

/** Two paths from one example to another, `[steps, D]` each, both ends included. */
export interface Interpolation {
  /** Evenly spaced points between the two codes, `[steps, L]`. */
  readonly codes: Floats
  /** What they are decoded to. */
  readonly latent: Floats
  /** Evenly mixed values of the examples themselves, for comparison. */
  readonly pixel: Floats
}

/** Classes along a path, for a model that is conditioned on them. */
export interface WalkLabels {
  /** Classes of the two examples. */
  readonly from: number
  readonly to: number
  /** The class that the whole path is decoded as; by default each half as the class of the nearer example. */
  readonly along?: number | undefined
}

/**
 * Interpolates between two examples `a` and `b`, both `[D]`: along a path between their codes (the means of q(z|x)), and
 * along the straight line between their values. The ends of the latent path are the reconstructions of the two examples.
 *
 * @param labels classes of the ends, which a conditional model needs and others ignore
 * @param along the path between the codes: a straight `line`, or an arc of a `sphere` about the origin
 * @throws UserError for fewer than two steps, for examples of different lengths, and for a model without an
 * encoder
 */
export async function interpolate(
  model: TrainedModel,
  a: Floats,
  b: Floats,
  steps: number,
  labels?: WalkLabels,
  along: PathName = 'line',
): Promise<Interpolation> {
  if (!Number.isInteger(steps) || steps < 2)
    throw new UserError(`steps: expected at least 2, got ${described(steps)}`)
  if (a.data.length !== b.data.length)
    throw new UserError(
      `expected two examples of the same length, got ${a.data.length} and ${b.data.length} values`,
    )
  const ends = await model.encode(pair(a, b), labels && [labels.from, labels.to]) // [2, L]
  const codes = codePaths[along](...halves(ends), steps)
  const latent = await model.decode(codes, labels && walkClasses(labels, steps))
  return { codes, latent, pixel: line(a.data, b.data, steps) }
}

/** The class that each step is decoded as; the middle of an odd number belongs to the first half. */
export function walkClasses({ from, to, along }: WalkLabels, steps: number): Int32Array {
  if (along !== undefined) return oneClass(steps, along)
  return Int32Array.from({ length: steps }, (_, step) => (2 * step <= steps - 1 ? from : to))
}

/** Both examples as rows, with their scale. */
function pair(a: Floats, b: Floats): Floats {
  const both = new Float32Array(a.data.length + b.data.length)
  both.set(a.data)
  both.set(b.data, a.data.length)
  return hostTensor('float32', [2, a.data.length], both, a.scale)
}

function halves({ data }: Floats): [Float32Array, Float32Array] {
  return [data.subarray(0, data.length / 2), data.subarray(data.length / 2)]
}
