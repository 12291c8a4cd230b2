import { readFileSync } from 'node:fs'

/** Bytes before the first pixel of an IDX file of images: magic number, count, height, width. */
const IDX_HEADER = 16

/**
 * The training images as float32 in [0, 1], scaled once so that no step pays for it.
 *
 * @param {import('./serve.mjs').PeerSetting} setting
 * @returns {(step: number) => Float32Array} pixels of that step's batch, `[batch · inputs]`:
 *   consecutive slices of the images, which start again when no whole batch is left
 */
export function openBatches({ images, batch, inputs }) {
  const bytes = readFileSync(images).subarray(IDX_HEADER)
  const pixels = Float32Array.from(bytes, (value) => value / 255)
  const batchesPerEpoch = Math.floor(pixels.length / (batch * inputs))
  return (step) => {
    const start = (step % batchesPerEpoch) * batch * inputs
    return pixels.subarray(start, start + batch * inputs)
  }
}
