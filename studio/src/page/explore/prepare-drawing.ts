/** A field of values, row by row. */
export interface Field {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

interface Size {
  readonly width: number
  readonly height: number
}

interface Box extends Size {
  readonly left: number
  readonly top: number
}

/** Of the field, how much the ink may fill: 20 of 28 pixels. */
const SHARE = 5 / 7

/**
 * Ink as the digits of MNIST were prepared (LeCun, Bottou, Bengio and Haffner 1998, "Gradient-Based Learning Applied to Document
 * Recognition", section III.A): its bounding box is scaled to fit a box of 5/7 of the field, 20 × 20 pixels of 28 × 28, with its
 * shape kept and its edges in grey, and placed by whole pixels so that its centre of mass is at the centre of the field.
 * Where that would push ink out of the field, it stays at the edge.
 *
 * @param ink 0 where there is none
 * @param size of the picture that comes of it
 * @returns `[height · width]`; all 0 without ink
 */
export function prepareDrawing(ink: Field, size: Size): Float32Array {
  const prepared = new Float32Array(size.width * size.height)
  const box = inkBox(ink)
  if (!box) return prepared
  const scaled = scaledInk(ink, box, {
    width: Math.round(SHARE * size.width),
    height: Math.round(SHARE * size.height),
  })
  const mass = centreOfMass(scaled)
  const left = clamp(Math.round(size.width / 2 - mass.x), size.width - scaled.width)
  const top = clamp(Math.round(size.height / 2 - mass.y), size.height - scaled.height)
  for (let y = 0; y < scaled.height; y++)
    prepared.set(
      scaled.values.subarray(y * scaled.width, (y + 1) * scaled.width),
      (top + y) * size.width + left,
    )
  return prepared
}

/** The whole field in another size, each pixel the mean of what it covers. */
export function scaledField(field: Field, { width, height }: Size): Float32Array {
  const across = footprints(0, field.width / width, width, field.width)
  const down = footprints(0, field.height / height, height, field.height)
  return averaged(field, across, down).values
}

const clamp = (value: number, high: number): number => Math.max(0, Math.min(high, value))

/** The smallest box that holds all ink; undefined without any. */
function inkBox({ width, height, values }: Field): Box | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (values[y * width + x]! > 0) {
        left = Math.min(left, x)
        right = Math.max(right, x)
        top = Math.min(top, y)
        bottom = Math.max(bottom, y)
      }
  if (right < 0) return undefined
  return { left, top, width: right - left + 1, height: bottom - top + 1 }
}

/** The ink of a box, scaled by one factor so that it just fits; the shorter side stands in the middle of its pixels. */
function scaledInk(ink: Field, box: Box, most: Size): Field {
  const factor = Math.min(most.width / box.width, most.height / box.height)
  const side = (start: number, length: number, limit: number): Footprint[] => {
    // Rounded first: a side that fits exactly must not get another pixel from an error in the last bit.
    const pixels = Math.max(1, Math.ceil(Number((length * factor).toFixed(6))))
    const margin = (pixels - length * factor) / 2
    return footprints(start - margin / factor, 1 / factor, pixels, limit)
  }
  return averaged(ink, side(box.left, box.width, ink.width), side(box.top, box.height, ink.height))
}

/** What a pixel covers along one side: places of the source, each with its share of the pixel. */
type Footprint = readonly { readonly at: number; readonly share: number }[]

/** The footprints of `count` pixels, each `length` long, from `start` on; outside of 0 … `limit` there is nothing. */
function footprints(start: number, length: number, count: number, limit: number): Footprint[] {
  return Array.from({ length: count }, (_, i) => {
    const low = start + i * length
    const high = low + length
    const covered: { at: number; share: number }[] = []
    for (let at = Math.max(0, Math.floor(low)); at < Math.min(limit, high); at++) {
      const share = (Math.min(high, at + 1) - Math.max(low, at)) / length
      if (share > 0) covered.push({ at, share })
    }
    return covered
  })
}

function averaged(field: Field, across: readonly Footprint[], down: readonly Footprint[]): Field {
  const values = new Float32Array(across.length * down.length)
  for (const [y, rows] of down.entries())
    for (const [x, columns] of across.entries()) {
      let sum = 0
      for (const row of rows)
        for (const column of columns)
          sum += row.share * column.share * field.values[row.at * field.width + column.at]!
      values[y * across.length + x] = sum
    }
  return { width: across.length, height: down.length, values }
}

/** With the edge of the first pixel at 0. */
function centreOfMass({ width, values }: Field): { readonly x: number; readonly y: number } {
  let [mass, x, y] = [0, 0, 0]
  for (const [i, value] of values.entries()) {
    mass += value
    x += value * ((i % width) + 0.5)
    y += value * (Math.floor(i / width) + 0.5)
  }
  return { x: x / mass, y: y / mass }
}
