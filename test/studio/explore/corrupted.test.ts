import { describe, expect, it } from 'vitest'
import { stream } from '../../../src/tensor/random.ts'
import { corrupted, squaredErrors } from '../../../studio/src/page/explore/denoise/corrupted.ts'

const COUNT = 40_000
const grey = new Float32Array(COUNT).fill(0.5)
const share = (values: Float32Array, of: number): number =>
  values.filter((value) => value === of).length / values.length
/** Five standard errors of a share of COUNT draws. */
const within = (probability: number): number =>
  5 * Math.sqrt((probability * (1 - probability)) / COUNT)

describe('corruptions of pictures', () => {
  it('masking puts 0 in place of the share of the values', () => {
    const masked = corrupted(grey, 'masking', 0.3, stream(1, 'test'))
    expect(Math.abs(share(masked, 0) - 0.3)).toBeLessThan(within(0.3))
    expect(share(masked, 0) + share(masked, 0.5)).toBe(1)
  })

  it('salt and pepper puts 0 and 1 in place of half the share each', () => {
    const noisy = corrupted(grey, 'salt-pepper', 0.4, stream(2, 'test'))
    expect(Math.abs(share(noisy, 0) - 0.2)).toBeLessThan(within(0.2))
    expect(Math.abs(share(noisy, 1) - 0.2)).toBeLessThan(within(0.2))
    expect(Math.abs(share(noisy, 0.5) - 0.6)).toBeLessThan(within(0.6))
  })

  it('gaussian noise has mean 0 and the deviation, and is not clipped', () => {
    const noise = corrupted(grey, 'gaussian', 0.5, stream(3, 'test')).map((value) => value - 0.5)
    const mean = noise.reduce((a, b) => a + b, 0) / COUNT
    const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT
    expect(Math.abs(mean)).toBeLessThan((5 * 0.5) / Math.sqrt(COUNT))
    // The variance of a sample variance of normal values is 2 σ⁴ / n.
    expect(Math.abs(variance - 0.25)).toBeLessThan(5 * 0.25 * Math.sqrt(2 / COUNT))
    expect(Math.min(...noise)).toBeLessThan(-1)
  })

  it('is a function of the draws', () => {
    const twice = [4, 4, 5].map((seed) =>
      corrupted(grey.slice(0, 200), 'masking', 0.5, stream(seed, 'test')),
    )
    expect(twice[0]).toEqual(twice[1])
    expect(twice[0]).not.toEqual(twice[2])
  })

  it('has a mean squared error for each row', () => {
    const errors = squaredErrors(Float32Array.of(0, 1, 2, 3), Float32Array.of(1, 1, 2, 0), 2)
    expect(errors).toEqual([0.5, 4.5])
  })
})
