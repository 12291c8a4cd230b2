import { readFileSync } from 'node:fs'
import { batchesOf } from './slices.mjs'

/** A file of training images. */
export const readImages = (/** @type {string} */ file) => new Uint8Array(readFileSync(file))

/** Its batches. */
export function openBatches(
  /** @type {import('./serve.mjs').PeerSetting} */ { images, ...setting },
) {
  return batchesOf(readImages(images), setting)
}
