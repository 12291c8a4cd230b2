import { type HostTensor, hostTensor } from '../../tensor/host.ts'
import { counted } from '../../tensor/numbers.ts'
import { nameText } from './names.ts'
import type { OpaqueRaster } from './raster.ts'

/** Pictures of one size as rows, channels first. */
export interface PackedPictures {
  /** `[count, channels · height · width]` */
  readonly rows: HostTensor<'uint8'>
  readonly shape: readonly [channels: number, height: number, width: number]
  /** How many files there are of each format. */
  readonly formats: Readonly<Record<string, number>>
  /** What is unusual about them, in sentences. */
  readonly notes: readonly string[]
}

/** Collects pictures of one size, in any order; they are grey until one in colour comes. */
export interface Packer {
  add(index: number, raster: OpaqueRaster): void
  packed(): Pick<PackedPictures, 'rows' | 'shape'>
}

/**
 * @param allocate memory for rows, or a refusal
 * @param first the picture that decides the size
 */
export function packer(
  count: number,
  { width, height, channels }: OpaqueRaster,
  allocate: (bytes: number) => Uint8Array,
): Packer {
  const pixels = width * height
  let depth: 1 | 3 = channels
  let rows = allocate(count * pixels * depth)
  /** Gives every grey row three equal channels. */
  const colour = () => {
    const wide = allocate(count * pixels * 3)
    for (let row = 0; row < count; row++) {
      const grey = rows.subarray(row * pixels, (row + 1) * pixels)
      for (let c = 0; c < 3; c++) wide.set(grey, (3 * row + c) * pixels)
    }
    rows = wide
    depth = 3
  }
  return {
    add(index, raster) {
      if (raster.channels > depth) colour()
      const at = index * pixels * depth
      if (raster.channels === 1) {
        for (let c = 0; c < depth; c++) rows.set(raster.data, at + c * pixels)
        return
      }
      for (let pixel = 0; pixel < pixels; pixel++)
        for (let c = 0; c < 3; c++) rows[at + c * pixels + pixel] = raster.data[3 * pixel + c]!
    },
    packed: () => ({
      rows: hostTensor('uint8', [count, depth * pixels], rows),
      shape: [depth, height, width],
    }),
  }
}

/** Facts of the files that are reported once for all of them. */
export interface Remarks {
  add(fact: keyof typeof facts, path: string): void
  readonly sentences: readonly string[]
}

const facts = {
  animated: 'more than one frame, of which the first is taken',
  misnamed: 'a name that ends as those of another format do',
  sixteen: '16 bits a value, of which 8 are kept',
  toGrey: 'colours, which are turned into grey',
}

export function remarks(): Remarks {
  const found = new Map<keyof typeof facts, string[]>()
  return {
    add(fact, path) {
      const paths = found.get(fact)
      if (paths) paths.push(path)
      else found.set(fact, [path])
    },
    get sentences() {
      return (Object.keys(facts) as (keyof typeof facts)[]).flatMap((fact) => {
        const paths = found.get(fact)
        if (!paths) return []
        const [first] = [...paths].sort()
        const have = paths.length === 1 ? 'has' : 'have'
        return [
          `${counted(paths.length, 'picture')} (${nameText(first!)}${paths.length > 1 ? ', …' : ''}) ${have} ${facts[fact]}`,
        ]
      })
    },
  }
}

/** How often each text occurs, the most frequent first. */
export function countsOf(texts: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a))
}
