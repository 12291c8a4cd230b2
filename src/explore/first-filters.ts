import type { Arrays } from '../runtime/session.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import type { BuiltModel } from '../train/build.ts'

/** The filters of an encoder's first layer. */
export interface FirstFilters {
  /** Weights of the shown units by decreasing norm, `[n, C, h, w]`: whole images, or a convolution's windows. */
  readonly filters: HostTensor<'float32'>
  /** Number of all units, shown or not. */
  readonly units: number
  readonly convolutional: boolean
}

/**
 * The `most` filters of largest Euclidean norm of an encoder's first layer, whose weights are the
 * parameter `encoder.0.weight`: `[D, H]` of a dense layer, `[H, C, h, w]` of a convolution. Weights of
 * inputs after the example, such as a one-hot label, are left out. Undefined if there are no such weights, or
 * examples are not images.
 */
export function firstFilters(
  { info: { exampleShape, dimension } }: Pick<BuiltModel, 'info'>,
  parameters: Arrays,
  most: number,
): FirstFilters | undefined {
  const weight = parameters['encoder.0.weight']
  if (!weight || exampleShape.length < 2) return undefined
  const values = weight.data as Float32Array
  const channels = exampleShape.length === 2 ? 1 : exampleShape[0]!
  if (weight.shape.length === 4) {
    const [units, inputs, ...window] = weight.shape as [number, number, number, number]
    const [size, length] = [inputs * window[0] * window[1], channels * window[0] * window[1]]
    const filters = Array.from({ length: units }, (_, unit) =>
      values.subarray(unit * size, unit * size + length),
    )
    return { ...strongest(filters, [channels, ...window], most), units, convolutional: true }
  }
  const [, units] = weight.shape as [number, number]
  const filters = Array.from({ length: units }, (_, unit) =>
    Float32Array.from({ length: dimension }, (_, d) => values[d * units + unit]!),
  )
  return { ...strongest(filters, exampleShape, most), units, convolutional: false }
}

function strongest(
  filters: readonly Float32Array[],
  shape: readonly number[],
  most: number,
): Pick<FirstFilters, 'filters'> {
  const chosen = filters
    .map((filter) => ({ filter, norm: filter.reduce((sum, w) => sum + w * w, 0) }))
    .sort((a, b) => b.norm - a.norm)
    .slice(0, most)
  const all = new Float32Array(chosen.length * filters[0]!.length)
  for (const [i, { filter }] of chosen.entries()) all.set(filter, i * filter.length)
  return { filters: hostTensor('float32', [chosen.length, ...shape], all) }
}
