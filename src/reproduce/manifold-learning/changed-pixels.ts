import { type Floats, hostTensor } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'

/** The images `[n, D]` with `count` random pixels of each set to 0 or 1 by a fair coin. */
export function randomised(x: Floats, count: number, seed: number): Floats {
  const { integer } = stream(seed, 'pixels drawn anew')
  return changed(x, count, seed, (pixels) => pixels.map(() => integer(2)))
}

/** The images `[n, D]` with `count` random pixels of each permuted. */
export function shuffled(x: Floats, count: number, seed: number): Floats {
  const { permutation } = stream(seed, 'order of shuffled pixels')
  return changed(x, count, seed, (pixels) => {
    const order = permutation(pixels.length)
    return pixels.map((_, i) => pixels[order[i]!]!)
  })
}

/** A black and a white image, `[2, D]`. */
export const constantImages = (pixels: number): Floats =>
  hostTensor('float32', [2, pixels], new Float32Array(2 * pixels).fill(1, pixels))

function changed(
  x: Floats,
  count: number,
  seed: number,
  change: (pixels: readonly number[]) => number[],
): Floats {
  const { permutation } = stream(seed, 'pixels that are changed')
  const [n, width] = x.shape as readonly [number, number]
  const data = Float32Array.from(x.data)
  for (let start = 0; start < n * width; start += width) {
    const indices = Array.from(permutation(width).subarray(0, count), (pixel) => start + pixel)
    const values = change(indices.map((index) => x.data[index]!))
    indices.forEach((index, i) => {
      data[index] = values[i]!
    })
  }
  return hostTensor('float32', x.shape, data)
}
