import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type PictureRestorer,
  restoredPicture,
  restoreFolder,
} from '../../../src/app/answers/restored-pictures.ts'
import type { PictureForm } from '../../../src/data/pictures/reading.ts'
import { type Floats, hostTensor } from '../../../src/tensor/host.ts'

const folder = mkdtempSync(join(tmpdir(), 'latentlab-restored-'))
const at = (name: string) => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true }))

/** A picture 4 wide and 2 high: red rises to the right, green downwards, blue is 100. */
const pixels = Uint8Array.from({ length: 24 }, (_, i) => {
  const pixel = Math.floor(i / 3)
  return [60 * (pixel % 4), 200 * Math.floor(pixel / 4), 100][i % 3]!
})
const picture = (width = 4, height = 2) =>
  sharp(pixels, { raw: { width: 4, height: 2, channels: 3 } }).resize(width, height)

/** In place of a model: half of the red, 1.2 times the green (so that some leave the range), and blue as it is. */
const restorer = (picture: PictureForm = { colour: 'rgb', ground: 'white' }): PictureRestorer => ({
  form: {
    order: 'hwc',
    stored: [2, 4, 3],
    exampleShape: [3, 2, 4],
    storage: 'uint8',
    scale: 1 / 255,
    range: [0, 255],
    picture,
  },
  async reconstruct({ shape, data }: Floats) {
    const changed = data.map((value, i) => value * [0.5, 1.2, 1][Math.floor((i % 24) / 8)]!)
    return hostTensor('float32', shape, changed)
  },
})
const restored = pixels.map((value, i) => Math.min(255, Math.round(value * [0.5, 1.2, 1][i % 3]!)))

const read = async (name: string) => {
  const { data, info } = await sharp(readFileSync(at(name)))
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data: new Uint8Array(data), size: [info.width, info.height] }
}

beforeAll(async () => {
  mkdirSync(at('noisy/red'), { recursive: true })
  await picture().png().toFile(at('noisy/red/a.png'))
  await picture().webp({ lossless: true }).toFile(at('noisy/red/b.webp'))
  await picture().tiff({ compression: 'lzw' }).toFile(at('noisy/red/c.tif'))
  await picture().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toFile(at('noisy/red/d.jpg'))
  await picture().gif().toFile(at('noisy/red/e.gif'))
})

describe('restored pictures', () => {
  it('have the names, formats and size of their files, and the values of the model', async () => {
    expect(await restoreFolder(at('noisy'), at('clean'), restorer())).toEqual({
      count: 5,
      notes: [],
    })
    expect(readdirSync(at('clean/red')).sort()).toEqual([
      'a.png',
      'b.webp',
      'c.tif',
      'd.jpg',
      'e.gif',
    ])
    for (const [name, format] of [
      ['a.png', 'png'],
      ['b.webp', 'webp'],
      ['c.tif', 'tiff'],
    ] as const) {
      expect((await sharp(readFileSync(at(`clean/red/${name}`))).metadata()).format).toBe(format)
      expect(await read(`clean/red/${name}`)).toEqual({ data: restored, size: [4, 2] })
    }
    const far = (data: Uint8Array) =>
      Math.max(...data.map((value, i) => Math.abs(value - restored[i]!)))
    expect(far((await read('clean/red/d.jpg')).data)).toBeLessThan(12)
  })

  it('of a metadata.csv come with it, and others are left out with a note', async () => {
    mkdirSync(at('listed'))
    for (const name of ['p', 'q'])
      await picture()
        .png()
        .toFile(at(`listed/${name}.png`))
    writeFileSync(at('listed/metadata.csv'), 'file,label\nq.png,x\n')
    expect(await restoreFolder(at('listed'), at('listed-clean'), restorer())).toEqual({
      count: 1,
      notes: ['1 picture (p.png) left out, not in metadata.csv'],
    })
    expect(readdirSync(at('listed-clean')).sort()).toEqual(['metadata.csv', 'q.png'])
    expect(readFileSync(at('listed-clean/metadata.csv'), 'utf8')).toBe('file,label\nq.png,x\n')
  })

  it('of another size are brought to that of the model where training did so, with a note', async () => {
    await picture(8, 4).png().toFile(at('large.png'))
    const sized = restorer({ size: '4x2', fit: 'crop', colour: 'rgb', ground: 'white' })
    const { notes, file } = await restoredPicture(at('large.png'), sized)
    expect(notes).toEqual([
      '1 picture (large.png) brought to 4x2 pixels (crop), as training did; the restored ones have that size',
    ])
    writeFileSync(at('small.png'), file)
    expect((await read('small.png')).size).toEqual([4, 2])
    await expect(restoredPicture(at('large.png'), restorer())).rejects.toThrow(
      `${at('large.png')}: is 8x4; expected 4x2, the size of the pictures that the model was trained on`,
    )
  })

  it('are all there, or none: a damaged one leaves nothing', async () => {
    mkdirSync(at('damaged'))
    await picture().png().toFile(at('damaged/a.png'))
    writeFileSync(at('damaged/b.png'), readFileSync(at('damaged/a.png')).subarray(0, 60))
    await expect(restoreFolder(at('damaged'), at('never'), restorer())).rejects.toThrow(
      `${at('damaged/b.png')}: the PNG is truncated`,
    )
    expect(existsSync(at('never'))).toBe(false)
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('go to a new or empty folder, outside of the one that is read', async () => {
    writeFileSync(at('noisy/red/note.txt'), '')
    await expect(restoreFolder(at('noisy'), at('listed'), restorer())).rejects.toThrow(
      `out: '${at('listed')}': the folder exists already and is not empty; choose another name, or remove it`,
    )
    await expect(restoreFolder(at('noisy'), at('noisy/red/x'), restorer())).rejects.toThrow(
      `is inside of ${at('noisy')}, whose pictures are read; choose another place`,
    )
    mkdirSync(at('empty'))
    await restoreFolder(at('listed'), at('empty'), restorer())
    expect(readdirSync(at('empty'))).toHaveLength(2)
  })
})
