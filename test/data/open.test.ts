import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { writeNpz } from '../../src/data/npz.ts'
import type { DataOptions } from '../../src/data/open.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { counting, idxFile, int32, open, table, temporaryFiles } from './files.ts'

const write = temporaryFiles()
const ascending = (a: number, b: number) => a - b

describe('openDataSet reads shapes as examples', () => {
  const uint8 = (...shape: number[]) => counting(shape)
  const float = (...shape: number[]) =>
    hostTensor(
      'float32',
      shape,
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => i),
    )
  it.each<[string, HostTensor, string, number[], string, number]>([
    ['uint8 [N, H, W]', uint8(20, 2, 3), 'image', [1, 2, 3], 'uint8', 1 / 255],
    ['uint8 [N, C, H, W]', uint8(20, 3, 2, 2), 'image', [3, 2, 2], 'uint8', 1 / 255],
    ['uint8 [N, H, W, 1]', uint8(20, 2, 4, 1), 'image', [1, 2, 4], 'uint8', 1 / 255],
    ['uint8 [N, H, W, 4]', uint8(20, 5, 6, 4), 'image', [4, 5, 6], 'uint8', 1 / 255],
    ['uint8 [N, square]', uint8(20, 9), 'table', [9], 'float32', 1],
    ['uint8 [N, D]', uint8(20, 6), 'table', [6], 'float32', 1],
    ['float32 [N, D]', float(20, 9), 'table', [9], 'float32', 1],
    ['float64 [N, D]', table(20, 2), 'table', [2], 'float32', 1],
    ['int32 [N, D]', hostTensor('int32', [2, 1], Int32Array.of(1, -2)), 'table', [1], 'float32', 1],
    [
      'int64 [N, D]',
      hostTensor('int64', [2, 1], BigInt64Array.of(1n, -2n)),
      'table',
      [1],
      'float32',
      1,
    ],
    ['float32 [N, H, W]', float(20, 2, 3), 'image', [1, 2, 3], 'float32', 1],
    [
      'bool [N, D]',
      hostTensor('bool', [2, 2], Uint8Array.of(0, 1, 1, 1)),
      'table',
      [2],
      'float32',
      1,
    ],
    [
      'uint8 images of 0 and 1',
      hostTensor('uint8', [2, 2, 2], Uint8Array.of(0, 1, 1, 1, 0, 0, 0, 1)),
      'image',
      [1, 2, 2],
      'uint8',
      1,
    ],
  ])('%s', async (_, tensor, kind, exampleShape, dtype, scale) => {
    const dataSet = await open(tensor)
    expect([dataSet.kind, dataSet.exampleShape, dataSet.scale]).toEqual([kind, exampleShape, scale])
    const { store } = dataSet.splits.train
    expect([store.dtype, store.array!.shape]).toEqual([
      dtype,
      [tensor.shape[0], sizeOf(exampleShape)],
    ])
    const stored = Array.from<number | bigint>(tensor.data as Uint8Array).map(Number)
    expect(Array.from(store.array!.data).sort(ascending)).toEqual(stored.sort(ascending))
  })

  it('moves channels that come last to the front', async () => {
    const { exampleShape, splits } = await open(counting([2, 2, 2, 3]))
    expect(exampleShape).toEqual([3, 2, 2])
    expect([...splits.train.store.array!.data.subarray(0, 12)]).toEqual([
      0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11,
    ])
  })

  it('keeps uint8 and float32 data without a copy', async () => {
    for (const tensor of [counting([20, 2, 3]), float(20, 5)])
      expect((await open(tensor)).splits.train.store.array!.data).toBe(tensor.data)
  })
})

