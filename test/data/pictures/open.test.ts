import {
  chownSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import sharp from 'sharp'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { dataText } from '../../../src/data/dataset.ts'
import { type DataOptions, openDataSet } from '../../../src/data/open.ts'
import { describePictures } from '../../../src/data/pictures/describe.ts'
import { byBytes } from '../../../src/data/pictures/names.ts'
import { openPictures } from '../../../src/data/pictures/open.ts'
import { pictureReading } from '../../../src/data/pictures/reading.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { picture, pictureFolders, pixels, png } from './files.ts'

const folderOf = pictureFolders()

const open = (data: string, options: Partial<DataOptions> = {}) =>
  openDataSet({ data, validation: 0, test: 1, seed: 0, binarize: 'none', ...options })

/** All rows of a folder, in order. */
const rowsOf = async (folder: string, options: Parameters<typeof pictureReading>[0] = {}) => {
  const { rows, shape, notes, formats } = await openPictures(folder, pictureReading(options), false)
  return {
    rows: Array.from({ length: rows.shape[0]! }, (_, i) => [
      ...rows.data.subarray(i * rows.shape[1]!, (i + 1) * rows.shape[1]!),
    ]),
    shape,
    notes,
    formats,
  }
}

const grey = (value: number) =>
  encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(value) })

