import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { networkNote, withNetworkFor } from '../../src/app/default-network.ts'
import { readForm } from '../../src/data/form.ts'
import { hostTensor, sizeOf } from '../../src/tensor/host.ts'

const networkOf = (shape: number[], options: object = {}, chosen: string[] = []) => {
  const array = hostTensor('uint8', shape, new Uint8Array(sizeOf(shape)))
  const before = resolveConfig({ model: 'ae', ...options })
  const after = withNetworkFor(before, { form: readForm(array, 'images') }, chosen)
  return `${after.options.network}${networkNote(before, after)}`
}

describe('the network that nobody chose', () => {
  it('is convolutional for images larger than 32×32 alone', () => {
    expect([28, 32].map((side) => networkOf([1, side, side]))).toEqual(['mlp', 'mlp'])
    expect(networkOf([1, 32, 33])).toBe(
      'conv; network conv, the default for images larger than 32 × 32',
    )
    expect(networkOf([1, 1, 4096])).toBe('mlp')
    expect(networkOf([1, 4096])).toBe('mlp')
  })

  it('stays that of the model where it, or an option of dense layers, was chosen', () => {
    const shape = [1, 64, 64]
    expect(networkOf(shape, {}, ['network'])).toBe('mlp')
    expect(networkOf(shape, { hidden: [8] }, ['hidden'])).toBe('mlp')
    expect(networkOf(shape, { model: 'cae' })).toBe('mlp')
    expect(networkOf(shape, { latent: 3 }, ['latent'])).toMatch(/^conv;/)
  })
})
