import { cellText } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { stream } from '../tensor/random.ts'
import { option, worded } from '../tensor/wording.ts'
import type { Examples } from './examples.ts'

/**
 * Draws every stored value once as Bernoulli(x · scale), as for Larochelle's fixed binarised MNIST: uint8 0 or
 * 1, scale 1. A function of (seed, store) alone.
 *
 * @param store number of the store: the stores of one data set have separate draws
 */
export function binarizeOnce(examples: Examples, seed: number, store: number): Examples {
  const { data, shape } = examples.store
  const draws = stream(seed, 'binarize', store)
  const binary = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++)
    binary[i] = draws.uniform() < data[i]! * examples.scale ? 1 : 0
  const drawn: HostTensor<'uint8'> = hostTensor('uint8', shape, binary)
  return { ...examples, store: drawn, scale: 1 }
}

/**
 * Checks that every value, scaled, is a probability, as binarisation needs.
 *
 * @throws UserError naming the first row and column whose value is not.
 */
export function requireProbabilities(examples: Examples, name: string): void {
  const { store, scale } = examples
  // uint8 examples are 0 … 255 at 1/255 or 0 and 1 at scale 1: always probabilities.
  if (store.dtype === 'uint8') return
  const width = store.shape[1]!
  const bad = store.data.findIndex((value) => !(value * scale >= 0 && value * scale <= 1))
  if (bad >= 0)
    throw new UserError(
      worded`${name}: ${cellText(bad, width)} is ${store.data[bad]}; binarisation needs values from 0 to 1: scale the data or use ${option('binarize', 'none')}`,
    )
}