describe('a folder of pictures', () => {
  it('is read in byte order of its paths, without hidden files', async () => {
    const names = ['b.png', 'B.png', 'a10.png', 'a9.png', 'ä.png', '😀.png', '\uff5e.png']
    const files = Object.fromEntries(names.map((name, i) => [name, grey(i + 1)]))
    const folder = folderOf({
      ...files,
      '.hidden.png': grey(99),
      'Thumbs.db': 'x',
      '.git/a.png': grey(98),
      'notes.txt': 'x',
    })
    const { rows, notes } = await rowsOf(folder)
    expect(rows.map(([value]) => names[value! - 1])).toEqual([
      'B.png',
      'a10.png',
      'a9.png',
      'b.png',
      'ä.png',
      '\uff5e.png',
      '😀.png',
    ])
    expect(notes).toEqual(['1 file (notes.txt) left out, not named as pictures'])
    const bytes = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect([...names].sort(byBytes)).toEqual(bytes)
  })

  it('has the names of its subfolders as labels', async () => {
    const files = { 'dog/1.png': grey(2), 'cat/deep/1.png': grey(1), 'emu/1.png': grey(3) }
    const data = await open(folderOf(files))
    const { store, labels } = data.splits.train
    expect([[...store.array!.data], [...labels!]]).toEqual([
      [1, 2, 3],
      [0, 1, 2],
    ])
    expect([data.classLabels, data.classNames]).toEqual([
      [0, 1, 2],
      ['cat', 'dog', 'emu'],
    ])
    expect(dataText(data)).toMatch(
      /: images 1 high and 1 wide, 1 channel; uint8 from 0 to 255, divided by 255; labels cat, dog, emu; 2 examples for training/,
    )
  })

  it('has numbers as labels where the subfolders are named by digits', async () => {
    const data = await open(
      folderOf({ '10/a.png': grey(1), '2/a.png': grey(2), '7/a.png': grey(3) }),
    )
    expect([data.classLabels, data.classNames, [...data.splits.train.labels!]]).toEqual([
      [2, 7, 10],
      undefined,
      [2, 0, 1],
    ])
  })

  it('has the order, labels and splits of metadata.csv', async () => {
    const csv =
      '\ufefflabel;File;split;by\r\n"b;c";x/3.png;train;me\r\na;1.png;test;me\r\na;./2.png;validation;me\r\na;x/4.dat;train;me\r\n'
    const folder = folderOf({
      '1.png': grey(1),
      '2.png': grey(2),
      'x/3.png': grey(3),
      'x/4.dat': grey(4),
      '5.png': grey(5),
      'metadata.csv': csv,
    })
    const { splits, classNames, notes } = await open(folder, {
      validation: undefined,
      test: undefined,
    })
    const { train, validation, test } = splits
    expect([[...train.store.array!.data], [...train.rows], [...validation.rows]]).toEqual([
      [3, 2, 4],
      [0, 2],
      [1],
    ])
    expect([[...test.store.array!.data], [...test.labels!], [...train.labels!]]).toEqual([
      [1],
      [0],
      [1, 0, 0],
    ])
    expect([classNames, notes]).toEqual([
      ['a', 'b;c'],
      [
        '1 picture (5.png) left out, not in metadata.csv',
        `1 picture (${folder}/x/4.dat) has a name that ends as those of another format do`,
      ],
    ])
    await expect(open(folder, { validation: 2, test: undefined })).rejects.toThrow(
      'says itself which 1 are for validation',
    )
    await expect(open(folder, { validation: undefined, test: 2 })).rejects.toThrow(
      'test: 2 rows were to be set aside for testing, but',
    )
  })

  it('hashes as the same pixels in an array do, and differently with a validation split of its own', async () => {
    const files = Object.fromEntries(
      [...Array(6).keys()].map((i) => [`${i}.png`, png({ data: pixels(12, i) })]),
    )
    const all = [...Array(6).keys()].flatMap((i) => [...pixels(12, i)])
    const array = hostTensor('uint8', [6, 3, 4], Uint8Array.from(all))
    const labels = hostTensor('int32', [6], Int32Array.of(1, 0, 1, 0, 1, 0))
    const csv = (split: string) =>
      `file,label,split\n${[...Array(6).keys()].map((i) => `${i}.png,${(i + 1) % 2},${i === 5 ? split : 'train'}`).join('\n')}`
    const given = { validation: 1, test: 1, seed: 0, binarize: 'none' } as const
    const { hash } = await openDataSet({ ...given, data: array, labels })
    expect(
      (await openDataSet({ ...given, data: folderOf({ ...files, 'metadata.csv': csv('train') }) }))
        .hash,
    ).toBe(hash)
    expect(
      (
        await openDataSet({
          ...given,
          data: folderOf({ ...files, 'metadata.csv': csv('validation') }),
        })
      ).hash,
    ).not.toBe(hash)
    // The option 'labels' goes before the folder's own.
    const flipped = hostTensor('int32', [6], Int32Array.of(0, 1, 0, 1, 0, 1))
    const other = await openDataSet({
      ...given,
      data: folderOf({ ...files, 'metadata.csv': csv('train') }),
      labels: flipped,
    })
    expect([...other.splits.train.labels!]).toEqual([0, 1, 0, 1, 0, 1])
  })

  it('is taken in colour as soon as one picture has a colour, and in grey if none has', async () => {
    const folder = folderOf({
      '1.png': png({ width: 2, height: 1, data: Uint8Array.of(5, 6) }),
      '2.png': png({ width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }),
      '3.png': png({ width: 2, height: 1, channels: 3, data: Uint8Array.of(7, 7, 7, 8, 8, 8) }),
    })
    const { rows, shape } = await rowsOf(folder)
    expect([shape, rows]).toEqual([
      [3, 1, 2],
      [
        [5, 6, 5, 6, 5, 6],
        [1, 4, 2, 5, 3, 6],
        [7, 8, 7, 8, 7, 8],
      ],
    ])
    const inGrey = await rowsOf(folder, { colour: 'grey' })
    expect([inGrey.shape, inGrey.rows, inGrey.notes]).toEqual([
      [1, 1, 2],
      [
        [5, 6],
        [2, 5],
        [7, 8],
      ],
      [`1 picture (${folder}/2.png) has colours, which are turned into grey`],
    ])
    rmSync(join(folder, '2.png'))
    expect((await rowsOf(folder)).rows).toEqual([
      [5, 6],
      [7, 8],
    ])
    expect((await rowsOf(folder, { colour: 'rgb' })).rows).toEqual([
      [5, 6, 5, 6, 5, 6],
      [7, 8, 7, 8, 7, 8],
    ])
  })

  it('must have one size, or be given one', async () => {
    const folder = folderOf({
      '1.png': png(),
      '2.png': png(),
      '3.png': png({ width: 2, height: 9 }),
    })
    await expect(rowsOf(folder)).rejects.toThrow(
      `${folder}: the pictures have different sizes (width x height): 4x3 (2 pictures), 2x9 (1 picture); choose one with size: 64`,
    )
    const data = await open(folder, { size: '2x3', fit: 'pad', ground: 'black' })
    expect(data.exampleShape).toEqual([1, 3, 2])
    expect(data.form.picture).toEqual({ size: '2x3', fit: 'pad', colour: 'grey', ground: 'black' })
  })

  it('follows links to files, and not those to folders', async () => {
    const folder = folderOf({ '1.png': grey(1), 'far/2.png': grey(2) })
    const other = folderOf({ '3.png': grey(3) })
    symlinkSync(join(other, '3.png'), join(folder, 'far', '0.png'))
    symlinkSync(folder, join(folder, 'far', 'back'))
    rmSync(join(folder, '1.png'))
    const { rows, notes } = await rowsOf(folder)
    expect([rows, notes]).toEqual([[[3], [2]], ['1 link to a folder (far/back) not followed']])
  })

  it('is described by its headers', async () => {
    const folder = folderOf({
      'a/1.png': png(),
      'a/2.png': png({ width: 5 }),
      'b/3.jpg': await picture(pixels(36), 4, 3).jpeg().toBuffer(),
      'b/4.png': 'text',
      'x.txt': '',
    })
    expect(await describePictures(folder)).toEqual({
      path: folder,
      count: 4,
      formats: { PNG: 2, JPEG: 1 },
      sizes: { '4x3': 2, '5x3': 1 },
      labels: { a: 2, b: 2 },
      notes: ['1 file (x.txt) left out, not named as pictures'],
      faults: [`${folder}/b/4.png: is a text; expected PNG, JPEG, WebP, GIF or TIFF`],
    })
  })
})

