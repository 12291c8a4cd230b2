/** Bytes before the first pixel of an IDX file of images: magic number, count, height, width. */
const IDX_HEADER = 16

/** The pixels of an IDX file of images. */
export const pixelsOf = (/** @type {Uint8Array} */ file) => file.subarray(IDX_HEADER)

/**
 * The training images as float32 in [0, 1], scaled once so that no step pays for it.
 *
 * @param {Uint8Array} file in IDX
 * @param {{ batch: number, inputs: number }} setting
 * @returns {(step: number) => Float32Array} pixels of that step's batch, `[batch · inputs]`:
 *   consecutive slices of the images, which start again when no whole batch is left
 */
export function batchesOf(file, { batch, inputs }) {
  const pixels = Float32Array.from(pixelsOf(file), (value) => value / 255)
  const batchesPerEpoch = Math.floor(pixels.length / (batch * inputs))
  return (step) => {
    const start = (step % batchesPerEpoch) * batch * inputs
    return pixels.subarray(start, start + batch * inputs)
  }
}
