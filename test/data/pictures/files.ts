import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { encode, type ImageData } from 'fast-png'
import sharp from 'sharp'
import { afterAll } from 'vitest'
import type { OpaqueRaster } from '../../../src/data/pictures/raster.ts'

/** Values from 0 to 255 that differ from one place to the next. */
export const pixels = (count: number, from = 0): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => ((i + from) * 37 + (i >> 4) * 11) % 256)

/** A PNG; grey and 4 wide by 3 high unless stated otherwise. */
export const png = (image: Partial<ImageData> = {}): Uint8Array => {
  const { width = 4, height = 3, channels = 1 } = image
  return encode({ width, height, channels, data: pixels(width * height * channels), ...image })
}

/** A picture of sharp, to be written in any format. */
export const picture = (data: Uint8Array, width: number, height: number, channels: 1 | 3 | 4 = 3) =>
  sharp(data, { raw: { width, height, channels } })

export const raster = (
  width: number,
  height: number,
  data: readonly number[],
  channels: 1 | 3 = 1,
): OpaqueRaster => ({ width, height, channels, data: Uint8Array.from(data) })

/** Makes folders of files, removed after the suite. */
export function pictureFolders() {
  const root = mkdtempSync(join(tmpdir(), 'latentlab-pictures-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  let made = 0
  return (files: Readonly<Record<string, Uint8Array | string>>): string => {
    const folder = join(root, `folder-${made++}`)
    mkdirSync(folder)
    for (const [name, contents] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), contents)
    }
    return folder
  }
}

/** A PNG of any stated size, whose data is not that of a picture. */
export function statedPng(width: number, height: number, bytes: number): Uint8Array {
  const file = png()
  const end = file.subarray(-12)
  new DataView(file.buffer, file.byteOffset).setUint32(16, width)
  new DataView(file.buffer, file.byteOffset).setUint32(20, height)
  const data = Buffer.alloc(12 + bytes)
  data.writeUInt32BE(bytes)
  data.write('IDAT', 4, 'latin1')
  return Buffer.concat([file.subarray(0, 33), data, end])
}
