import { described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { type Floats, hostTensor } from '../tensor/host.ts'
import { oneClass } from '../train/classes.ts'
import type { TrainedModel } from '../train/trained.ts'

/** Two paths from one example to another, `[steps, D]` each, both ends included. */
export interface Interpolation {
  /** Decoded from evenly spaced points between the two codes. */
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
 * Interpolates between two examples `a` and `b`, both `[D]`: along the straight line between their codes (the
 * means of q(z|x)), and along the straight line between their values. The ends of the latent path are the
 * reconstructions of the two examples.
 *
 * @param labels classes of the ends, which a conditional model needs and others ignore
 * @throws UserError for fewer than two steps, for examples of different lengths, and for a model without an
 * encoder
 */
export async function interpolate(
  model: TrainedModel,
  a: Floats,
  b: Floats,
  steps: number,
  labels?: WalkLabels,
): Promise<Interpolation> {
  if (!Number.isInteger(steps) || steps < 2)
    throw new UserError(`steps: expected at least 2, got ${described(steps)}`)
  if (a.data.length !== b.data.length)
    throw new UserError(
      `expected two examples of the same length, got ${a.data.length} and ${b.data.length} values`,
    )
  const codes = await model.encode(pair(a, b), labels && [labels.from, labels.to]) // [2, L]
  const [from, to] = halves(codes)
  const latent = await model.decode(line(from, to, steps), labels && walkClasses(labels, steps))
  return { latent, pixel: line(a.data, b.data, steps) }
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

/** Points at equal distances on the line between two vectors, `[steps, width]`, the ends exact. */
function line(from: Float32Array, to: Float32Array, steps: number): Floats {
  const width = from.length
  const points = new Float32Array(steps * width)
  for (let step = 0; step < steps; step++) {
    const t = step / (steps - 1)
    for (let i = 0; i < width; i++) points[step * width + i] = (1 - t) * from[i]! + t * to[i]!
  }
  return hostTensor('float32', [steps, width], points)
}
