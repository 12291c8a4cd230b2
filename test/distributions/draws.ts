import { expect } from 'vitest'
import type { Noise } from '../../src/distributions/distribution.ts'
import { randomNormal, randomUniform } from '../../src/graph/random.ts'
import { int64 } from '../../src/graph/tensor.ts'
import { streamKey } from '../../src/tensor/random.ts'
import { moments } from '../train/onnx.ts'

/** One stream of noise, as training has it. */
export const noiseOf = (seed: number): Noise => ({
  normal: (shape) => randomNormal(int64(streamKey(seed, 'normal')), int64(0n), shape),
  uniform: (shape) => randomUniform(int64(streamKey(seed, 'uniform')), int64(0n), shape),
})

/** Checks a share of n trials within four standard errors. */
export function expectShare(hits: number, trials: number, probability: number): void {
  const error = Math.sqrt((probability * (1 - probability)) / trials)
  expect(Math.abs(hits / trials - probability)).toBeLessThanOrEqual(4 * error + 1e-6)
}

/** Checks mean and variance within four standard errors; `fourth` is the fourth central moment. */
export function expectMoments(
  sample: readonly number[],
  mean: number,
  variance: number,
  fourth: number,
): void {
  const found = moments(sample)
  const n = sample.length
  expect(Math.abs(found.mean - mean)).toBeLessThan(4 * Math.sqrt(variance / n))
  expect(Math.abs(found.variance - variance)).toBeLessThan(
    4 * Math.sqrt((fourth - variance ** 2) / n),
  )
}
