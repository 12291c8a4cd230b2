import { describe, expect, it } from 'vitest'
import { energyDistance } from '../../src/evaluate/generation/energy-distance.ts'
import { priorFit } from '../../src/explore/prior-fit.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'

type Draw = (uniform: () => number) => number

/** A prior over codes of one dimension. */
const prior = (draw: Draw) => ({
  async samplePrior(count: number, seed: number) {
    const { uniform } = stream(seed, 'prior')
    const data = Float32Array.from({ length: count }, () => draw(uniform))
    return hostTensor('float32', [count, 1], data)
  },
})

function codes(count: number, draw: Draw) {
  const { uniform } = stream(7, 'codes')
  return hostTensor(
    'float32',
    [count, 1],
    Float32Array.from({ length: count }, () => draw(uniform)),
  )
}

describe('how codes fit a prior', () => {
  it('is within chance where they are drawn from it, and far outside where they are not', async () => {
    const model = prior((uniform) => uniform())
    const same = await priorFit(
      model,
      codes(200, (uniform) => uniform()),
      1,
    )
    expect(same.distance).toBeLessThan(same.chance)
    const moved = await priorFit(
      model,
      codes(200, (uniform) => uniform() + 1),
      1,
    )
    // 2 ∫ (F - G)² = 2 (∫₀¹ u² + ∫₀¹ (1 - u)²) = 4/3 for uniform codes that are moved by 1.
    expect(moved.distance).toBeCloseTo(4 / 3, 1)
    expect(moved.distance).toBeGreaterThan(20 * moved.chance)
    expect(moved.chance).toBe(same.chance)
  })

  it('has the 95 % quantile of the distances of 100 pairs of samples as its measure of chance', async () => {
    const model = prior((uniform) => uniform())
    const { data } = await model.samplePrior(20 * 201, 3)
    const sample = (i: number) => hostTensor('float32', [20, 1], data.slice(20 * i, 20 * (i + 1)))
    const { distance, chance } = await priorFit(model, sample(1), 3)
    expect(distance).toBe(energyDistance(sample(1), sample(0)))
    const pairs = Array.from({ length: 100 }, (_, i) =>
      energyDistance(sample(2 * i + 1), sample(2 * i + 2)),
    )
    expect(pairs.filter((one) => one <= chance)).toHaveLength(95)
  })
})
