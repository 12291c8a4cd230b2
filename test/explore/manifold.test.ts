import { describe, expect, it } from 'vitest'
import { gaussianQuantile } from '../../src/distributions/gaussian-quantile.ts'
import { manifoldGrid } from '../../src/explore/manifold.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { linearModel } from './linear-model.ts'

describe('the Gaussian quantile', () => {
  // Abramowitz and Stegun, table 26.5, and the usual critical values to 15 digits.
  it.each([
    [0.5, 0],
    [0.75, 0.674489750196082],
    [0.9, 1.2815515655446],
    [0.975, 1.95996398454005],
    [0.995, 2.5758293035489],
    [0.9999, 3.71901648545571],
  ])('of %f is %f', (probability, expected) => {
    expect(gaussianQuantile(probability)).toBeCloseTo(expected, 10)
    expect(gaussianQuantile(1 - probability)).toBeCloseTo(-expected, 10)
  })

  it('reaches the far tail', () => {
    expect(gaussianQuantile(1 - 1e-9)).toBeCloseTo(5.99780701, 5)
  })

  it.each([0, 1, -0.1, Number.NaN])('refuses %f', (probability) => {
    expect(() => gaussianQuantile(probability)).toThrow(RangeError)
  })
})

describe('the manifold grid', () => {
  it('spreads codes evenly over the prior, the first dimension to the right, the second upwards', async () => {
    const { codes } = await manifoldGrid(linearModel({ latent: 2 }), 2)
    const q = 0.6744897 // the quantile of 3/4
    const expected = [-q, q, q, q, -q, -q, q, -q]
    expect(codes.shape).toEqual([4, 2])
    for (const [i, value] of codes.data.entries()) expect(value).toBeCloseTo(expected[i]!, 5)
  })

  it('decodes the codes in their order', async () => {
    const model = linearModel({ latent: 2 })
    const { codes, values } = await manifoldGrid(model, 5)
    expect(values.shape).toEqual([25, 4])
    expect(values).toEqual(await model.decode(codes))
  })

  it('has the centre of the prior in the middle of an odd grid', async () => {
    const { codes } = await manifoldGrid(linearModel({ latent: 2 }), 3)
    expect([...codes.data.subarray(8, 10)]).toEqual([0, 0])
  })

  it('is refused where the code has not two dimensions', async () => {
    await expect(manifoldGrid(linearModel({ latent: 3 }), 5)).rejects.toThrow(UserError)
  })
})
