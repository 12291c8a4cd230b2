import { describe, expect, it } from 'vitest'
import { interpolate } from '../../src/explore/interpolation.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { linearModel } from './linear-model.ts'

const example = (...values: number[]) =>
  hostTensor('float32', [values.length], Float32Array.from(values))

describe('an interpolation', () => {
  const a = example(0, 1, 0, 1)
  const b = example(2, 1, 4, 0)

  it('decodes evenly spaced points between the two codes', async () => {
    // Codes (0, 1) and (4, 1), decoded by halving and repeating.
    const { latent } = await interpolate(linearModel({ latent: 2 }), a, b, 3)
    expect(latent.shape).toEqual([3, 4])
    expect([...latent.data]).toEqual([0, 0.5, 0, 0.5, 1, 0.5, 1, 0.5, 2, 0.5, 2, 0.5])
  })

  it('mixes the values beside it', async () => {
    const { pixel } = await interpolate(linearModel({ latent: 2 }), a, b, 5)
    expect(pixel.shape).toEqual([5, 4])
    expect([...pixel.data.subarray(0, 4)]).toEqual([...a.data])
    expect([...pixel.data.subarray(4, 8)]).toEqual([0.5, 1, 1, 0.75])
    expect([...pixel.data.subarray(16)]).toEqual([...b.data])
  })

  it('ends exactly at both examples, however many steps', async () => {
    const [c, d] = [example(0.1, 0.2, 0.3, 0.7), example(0.9, 0.4, 0.6, 0.3)]
    for (const steps of [2, 7, 11]) {
      const { pixel } = await interpolate(linearModel({ latent: 1 }), c, d, steps)
      expect(pixel.data.subarray(0, 4)).toEqual(c.data)
      expect(pixel.data.subarray(-4)).toEqual(d.data)
    }
  })

  it.each([1, 0, 2.5])('is refused with %f steps', async (steps) => {
    await expect(interpolate(linearModel({ latent: 2 }), a, b, steps)).rejects.toThrow(UserError)
  })
})
