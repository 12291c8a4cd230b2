import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { idxBytes } from '../../src/data/idx.ts'
import { writeNpy } from '../../src/data/npy.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { asksLayout } from '../../studio/src/page/train/read-as.ts'
import type { Reading } from '../../studio/src/protocol/api.ts'
import { pixels, png } from '../data/pictures/files.ts'
import { dropped, memorySession, memoryStorage } from './memory-host.ts'
import { parts, partsFile } from './parts.ts'

const open = (files: Parameters<typeof dropped>[], reading?: Reading) =>
  memorySession().calls.openData({
    from: 'files',
    files: files.map((file) => dropped(...file)),
    ...(reading && { reading }),
  })

const openParts = (reading?: Reading) =>
  memorySession().calls.openData({
    from: 'files',
    files: [partsFile()],
    ...(reading && { reading }),
  })

/** 30 pictures of 4 × 4 pixels in three colours, channels last. */
const colours = hostTensor('uint8', [30, 4, 4, 3], pixels(30 * 48))

/** 30 pictures of 3 × 4 bytes, a class for each row of three. */
const bytes = hostTensor('uint8', [30, 3, 4], pixels(30 * 12))
const labels = hostTensor(
  'uint8',
  [30],
  Uint8Array.from({ length: 30 }, (_, i) => i % 3),
)

const column = ({ columns }: Awaited<ReturnType<typeof open>>, name: string) =>
  columns!.find((one) => one.name === name)!