describe('formats', () => {
  const rgb = pixels(8 * 6 * 3)
  const decodedAs = async (name: string, bytes: Uint8Array, options = {}) => {
    const { rows, ...rest } = await rowsOf(folderOf({ [name]: bytes }), options)
    return { values: rows[0]!, ...rest }
  }
  /** Values of channels side by side, as rows have them. */
  const planes = (data: ArrayLike<number>, channels = 3) =>
    Array.from(
      { length: data.length },
      (_, i) =>
        data[(i % (data.length / channels)) * channels + Math.floor(i / (data.length / channels))]!,
    )

  it.each(['png', 'webp', 'tiff'] as const)(
    '%s without loss is read exactly, also with opacity',
    async (format) => {
      const lossless = {
        png: {},
        webp: { lossless: true, exact: true },
        tiff: { compression: 'deflate' as const },
      }[format]
      const file = await picture(rgb, 8, 6).toFormat(format, lossless).toBuffer()
      expect((await decodedAs(`1.${format}`, file)).values).toEqual(planes(rgb))
      const rgba = pixels(8 * 6 * 4)
      const clear = await picture(rgba, 8, 6, 4).toFormat(format, lossless).toBuffer()
      const laid = Array.from({ length: 48 * 3 }, (_, i) => {
        const [pixel, c] = [Math.floor(i / 3), i % 3]
        const alpha = rgba[4 * pixel + 3]!
        return Math.round((alpha * rgba[4 * pixel + c]! + (255 - alpha) * [0, 128, 255][c]!) / 255)
      })
      expect((await decodedAs(`1.${format}`, clear, { ground: '#0080ff' })).values).toEqual(
        planes(laid),
      )
    },
  )

  it('PNG of every number of bits, with palettes and a transparent colour', async () => {
    for (const depth of [1, 2, 4] as const) {
      const file = encode({
        width: 5,
        height: 2,
        channels: 1,
        depth,
        data: Uint8Array.of(0b10110100, 0x40, 0b00011011, 0xc0, 0x99, 0x88).subarray(
          0,
          2 * Math.ceil((5 * depth) / 8),
        ),
      })
      const there = await sharp(file).toColourspace('b-w').raw().toBuffer()
      expect((await decodedAs('1.png', file)).values).toEqual([...there])
    }
    const palette = await picture(rgb, 8, 6).png({ palette: true, colours: 200 }).toBuffer()
    const there = await sharp(palette).raw().toBuffer()
    expect((await decodedAs('1.png', palette)).values).toEqual(planes(there))
    const sixteen = encode({
      width: 2,
      height: 1,
      channels: 3,
      depth: 16,
      data: Uint16Array.of(0, 257, 65535, 128, 129, 300),
    })
    const { values, notes } = await decodedAs('1.png', sixteen)
    expect([values, notes[0]]).toEqual([
      planes([0, 1, 255, 0, 1, 1]),
      expect.stringMatching(/^1 picture \(.*1\.png\) has 16 bits a value, of which 8 are kept$/),
    ])
  })

  it('JPEG near what it was made of, turned as its EXIF data says', async () => {
    const smooth = Uint8Array.from({ length: 16 * 8 }, (_, i) => (i % 16) * 15)
    const jpeg = picture(smooth, 16, 8, 1).jpeg({ quality: 100 }).withMetadata({ orientation: 6 })
    const { values, shape } = await decodedAs('1.jpg', await jpeg.toBuffer())
    expect(shape).toEqual([1, 16, 8])
    // Turned by a quarter to the right, what was left is above.
    const gaps = values.map((value, i) => Math.abs(value - Math.floor(i / 8) * 15))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2)
  })

  it('the first frame of an animation, with a note', async () => {
    const frames = [
      png({ width: 2, height: 2, channels: 3, data: new Uint8Array(12).fill(255) }),
      png({ width: 2, height: 2, channels: 3, data: new Uint8Array(12) }),
    ]
    for (const format of ['gif', 'webp'] as const) {
      const file = await sharp(
        frames.map((frame) => Buffer.from(frame)),
        { join: { animated: true } },
      )
        .toFormat(format, { lossless: true } as object)
        .toBuffer()
      const { values, notes } = await decodedAs(`1.${format}`, file)
      expect([values, notes[0]]).toEqual([
        [255, 255, 255, 255],
        expect.stringMatching(
          /^1 picture \(.*\) has more than one frame, of which the first is taken$/,
        ),
      ])
    }
  })

  it('TIFF of 16 bits, and grey', async () => {
    const wide = sharp(Uint16Array.of(0, 128, 129, 65535), {
      raw: { width: 2, height: 2, channels: 1 },
    })
    const file = await wide.toColourspace('grey16').tiff({ compression: 'none' }).toBuffer()
    expect((await sharp(file).metadata()).depth).toBe('ushort')
    expect((await decodedAs('1.tif', file)).values).toEqual([0, 0, 1, 255])
  })
})