describe('openDataSet splits', () => {
  it('a tenth for the test by default, at least one row, each row in one split', async () => {
    const { splits } = await open(table(36, 1), { validation: 5 })
    expect([splits.train, splits.validation, splits.test].map((s) => s.rows.length)).toEqual([
      27, 5, 4,
    ])
    const all = [...splits.train.rows, ...splits.validation.rows, ...splits.test.rows]
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 36 }, (_, i) => i))
    expect((await open(table(2, 1))).splits.test.rows.length).toBe(1)
  })

  it('the same test rows by the same seed, whatever the validation', async () => {
    const rows = async (validation: number, seed: number) =>
      (await open(table(1000, 1), { validation, seed })).splits.test.rows
    expect(await rows(0, 3)).toEqual(await rows(200, 3))
    expect(await rows(0, 3)).not.toEqual(await rows(0, 4))
  })

  it('a test file of its own with its own store, labels and classes', async () => {
    const path = await write(
      'own.npz',
      writeNpz(
        new Map<string, HostTensor>([
          ['x', table(3, 2)],
          ['y', int32(1, 5, 0)],
        ]),
      ),
    )
    const { splits, classes } = await open(table(10, 2), {
      testData: path,
      labels: int32(0, 1, 2, 3, 4, 5, 0, 0, 0, 0),
    })
    expect(splits.test.store.array!.shape).toEqual([3, 2])
    expect([...splits.test.rows]).toEqual([0, 1, 2])
    expect([...splits.test.labels!]).toEqual([1, 5, 0])
    expect([splits.train.rows.length, classes]).toEqual([10, 6])
  })

  it('refuses to leave nothing to train on', async () => {
    await expect(open(table(10, 2), { validation: 8, test: 2 })).rejects.toThrow(
      'data: 10 rows less 8 for validation and 2 for testing leave none to train on; choose a smaller validation or test',
    )
    expect((await open(table(10, 2), { validation: 8, test: 1 })).splits.train.rows.length).toBe(1)
  })
})

describe('openDataSet reads files', () => {
  it.each([
    ['npy', writeNpy(counting([20, 2, 3]))],
    [
      'npz with one array of any name',
      writeNpz(new Map<string, HostTensor>([['pixels', counting([20, 2, 3])]])),
    ],
    [
      'npz with x among others',
      writeNpz(
        new Map<string, HostTensor>([
          ['w', int32(1)],
          ['x', counting([20, 2, 3])],
        ]),
      ),
    ],
    ['idx', idxFile(8, [20, 2, 3], counting([20, 2, 3]).data)],
    ['gzipped idx', gzipSync(idxFile(8, [20, 2, 3], counting([20, 2, 3]).data))],
    ['gzipped npy', gzipSync(writeNpy(counting([20, 2, 3])))],
  ])('%s, told by content and not by name', async (_, bytes) => {
    const dataSet = await open(await write('unnamed.bin', bytes))
    expect(dataSet.exampleShape).toEqual([1, 2, 3])
    expect(dataSet.splits.train.store.array!.data).toEqual(counting([20, 2, 3]).data)
    expect(dataSet.hash).toBe((await open(counting([20, 2, 3]))).hash)
  })

  it('labels from the archive, and from --labels before those', async () => {
    const arrays = new Map<string, HostTensor>([
      ['images', counting([4, 2, 3])],
      ['labels', int32(0, 1, 2, 1)],
    ])
    const path = await write('labelled.npz', writeNpz(arrays))
    const own = await open(path)
    expect([[...own.splits.train.labels!], own.classes]).toEqual([[0, 1, 2, 1], 3])
    const labels = await write('labels.idx', idxFile(8, [4], [5, 5, 0, 9]))
    const given = await open(path, { labels })
    expect([[...given.splits.train.labels!], given.classLabels]).toEqual([
      [1, 1, 0, 2],
      [0, 5, 9],
    ])
    expect(given.hash).not.toBe(own.hash)
  })

  it('whose hash changes with a value, a shape or a label, and not with the seed', async () => {
    const hash = async (data: HostTensor, rest = {}) => (await open(data, rest)).hash
    const reference = await hash(counting([20, 2, 3]))
    expect(reference).toMatch(/^[0-9a-f]{64}$/)
    expect(await hash(counting([20, 2, 3]), { seed: 9, validation: 3, binarize: 'static' })).toBe(
      reference,
    )
    const changed = counting([20, 2, 3])
    changed.data[119] = 0
    const others = [
      await hash(changed),
      await hash(counting([20, 3, 2])),
      await hash(counting([20, 2, 3]), { labels: int32(...Array(20).fill(0)) }),
    ]
    expect(new Set([reference, ...others]).size).toBe(4)
  })
})

describe('openDataSet binarises statically', () => {
  const grey = counting([200, 5, 7])
  const ownTest = () => write('grey.npy', writeNpy(grey))
  const draw = async (seed: number, rest: Partial<DataOptions> = {}) => {
    const { splits } = await open(grey, { seed, binarize: 'static', ...rest })
    return { train: splits.train.store.array!.data, test: splits.test.store.array!.data }
  }

  it('by the seed alone, whatever the splits', async () => {
    const { train } = await draw(1)
    expect((await draw(1, { validation: 20 })).train).toEqual(train)
    expect((await draw(2)).train).not.toEqual(train)
  })

  it('with other draws for a test set of its own', async () => {
    const { train, test } = await draw(1, { testData: await ownTest() })
    expect(test).not.toEqual(train)
    expect(train).toEqual((await draw(1)).train)
  })
})
