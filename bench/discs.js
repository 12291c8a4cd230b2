import { writeFileSync } from 'node:fs'
import { built } from './peers/built.mjs'

const SIDE = 28
/** IDX's type of unsigned bytes in three dimensions. */
const BYTES_3D = 0x0803

/**
 * Writes images of 28 × 28 bytes as an IDX file: on each a bright disc somewhere, with a soft edge and some noise. Equal
 * seeds give equal files.
 *
 * @param {string} file
 * @param {{ images: number, seed?: number }} options
 */
export async function writeDiscs(file, { images, seed = 0 }) {
  const { stream } = await built({ 'tensor/random.js': ['stream'] })
  const random = stream(seed, 'discs')
  const bytes = new Uint8Array(16 + images * SIDE * SIDE)
  const header = new DataView(bytes.buffer)
  for (const [i, word] of [BYTES_3D, images, SIDE, SIDE].entries()) header.setUint32(4 * i, word)
  let at = 16
  for (let image = 0; image < images; image++) {
    const [x, y] = [6 + 16 * random.uniform(), 6 + 16 * random.uniform()]
    const radius = 2 + 6 * random.uniform()
    for (let row = 0; row < SIDE; row++)
      for (let column = 0; column < SIDE; column++) {
        const inside = radius - Math.hypot(column - x, row - y)
        const grey = Math.min(1, Math.max(0, inside + 0.5)) * (0.7 + 0.3 * random.uniform())
        bytes[at++] = Math.round(255 * grey)
      }
  }
  writeFileSync(file, bytes)
}
