import { expect, it } from 'vitest'
import { nearest } from '../../src/tensor/errors.ts'

it('a misspelt name has a suggestion, and one that shares no letter has none', () => {
  expect(nearest('latnet', ['lr', 'latent'])).toBe('latent')
  expect(nearest('l', ['lr', 'latent'])).toBe('lr')
  expect(nearest('gpu', ['cpu', 'webgpu'])).toBe('webgpu')
  expect(nearest('a', ['lr', 'latent'])).toBeUndefined()
  expect(nearest('xy', ['lr'])).toBeUndefined()
})
