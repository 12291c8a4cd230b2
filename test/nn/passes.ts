import { int64, type Tensor } from '../../src/graph/tensor.ts'
import type { Mode } from '../../src/nn/network.ts'
import { initialValue, type Parameters } from '../../src/nn/parameters.ts'
import type { Arrays } from '../../src/runtime/session.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { noiseSource } from '../../src/train/noise.ts'
import { numbers } from '../graph/arrays.ts'

export const evaluating: Mode = {
  training: false,
  noise() {
    throw new Error('evaluation draws no noise')
  },
}

/** A training pass, which says nowhere what kept arrays become. */
export const training = (seed: number): Mode => ({
  training: true,
  noise: noiseSource(seed, int64(0n)).noise,
})

/** A training pass that collects what kept arrays become, by their names. */
export function recorded(seed = 0): { mode: Mode; moved: Map<string, Tensor> } {
  const moved = new Map<string, Tensor>()
  const update: Mode['update'] = (state, next) => {
    const { name } = state.attributesOf('input')
    moved.set(name, next(moved.get(name) ?? state))
  }
  return { mode: { ...training(seed), update }, moved }
}

export const initial = (collected: Parameters, seed = 0): Arrays =>
  Object.fromEntries([...collected.all.values()].map((p) => [p.name, initialValue(p, seed)]))

/** Values near the initial ones, none of which is special: scales are not 1, shifts and means not 0. */
export function disturbed(collected: Parameters, seed: number): Arrays {
  const values = [...collected.all.values()].map((p, i) => {
    const around = initialValue(p, seed).data
    const by = numbers(seed + i, around.length, 'uniform').map((u) => 0.4 * u - 0.2)
    const data = Float64Array.from(around, (value, j) => Math.fround(value + by[j]!))
    return [p.name, hostTensor('float64', p.shape, data)] as const
  })
  return Object.fromEntries(values)
}

export const shapesOf = (collected: Parameters): Record<string, readonly number[]> =>
  Object.fromEntries([...collected.all.values()].map(({ name, shape }) => [name, shape]))