describe('data that is opened', () => {
  it('as a table is summed up by its columns, as they can be counted by hand', async () => {
    const summary = await openParts()
    expect(summary).toMatchObject({ name: 'parts.csv', kind: 'table', rows: parts.length })
    const { train, validation, test } = summary.splits
    expect(train + validation + test).toBe(parts.length)
    expect(summary.columns!.map(({ name, kind }) => [name, kind])).toEqual([
      ['length', 'numeric'],
      ['width', 'numeric'],
      ['load', 'numeric'],
      ['colour', 'categorical'],
      ['kind', 'categorical'],
    ])
    const lengths = parts.map(({ length }) => length)
    expect(column(summary, 'length')).toMatchObject({
      ...{ missing: 0, distinct: new Set(lengths).size },
      range: [Math.min(...lengths), Math.max(...lengths)],
    })
    expect(column(summary, 'load').missing).toBe(9)
    expect(column(summary, 'colour').distinct).toBe(3)
    expect(summary.classes).toBeUndefined()
    expect(summary.proposal.model).toBe('vae')
  })

  it('as a text is read in another way where somebody says so', async () => {
    // 온도 in EUC-KR above numbers, of which the second column has thousands or decimals.
    const text = Buffer.concat([
      Buffer.from('bfc2b5b5', 'hex'),
      Buffer.from(`;b\n${Array.from({ length: 40 }, (_, i) => `${i % 9};${i},250`).join('\n')}\n`),
    ])
    const file = ['a.csv', text, 'text/csv'] as [string, Uint8Array, string]
    const columnsOf = ({ columns }: Awaited<ReturnType<typeof open>>) =>
      Object.fromEntries(columns!.map(({ name, kind }) => [name, kind]))
    expect(Object.keys(columnsOf(await open([file])))).toEqual(['온도', 'b'])
    expect(column(await open([file]), 'b').kind).toBe('text')
    const western = await open([file], { encoding: 'windows-1252' })
    expect(Object.keys(columnsOf(western))).toEqual(['¿Âµµ', 'b'])
    expect(column(await open([file], { decimal: 'comma' }), 'b').range).toEqual([0.25, 39.25])
    const numbers = Array.from({ length: 40 }, (_, i) => `${i}.5|${3 * i}.25`).join('\n')
    const plain = ['a.csv', numbers, 'text/csv'] as [string, string, string]
    expect(Object.keys(columnsOf(await open([plain])))).toEqual(['column 1', 'column 2'])
    expect(Object.keys(columnsOf(await open([plain], { header: true })))).toEqual(['0.5', '0.25'])
  })

  it('as a long table says of which rows its columns are described', async () => {
    const lines = Array.from({ length: 10_500 }, (_, i) => `${i % 10}.5,${(i * 7) % 13}`)
    const { rows, inspected } = await open([['a.csv', `a,b\n${lines.join('\n')}\n`]])
    expect([rows, inspected]).toEqual([10_500, 10_000])
    expect((await openParts()).inspected).toBeUndefined()
  })

  it('as a table with a column of labels counts its classes', async () => {
    const { classes, columns } = await openParts({ label: 'kind' })
    expect(columns!.at(-1)).toMatchObject({ name: 'kind', kind: 'label' })
    const counts = classes!.map(({ name, count }) => [name, count])
    expect(counts.sort()).toEqual([
      ['broken', 30],
      ['sound', 30],
      ['worn', 30],
    ])
  })

  it('as a table names the column that looks like labels, which is learned from until it is taken as that', async () => {
    const plain = await openParts()
    expect(plain.likelyLabel).toBe('kind')
    const labelled = await openParts({ label: 'kind' })
    expect(labelled.likelyLabel).toBeUndefined()
    // A network sees a cell for each column that is learned from, here of 24 rows.
    expect(plain.preview.length - labelled.preview.length).toBe(24)
  })

  it('as a table follows corrections: kinds, columns left out, another label or none', async () => {
    const corrected = await openParts({ kinds: { length: 'positive', load: 'ignore' } })
    const kinds = ({ columns }: typeof corrected) =>
      columns!.map(({ name, kind }) => `${name} ${kind}`)
    expect(kinds(corrected)).toEqual([
      ...[
        'length positive',
        'width numeric',
        'load ignore',
        'colour categorical',
        'kind categorical',
      ],
    ])
    const other = await openParts({ label: 'colour' })
    expect(other.classes!.map(({ name }) => name).sort()).toEqual(['blue', 'green', 'red'])
    expect(column(corrected, 'load').reason).toMatch(/stated in the schema/)
    expect((await openParts({ label: null })).classes).toBeUndefined()
  })

  it('as a table keeps the values that a network sees: standardised numbers, the mean of the training rows 0', async () => {
    const { preview, splits } = await openParts({ label: null })
    // length, width, load with its gap, and a choice of three colours
    const width = preview.length / 24
    expect(Number.isInteger(width)).toBe(true)
    const first = Array.from({ length: 24 }, (_, row) => preview[row * width]!)
    const mean = first.reduce((a, b) => a + b, 0) / 24
    expect(Math.abs(mean)).toBeLessThan(0.7)
    expect(splits.train).toBeGreaterThan(24)
  })

  it('with normal labels leaves the other rows out of training, and keeps them as anomalies', async () => {
    const { splits, rows } = await openParts({ label: 'kind', normal: ['sound'] })
    expect(rows).toBe(splits.train + splits.validation + splits.test)
    expect(rows).toBe(30)
  })

  it('as arrays has their rows; as bytes of pictures their size, and its preview is pixels by 255', async () => {
    const table = hostTensor(
      'float32',
      [40, 5],
      Float32Array.from({ length: 200 }, (_, i) => i),
    )
    expect(await open([['five.npy', writeNpy(table)]])).toMatchObject({
      ...{ name: 'five.npy', kind: 'table', rows: 40 },
    })
    const summary = await open([['pictures.npy', writeNpy(bytes)]])
    expect(summary).toMatchObject({
      ...{ kind: 'images', rows: 30, picture: { width: 4, height: 3, channels: 1 } },
    })
    const known = new Set(
      Array.from({ length: 30 }, (_, n) => String(bytes.data.slice(n * 12, n * 12 + 12))),
    )
    for (let row = 0; row < summary.splits.train && row < 24; row++) {
      const shown = summary.preview.slice(row * 12, row * 12 + 12)
      expect(known).toContain(String(shown.map((value) => Math.round(value * 255))))
    }
  })

  it('as an array whose channels may be first or last is read in the order that somebody states', async () => {
    const file = ['colours.npy', writeNpy(colours)] as [string, Uint8Array]
    const refusal = await open([file]).catch((error: Error) => error.message)
    expect(asksLayout(String(refusal)), String(refusal)).toBe(true)
    const last = await open([file], { layout: 'hwc' })
    expect(last.picture).toEqual({ width: 4, height: 4, channels: 3 })
    // Of a picture in the file, every third value is of one colour.
    const known = Array.from({ length: 30 }, (_, n) => {
      const stored = colours.data.subarray(48 * n, 48 * n + 48)
      return String([0, 1, 2].flatMap((c) => [...stored].filter((_, at) => at % 3 === c)))
    })
    const shown = last.preview.slice(0, 48).map((value) => Math.round(value * 255))
    expect(known).toContain(String([...shown]))
    const first = await open([file], { layout: 'chw' })
    expect(first.picture).toEqual({ width: 3, height: 4, channels: 4 })
  })

  it('as rows of pixels is pictures of the size that somebody states, and a table without one', async () => {
    const rows = hostTensor('float32', [30, 12], Float32Array.from(bytes.data))
    const file = ['rows.npy', writeNpy(rows)] as [string, Uint8Array]
    expect((await open([file])).columns).toHaveLength(12)
    const summary = await open([file], { layout: '3x4' })
    expect(summary.picture).toEqual({ width: 4, height: 3, channels: 1 })
    expect(summary.columns).toBeUndefined()
  })

  it.each([
    ['the pictures first', ['t-images-idx3-ubyte', bytes], ['t-labels-idx1-ubyte', labels]],
    ['the labels first', ['t-labels-idx1-ubyte', labels], ['t-images-idx3-ubyte', bytes]],
  ] as const)('as a pair of IDX files has labels, with %s', async (_order, one, other) => {
    const summary = await open([one, other].map(([name, array]) => [name, idxBytes(array)]))
    expect(summary).toMatchObject({
      ...{ name: 't-images-idx3-ubyte', kind: 'images', rows: 30 },
      picture: { width: 4, height: 3, channels: 1 },
      classes: [0, 1, 2].map((label) => ({ label, name: String(label), count: 10 })),
    })
  })

  it('as an array and its labels is read from NPY files, too, also in gzip and with labels in a column', async () => {
    const column = hostTensor(
      'int64',
      [30, 1],
      BigInt64Array.from({ length: 30 }, (_, i) => BigInt((i % 3) + 4)),
    )
    const summary = await open([
      ['y.npy.gz', gzipSync(writeNpy(column))],
      ['x.npy', writeNpy(bytes)],
    ])
    expect(summary).toMatchObject({
      ...{ name: 'x.npy', kind: 'images', rows: 30 },
      picture: { width: 4, height: 3, channels: 1 },
      classes: [4, 5, 6].map((label) => ({ label, name: String(label), count: 10 })),
    })
    // Rows of numbers, with labels in another format.
    const table = hostTensor('float32', [30, 12], Float32Array.from(bytes.data))
    const named = [
      ['x.npy', writeNpy(table)],
      ['y.idx', idxBytes(labels)],
    ] as [string, Uint8Array][]
    expect(await open(named)).toMatchObject({
      ...{ name: 'x.npy', kind: 'array', rows: 30 },
      classes: [0, 1, 2].map((label) => ({ label, name: String(label), count: 10 })),
    })
  })

  it('as two arrays of which neither or both could be labels is refused in one line', async () => {
    for (const array of [bytes, labels]) {
      const files = ['a.npy', 'b.npy'].map((name) => [name, writeNpy(array)])
      await expect(open(files as [string, Uint8Array][])).rejects.toThrow(
        /^2 files that are not all pictures; drop one table, one file of arrays, an array and its labels, or a folder of pictures$/,
      )
    }
  })

  it('as a pair of IDX files is read in the order that is stated, and without what is not normal', async () => {
    const files = [
      ['t-images-idx4-ubyte', idxBytes(colours)],
      ['t-labels-idx1-ubyte', idxBytes(labels)],
    ] as [string, Uint8Array][]
    expect(await open(files, { layout: 'chw', normal: ['1'] })).toMatchObject({
      ...{ picture: { width: 3, height: 4, channels: 4 }, rows: 10 },
    })
  })

  it('as a folder of pictures has the names of its folders as classes, and a size that is asked for', async () => {
    const files = ['crack', 'fine'].flatMap((name, kind) =>
      Array.from({ length: 12 }, (_, i): [string, Uint8Array] => [
        `faults/${name}/${i}.png`,
        png({ width: 8, height: 8, data: pixels(64, 5 * i + kind) }),
      ]),
    )
    const summary = await open(files)
    expect(summary).toMatchObject({
      ...{ name: 'faults', kind: 'images', rows: 24 },
      picture: { width: 8, height: 8, channels: 1 },
    })
    expect(summary.classes!.map(({ name, count }) => [name, count])).toEqual([
      ['crack', 12],
      ['fine', 12],
    ])
    expect((await open(files, { size: '4' })).picture).toEqual({ width: 4, height: 4, channels: 1 })
  })

  it.each([
    ['no files', [], /there are no files/],
    [
      'two tables',
      [
        ['a.csv', 'a,b\n1,2\n'],
        ['b.csv', 'a,b\n1,2\n'],
      ],
      /2 files that are not all/,
    ],
    ['a text', [['note.txt', 'hello']], /note\.txt/],
    ['an empty file', [['empty.csv', '']], /empty\.csv/],
  ] as [string, [string, string][], RegExp][])(
    'is refused as %s',
    async (_name, files, message) => {
      await expect(open(files)).rejects.toThrow(message)
      await expect(open(files)).rejects.toMatchObject({ name: 'UserError' })
    },
  )
})