describe('the cache of decoded pictures', () => {
  afterEach(() => vi.unstubAllEnvs())
  /** A picture with a text that makes its file as large as those that are kept. */
  const large = (value: number) => {
    const file = grey(value)
    const chunk = new Uint8Array(2 ** 24)
    new DataView(chunk.buffer).setUint32(0, chunk.length - 12)
    chunk.set(new TextEncoder().encode('tEXt'), 4)
    return Buffer.concat([file.subarray(0, -12), chunk, file.subarray(-12)])
  }
  const files = {
    ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i + 10}.png`, grey(i)])),
    '30.png': large(20),
  }

  it('keeps large folders for their owner, and notices a changed file, a damaged entry and --no-cache', async () => {
    const folder = folderOf(files)
    const home = folderOf({})
    vi.stubEnv('XDG_CACHE_HOME', home)
    const inside = join(home, 'latentlab', 'pictures')
    const kept = () => readdirSync(inside)
    const first = await openPictures(folder, pictureReading({}), false)
    expect(() => kept()).toThrow('ENOENT')
    expect((await openPictures(folder, pictureReading({}), true)).rows).toEqual(first.rows)
    const [entry] = kept()
    expect([
      kept().length,
      statSync(inside).mode & 0o777,
      statSync(join(inside, entry!)).mode & 0o777,
    ]).toEqual([1, 0o700, 0o600])
    // A row is where the header says: other bytes there are what comes back.
    const bytes = readFileSync(join(inside, entry!))
    const offset = bytes.readUInt32LE('latentlab pictures 1\n'.length)
    expect([bytes.length - offset, bytes[offset + 17]]).toEqual([21, 17])
    bytes[offset + 17] = 200
    writeFileSync(join(inside, entry!), bytes)
    const again = await openPictures(folder, pictureReading({}), true)
    expect([again.rows.data[17], again.shape, again.formats]).toEqual([200, [1, 1, 1], { PNG: 21 }])
    // One that is cut short is made again, and so is that of a folder in which a file has changed.
    writeFileSync(join(inside, entry!), bytes.subarray(0, -1))
    expect((await openPictures(folder, pictureReading({}), true)).rows).toEqual(first.rows)
    writeFileSync(join(folder, '15.png'), grey(77))
    utimesSync(join(folder, '15.png'), 1, 1)
    expect((await openPictures(folder, pictureReading({}), true)).rows.data[5]).toBe(77)
    expect((await openPictures(folder, pictureReading({ size: '2' }), true)).shape).toEqual([
      1, 2, 2,
    ])
    expect(kept().length).toBe(3)
  })

  // In /proc the system refuses a folder as missing, where it has such a folder.
  it.each(['a file', 'a folder in which nothing can be created'])(
    'does without where it cannot be written: %s',
    async (place) => {
      const home = place === 'a file' ? folderOf({ latentlab: 'a file' }) : '/proc/none'
      vi.stubEnv('XDG_CACHE_HOME', home)
      const { rows } = await openPictures(folderOf(files), pictureReading({}), true)
      expect(rows.data[20]).toBe(20)
    },
  )

  it.skipIf(process.getuid?.() !== 0)('reads no entry of somebody else', async () => {
    const [folder, home] = [folderOf(files), folderOf({})]
    vi.stubEnv('XDG_CACHE_HOME', home)
    const open = () => openPictures(folder, pictureReading({}), true)
    const { rows } = await open()
    const inside = join(home, 'latentlab', 'pictures')
    const entry = join(inside, readdirSync(inside)[0]!)
    const bytes = readFileSync(entry)
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(entry, bytes)
    expect((await open()).rows).not.toEqual(rows)
    chownSync(entry, 54321, 54321)
    expect((await open()).rows).toEqual(rows)
    expect(statSync(entry).uid).toBe(0)
  })
})
