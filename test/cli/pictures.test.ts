import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { encode } from 'fast-png'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseNpy, writeNpy } from '../../src/data/npy.ts'
import { readPictureFile } from '../../src/data/pictures/read-file.ts'
import { stateOf } from '../../src/data/pictures/walk.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { compiled } from '../compiled.ts'
import { picture, pixels, png, statedPng } from '../data/pictures/files.ts'
import { words, workingFolder } from './command-line.ts'

const { latentlab, inFolder } = workingFolder()

function write(name: string, contents: Uint8Array | string): void {
  mkdirSync(dirname(inFolder(name)), { recursive: true })
  writeFileSync(inFolder(name), contents)
}

const WIDTH = 9
const HEIGHT = 6
const SIZE = WIDTH * HEIGHT
const trained = { width: WIDTH, height: HEIGHT }

describe('pictures that cannot be used are refused in one line with exit code 2, and nothing is left behind', () => {
  const smooth = () => picture(pixels(64 * 64 * 3), 64, 64)
  const folders: Record<string, Record<string, Uint8Array | string>> = {
    none: { 'notes.txt': 'x' },
    text: { '1.png': 'no picture', '2.png': png() },
    svg: { '1.png': '<svg xmlns="http://www.w3.org/2000/svg"/>' },
    bytes: { '1.png': Uint8Array.of(1, 2, 3, 4, 5) },
    empty: { '1.png': '' },
    'png-cut': { '1.png': png().subarray(0, -20) },
    'png-damaged': { '1.png': png().map((byte, i) => (i === 45 ? byte ^ 255 : byte)) },
    huge: { '1.png': statedPng(30_000, 30_000, 600_000) },
    zero: { '1.png': statedPng(0, 3, 10) },
    newline: { 'a\nb.png': 'x' },
    sizes: { '1.png': png(), '2.png': png({ width: 5 }) },
    mixed: { '1.png': png(), 'cat/2.png': png() },
    splits: { 'train/1.png': png(), 'test/2.png': png() },
    numbers: { '1/1.png': png(), '01/1.png': png() },
    outside: { '1.png': png(), 'metadata.csv': 'file\n../secret.png\n' },
    absolute: { '1.png': png(), 'metadata.csv': 'file\n/etc/passwd\n' },
    absent: { '1.png': png(), 'metadata.csv': 'file\n1.png\n"2\n.png"\n' },
    twice: { '1.png': png(), 'metadata.csv': 'file\n1.png\n1.png\n' },
    columns: { '1.png': png(), 'metadata.csv': 'name,label\n1.png,2\n' },
    ragged: { '1.png': png(), 'metadata.csv': 'file,label\n1.png\n' },
    unlabelled: { '1.png': png(), 'metadata.csv': 'file,label\n1.png,\n' },
    split: { '1.png': png(), 'metadata.csv': 'file,split\n1.png,later\n' },
    'all-test': { '1.png': png(), 'metadata.csv': 'file,split\n1.png,test\n' },
    fine: { '1.png': png(), '2.png': png(), '3.png': png() },
  }

  beforeAll(async () => {
    const jpeg = await smooth().jpeg().toBuffer()
    folders['jpeg-cut'] = { '1.jpg': jpeg.subarray(0, jpeg.length - 200) }
    folders['jpeg-cut-early'] = { '1.jpg': jpeg.subarray(0, 100) }
    folders.cmyk = { '1.jpg': await smooth().toColourspace('cmyk').jpeg().toBuffer() }
    const webp = await smooth().webp().toBuffer()
    folders['webp-cut'] = { '1.webp': webp.subarray(0, webp.length - 50) }
    const gif = await smooth().gif().toBuffer()
    folders['gif-cut'] = { '1.gif': gif.subarray(0, gif.length - 500) }
    const tiff = await smooth().tiff({ compression: 'none' }).toBuffer()
    folders['tiff-cut'] = { '1.tif': tiff.subarray(0, tiff.length - 5000) }
    folders.bomb = { '1.png': statedPng(10, 10, 70_000) }
    for (const [folder, files] of Object.entries(folders))
      for (const [name, contents] of Object.entries(files)) write(`${folder}/${name}`, contents)
    mkdirSync(inFolder('dangling'))
    symlinkSync('nowhere.png', inFolder('dangling/1.png'))
    write('zeros.npy', writeNpy(hostTensor('uint8', [20, 3, 4], new Uint8Array(240))))
  })

  it.each<[string, string, string?]>([
    [
      'none',
      'none: the folder holds no pictures, but 1 other file (notes.txt); expected files that end in .png',
    ],
    ['text', 'text/1.png: is a text; expected PNG, JPEG, WebP, GIF or TIFF'],
    ['svg', 'svg/1.png: is a drawing in SVG or other XML, without pixels; expected PNG'],
    [
      'bytes',
      'bytes/1.png: is no picture that can be read: it begins with bytes 01 02 03 04; expected',
    ],
    ['empty', 'empty/1.png: is an empty file; expected'],
    ['png-cut', 'png-cut/1.png: the PNG is truncated'],
    ['png-damaged', 'png-damaged/1.png: the PNG is damaged ('],
    [
      'huge',
      'huge/1.png: has 30,000 × 30,000 pixels, 900,000,000 pixels in all; expected at most 100,000,000: make it smaller',
    ],
    ['zero', 'zero/1.png: has no pixels (0 × 3)'],
    ['jpeg-cut', 'jpeg-cut/1.jpg: the JPEG is truncated'],
    ['jpeg-cut-early', 'jpeg-cut-early/1.jpg: the JPEG is truncated'],
    [
      'cmyk',
      'cmyk/1.jpg: the JPEG has the inks of printing (CMYK) for colours; save it again, in RGB or grey',
    ],
    ['webp-cut', 'webp-cut/1.webp: the WebP is truncated'],
    ['gif-cut', 'gif-cut/1.gif: the GIF is truncated'],
    ['tiff-cut', 'tiff-cut/1.tif: the TIFF is damaged ('],
    ['bomb', 'bomb/1.png: the PNG is damaged ('],
    ['newline', '"newline/a\\nb.png": is a text'],
    ['dangling', 'dangling/1.png: there is no such file'],
    [
      'sizes',
      'sizes: the pictures have different sizes (width x height): 4x3 (1 picture), 5x3 (1 picture); choose one with --size 64',
    ],
    [
      'mixed',
      'mixed: 1 picture of 2 are in subfolders, whose names are the labels, but 1.png is in none',
    ],
    ['splits', 'splits: the subfolders test, train are named as splits'],
    ['numbers', 'numbers: the labels 01 and 1 are the same number'],
    [
      'outside',
      'outside/metadata.csv: row 1 (after the header) lists ../secret.png; expected a file inside the folder',
    ],
    [
      'absolute',
      'absolute/metadata.csv: row 1 (after the header) lists /etc/passwd; expected a file inside the folder',
    ],
    [
      'absent',
      'absent/metadata.csv: row 2 (after the header) lists "2\\n.png", and there is no such file in the folder',
    ],
    ['twice', 'twice/metadata.csv: row 2 (after the header) lists 1.png, as row 1 does'],
    [
      'columns',
      'columns/metadata.csv: has the columns name, label; expected one of file_name, file',
    ],
    ['ragged', 'ragged/metadata.csv: row 1 (after the header) has 1 cells; expected 2'],
    ['unlabelled', 'unlabelled/metadata.csv: row 1 (after the header) has no label'],
    [
      'split',
      'split/metadata.csv: row 1 (after the header) has the split later; expected train, validation, test',
    ],
    ['all-test', 'all-test: all pictures are in the test split'],
    ['fine', 'size: expected pixels, or WIDTHxHEIGHT such as 64x48, got 64x', ' --size 64x'],
    ['fine', 'fit: is used only with --size; leave it out', ' --fit pad'],
    ['fine', 'ground: expected white, black or a colour as #rrggbb, got blue', ' --ground blue'],
    ['fine', 'layout: is for arrays, and fine holds pictures', ' --layout hw'],
    [
      'zeros.npy',
      'size: is used only with pictures, and the data is zeros.npy; leave it out',
      ' --size 4',
    ],
    ['zeros.npy', 'colour: is used only with pictures', ' --colour grey'],
  ])('%s: %s', async (data, message, more = '') => {
    const { code, stdout, stderr } = await latentlab(words(`train --data ${data} --out run${more}`))
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/^latentlab: [^\n]+\n$/)
    expect([code, stdout, existsSync(inFolder('run'))]).toEqual([2, '', false])
  })

  it('and so is a file that is gone, or has changed, since the folder was listed', () => {
    const path = inFolder('fine/1.png')
    const state = stateOf(path)
    expect(() => readPictureFile(inFolder('fine/9.png'), state)).toThrow(
      'fine/9.png: there is no such file',
    )
    const message = 'fine/1.png: changed while it was read; try again when it is complete'
    for (const other of [{ mtimeMs: 1 }, { size: state.size - 1 }, { size: state.size + 1 }])
      expect(() => readPictureFile(path, { ...state, ...other })).toThrow(message)
    expect(readPictureFile(path, state)).toEqual(new Uint8Array(readFileSync(path)))
  })
})