describe('the options of a form', () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i},${i % 3 === 0 ? 'a' : 'b'}`).join('\n')

  it('have the defaults that a training of the open data would take', async () => {
    const { calls } = memorySession()
    const before = new Map((await calls.options('vae')).map((one) => [one.name, one.default]))
    expect([before.get('likelihood'), before.get('epochs')]).toEqual(['bernoulli', 20])
    await calls.openData({ from: 'files', files: [dropped('t.csv', `x,kind\n${rows}\n`)] })
    const after = new Map((await calls.options('vae')).map((one) => [one.name, one.default]))
    // 48 rows are one batch: 2000 steps would take 2000 epochs, and 500 are the most.
    expect(after.get('likelihood')).toBe('columns')
    expect([after.get('epochs'), after.get('batch')]).toEqual([500, 48])
  })

  it('have the device to compute on only where there is a GPU', async () => {
    const named = async (hasGpu: boolean) => {
      const { calls } = memorySession(memoryStorage(), {}, hasGpu)
      return (await calls.options('vae')).find(({ name }) => name === 'device')
    }
    expect(await named(false)).toBeUndefined()
    expect(await named(true)).toMatchObject({ default: 'cpu', choices: ['cpu', 'webgpu'] })
  })

  it('leave out what a model in closed form does not use', async () => {
    const { calls } = memorySession()
    await calls.openData({ from: 'files', files: [dropped('t.csv', `x,kind\n${rows}\n`)] })
    const names = (await calls.options('pca')).map(({ name }) => name)
    expect(names).toContain('latent')
    for (const unused of ['epochs', 'batch', 'lr', 'optimizer']) expect(names).not.toContain(unused)
  })
})
