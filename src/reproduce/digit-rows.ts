import { encodePng, imageGrid } from '../report/pixels.ts'
import type { HostTensor } from '../tensor/host.ts'

/** Height and width of a digit of MNIST. */
const SIDE = 28

/** The first digits of each kind `[n, 784]`, one kind below the other, as a PNG file. */
export function digitRows(kinds: readonly HostTensor<'float32'>[], columns: number): Uint8Array {
  const count = columns * SIDE * SIDE
  const rows = new Float32Array(kinds.length * count)
  kinds.forEach(({ data }, k) => {
    rows.set(data.subarray(0, count), k * count)
  })
  return encodePng(imageGrid(rows, [SIDE, SIDE], { columns }))
}
