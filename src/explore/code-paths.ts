import { type Floats, hostTensor } from '../tensor/host.ts'

/** A way from one code to another. */
type Path = (from: Float32Array, to: Float32Array, steps: number) => Floats

/** The ways from one code to another, `[steps, L]` each, evenly spaced, with exact ends. */
export const codePaths = { line, sphere } satisfies Record<string, Path>

export type PathName = keyof typeof codePaths

export const pathNames = Object.keys(codePaths) as PathName[]

/** Points at equal distances on the line between two vectors, `[steps, width]`, the ends exact. */
export function line(from: Float32Array, to: Float32Array, steps: number): Floats {
  return points(from, to, steps, (t) => (i) => (1 - t) * from[i]! + t * to[i]!)
}

/**
 * Points at equal angles between the directions of two vectors (Shoemake 1985, "Animating rotation with quaternion curves";
 * for codes White 2016, "Sampling generative networks"), whose lengths change evenly from one to the other. Codes drawn from
 * a standard normal prior of many dimensions lie near a sphere, which a straight line leaves.
 *
 * Of vectors of one length this is White's formula, which leaves every bound where lengths differ and directions are nearly
 * opposite. Parallel vectors, and one of length 0, give a straight line. Opposite ones have no arc of their own: theirs
 * turns towards the dimension in which they are smallest, and of one dimension it is a line.
 */
export function sphere(from: Float32Array, to: Float32Array, steps: number): Floats {
  const [fromLength, toLength] = [lengthOf(from), lengthOf(to)]
  if (fromLength === 0 || toLength === 0) return line(from, to, steps)
  const start = unit(from, fromLength)
  const end = unit(to, toLength)
  const cosine = dot(start, end)
  const across = perpendicular(start, end, cosine)
  if (!across) return line(from, to, steps)
  // Of nearly parallel vectors, and of nearly opposite ones, the sine has the digits that the cosine lacks.
  const angle = Math.atan2(across.sine, cosine)
  return points(from, to, steps, (t) => {
    const length = (1 - t) * fromLength + t * toLength
    const [along, aside] = [length * Math.cos(t * angle), length * Math.sin(t * angle)]
    return (i) => along * start[i]! + aside * across.direction[i]!
  })
}

/** Below this, directions are parallel or opposite as far as float32 can say. */
const PARALLEL = 1e-7

/** The direction from `start` towards `end` at a right angle to `start`; undefined where they span a line. */
function perpendicular(start: Float64Array, end: Float64Array, cosine: number) {
  const rest = end.map((value, i) => value - cosine * start[i]!)
  const sine = lengthOf(rest)
  if (sine > PARALLEL) return { direction: unit(rest, sine), sine }
  if (cosine > 0 || start.length === 1) return undefined
  const smallest = start.reduce(
    (best, value, i) => (Math.abs(value) < Math.abs(start[best]!) ? i : best),
    0,
  )
  const axis = start.map((value, i) => (i === smallest ? 1 : 0) - start[smallest]! * value)
  return { direction: unit(axis, lengthOf(axis)), sine: 0 }
}

function points(
  from: Float32Array,
  to: Float32Array,
  steps: number,
  at: (t: number) => (i: number) => number,
): Floats {
  const width = from.length
  const all = new Float32Array(steps * width)
  for (let step = 1; step < steps - 1; step++) {
    const value = at(step / (steps - 1))
    for (let i = 0; i < width; i++) all[step * width + i] = value(i)
  }
  all.set(from)
  all.set(to, (steps - 1) * width)
  return hostTensor('float32', [steps, width], all)
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}

function lengthOf(vector: Float32Array | Float64Array): number {
  let sum = 0
  for (const value of vector) sum += value * value
  return Math.sqrt(sum)
}

const unit = (vector: ArrayLike<number>, length: number): Float64Array =>
  Float64Array.from(vector, (value) => value / length)