describe('one picture has one code', () => {
  const dark = pixels(SIZE).map((value) => Math.floor(value / 3))
  const bright = pixels(SIZE, 5).map((value) => 255 - Math.floor(value / 3))
  const forms: Record<string, (values: Uint8Array, shape: number[]) => HostTensor> = {
    uint8: (values, shape) => hostTensor('uint8', shape, values),
    unit: (values, shape) =>
      hostTensor(
        'float32',
        shape,
        Float32Array.from(values, (v) => v / 255),
      ),
    floats: (values, shape) => hostTensor('float32', shape, Float32Array.from(values)),
    int64: (values, shape) =>
      hostTensor(
        'int64',
        shape,
        BigInt64Array.from(values, (v) => BigInt(v)),
      ),
  }
  const arrayOf = (
    form: string,
    values: Uint8Array,
    shape = [values.length / SIZE, HEIGHT, WIDTH],
  ) => forms[form]!(values, shape)
  const both = Uint8Array.from([...dark, ...bright])
  const command = async (line: string) => {
    const { code, stderr } = await latentlab(words(line))
    return code === 0 ? parseNpy(readFileSync(inFolder('codes.npy')), 'codes').data : stderr
  }

  beforeAll(async () => {
    for (let i = 0; i < 24; i++)
      write(
        `photos/${i % 2 ? 'even' : 'odd'}/${i}.png`,
        png({ ...trained, data: pixels(SIZE, 3 * i) }),
      )
    write('dark.png', png({ ...trained, data: dark }))
    write('alone/dark.png', png({ ...trained, data: dark }))
    write('beside/1.png', png({ ...trained, data: dark }))
    write('beside/2.png', png({ ...trained, data: bright }))
    write('turned.png', encode({ width: HEIGHT, height: WIDTH, channels: 1, data: dark }))
    write('wide.png', png({ width: 18, height: 3, data: dark }))
    write('colour.png', png({ ...trained, channels: 3 }))
    write('cats/cat/1.png', png({ ...trained, data: dark }))
    for (const form of Object.keys(forms)) {
      write(`${form}.npy`, writeNpy(arrayOf(form, dark)))
      write(`${form}-beside.npy`, writeNpy(arrayOf(form, both)))
    }
    const { code, stderr } = await latentlab(
      words(
        'train --data photos --model ae --hidden 8 --latent 3 --epochs 1 --batch 8 --threads 1 --out ae --no-tied',
      ),
    )
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('labels even, odd; 20 examples for training'),
    ])
  })

  it('in all forms in which it is taken, alone and beside a bright one; other forms are refused', async () => {
    const expected = (await command('encode ae --data dark.png --threads 1')) as Float32Array
    expect(expected.length).toBe(3)
    const lab = (await compiled('entries/node.js')) as typeof import('../../src/entries/node.ts')
    const model = await lab.load(inFolder('ae'), { threads: 1 })
    const near = (codes: ArrayLike<unknown> | string) =>
      expect(
        typeof codes === 'string'
          ? codes
          : Math.max(...[0, 1, 2].map((i) => Math.abs(Number(codes[i]) - expected[i]!))),
      ).toBeLessThan(1e-6)
    for (const data of ['alone', 'beside', 'uint8.npy', 'uint8-beside.npy'])
      near((await command(`encode ae --data ${data} --threads 1`)) as Float32Array)
    const unit = Float32Array.from(dark, (value) => value / 255)
    near((await model.encode(hostTensor('float32', [1, SIZE], unit, 1 / 255))).data)
    for (const values of [dark, both]) {
      near((await model.encode(arrayOf('uint8', values))).data)
      for (const form of ['unit', 'floats', 'int64']) {
        const message = `holds ${form === 'int64' ? 'int64' : 'float32'}; expected uint8 from 0 to 255, divided by 255`
        await expect(model.encode(arrayOf(form, values))).rejects.toThrow(message)
        const file = `${form}${values === both ? '-beside' : ''}.npy`
        expect(await command(`encode ae --data ${file} --threads 1`)).toBe(
          `latentlab: ${file}: ${message}\n`,
        )
      }
    }
    const turned =
      'its examples have shape [9, 6]; expected [6, 9], images 6 high and 9 wide, 1 channel'
    await expect(model.encode(arrayOf('uint8', dark, [1, WIDTH, HEIGHT]))).rejects.toThrow(turned)
    await model.close()
  })

  it('and a picture of another shape, colour or class is refused or treated as the training did', async () => {
    for (const [file, found] of [
      ['turned.png', '1, 9, 6'],
      ['wide.png', '1, 3, 18'],
    ])
      expect(await command(`encode ae --data ${file} --threads 1`)).toBe(
        `latentlab: ${file}: its examples have shape [${found}]; expected [1, 6, 9], images 6 high and 9 wide, 1 channel\n`,
      )
    const { stderr, code } = await latentlab(words('encode ae --data colour.png --threads 1'))
    expect([code, stderr]).toEqual([
      0,
      'note: colour.png: 1 picture (colour.png) has colours, which are turned into grey\n',
    ])
    expect(await command('encode ae --data cats --threads 1')).toBe(
      'latentlab: cats: the label cat is not a class of the training data (even, odd)\n',
    )
    expect(await command('encode ae --data dark.png --scaled --threads 1')).toContain(
      '--scaled: dark.png holds pictures',
    )
  })

  it('inspect counts pictures by format, size and label', async () => {
    const { stdout } = await latentlab(words('inspect --data photos'))
    expect(stdout).toBe(
      'photos: 24 pictures\nformats: PNG: 24\nsizes (width x height): 9x6: 24\nlabels: even: 12, odd: 12\n',
    )
  })
})
