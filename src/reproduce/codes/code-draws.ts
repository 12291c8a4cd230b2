import { Tensor } from '../../graph/tensor.ts'
import type { Runtime } from '../../runtime/session.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'
import { meanOf } from '../measures/statistics.ts'

/** Uniform draws from the bounding box of the codes `[n, L]`. */
export function uniformDraws(codes: Floats, count: number, seed: number): Floats {
  const { uniform } = stream(seed, 'draws of the box of codes')
  const sides = columnsOf(codes).map((column) => {
    const low = column.reduce((a, b) => Math.min(a, b))
    return { low, length: column.reduce((a, b) => Math.max(a, b)) - low }
  })
  return drawn(count, sides, ({ low, length }) => low + length * uniform())
}

/** Draws from N(0, I), shifted and scaled along each axis to the mean and variance of the codes `[n, L]`. */
export function scaledDraws(codes: Floats, count: number, seed: number): Floats {
  const { normal } = stream(seed, 'draws scaled to codes')
  const scales = columnsOf(codes).map((column) => {
    const mean = meanOf(column)
    return { mean, deviation: Math.sqrt(meanOf(column.map((value) => (value - mean) ** 2))) }
  })
  return drawn(count, scales, ({ mean, deviation }) => mean + deviation * normal())
}

/**
 * Draws from the normal distribution with the mean and the covariance of the rows x `[n, D]`. The sum of
 * the n rows about their mean, each times a draw of N(0, 1/n), has that covariance: no decomposition is needed.
 */
export async function normalDraws(
  runtime: Runtime,
  x: Floats,
  count: number,
  seed: number,
): Promise<Floats> {
  const [n, width] = x.shape as readonly [number, number]
  const { normal } = stream(seed, 'draws of a normal distribution')
  const weights = Float32Array.from({ length: count * n }, () => normal() / Math.sqrt(n))
  const rows = Tensor.input('x', [n, width])
  const mean = rows.mean([0], true) // [1, D]
  const draws = Tensor.input('weights', [count, n]).dot(rows.sub(mean)).add(mean)
  const session = await runtime.compile({ draws })
  try {
    const results = await session.run({ x, weights: hostTensor('float32', [count, n], weights) })
    return hostTensor(
      'float32',
      [count, width],
      Float32Array.from(results.draws!.data as Float32Array),
    )
  } finally {
    await session.close()
  }
}

function drawn<T>(count: number, axes: readonly T[], draw: (axis: T) => number): Floats {
  const rows = Array.from({ length: count }, () => axes.map(draw))
  return hostTensor('float32', [count, axes.length], Float32Array.from(rows.flat()))
}

function columnsOf({ shape, data }: Floats): Float64Array[] {
  const [n, width] = shape as readonly [number, number]
  return Array.from({ length: width }, (_, l) =>
    Float64Array.from({ length: n }, (_, i) => data[i * width + l]!),
  )
}
