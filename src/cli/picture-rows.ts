import type { Floats } from '../tensor/host.ts'

/** Pixels between groups of rows. */
const GROUP_GAP = 8
const MOST_ACROSS = 16

/**
 * A PNG of several versions of the same examples, `[n, D]` each, one above the other: a group of as many
 * examples as fit side by side, then the next group below.
 */
export async function drawVersions(
  versions: readonly Floats[],
  exampleShape: readonly number[],
): Promise<Uint8Array> {
  const { encodePng, imageGrid, stackPictures } = await import('../report/pixels.ts')
  const { picturesAcross } = await import('../app/report/source.ts')
  const [count, width] = versions[0]!.shape as readonly [number, number]
  // No wider than the page, where the scale of a row does not depend on how many it holds.
  const columns = Math.min(count, MOST_ACROSS)
  const across = exampleShape.length > 1 ? picturesAcross(exampleShape, columns) : columns
  const groups = Array.from({ length: Math.ceil(count / across) }, (_, group) => {
    const [from, to] = [group * across * width, (group + 1) * across * width]
    const row = ({ data }: Floats) =>
      imageGrid(data.subarray(from, to), exampleShape, { columns: across })
    return stackPictures(versions.map(row))
  })
  return encodePng(stackPictures(groups, { gap: GROUP_GAP }))
}
