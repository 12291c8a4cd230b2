import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { DataSet } from '../../src/data/dataset.ts'
import { mnistFolder } from '../../src/data/mnist.ts'
import { openDataSet } from '../../src/data/open.ts'
import { splitValues } from '../../src/data/rows.ts'
import { sources } from '../../src/data/sources.ts'

const open = (validation: number, binarize: 'none' | 'static' | 'dynamic' = 'none', seed = 0) =>
  openDataSet({ data: 'mnist', validation, binarize, seed })

/** Whether the stores of the test split hold the same bytes. */
const sameBytes = (a: DataSet, b: DataSet) =>
  Buffer.from(a.splits.test.store.array!.data).equals(Buffer.from(b.splits.test.store.array!.data))

// Reading and drawing 55 MB is slow on a busy machine.
describe('mnist', { timeout: 60_000 }, () => {
  let mnist: DataSet
  beforeAll(async () => {
    mnist = await open(5000)
  })

  it.each([
    ['train-images-idx3-ubyte', '6bbc9ace898e44ae57da46a324031adb'],
    ['t10k-images-idx3-ubyte', '2646ac647ad5339dbf082846283269ea'],
  ])('is the original: MD5 of %s', async (file, md5) => {
    const bytes = await readFile(join(mnistFolder(), file))
    expect(createHash('md5').update(bytes).digest('hex')).toBe(md5)
  })

  it('has 55 000, 5 000 and 10 000 images of 1 × 28 × 28 in 10 classes', () => {
    const { train, validation, test } = mnist.splits
    expect([train, validation, test].map((split) => split.rows.length)).toEqual([
      55000, 5000, 10000,
    ])
    expect([mnist.kind, mnist.exampleShape, mnist.scale, mnist.classes]).toEqual([
      'image',
      [1, 28, 28],
      1 / 255,
      10,
    ])
    expect([train.store.array!.shape, test.store.array!.shape]).toEqual([
      [60000, 784],
      [10000, 784],
    ])
    expect(validation.store).toBe(train.store)
    const { rows, shape } = sources.find((source) => source.name === 'mnist')!
    expect([rows.train, rows.test, shape]).toEqual([60000, 10000, mnist.exampleShape])
  })

  it('begins with a 5 in training and a 7 in the test, the files keeping their order', () => {
    const { train, test } = mnist.splits
    expect([...train.labels!.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    expect([...test.labels!.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4])
    // Grey levels of the first training image, row 5, columns 12 to 23: the upper bar of the 5.
    expect([...train.store.array!.data.subarray(5 * 28 + 12, 5 * 28 + 24)]).toEqual([
      3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127,
    ])
  })

  it('has the mean 0.1307 and deviation 0.3081 that are quoted for its training images', () => {
    const { data } = mnist.splits.train.store.array!
    let [sum, squares] = [0, 0]
    for (let i = 0; i < data.length; i++) {
      const x = data[i]! / 255
      sum += x
      squares += x * x
    }
    const mean = sum / data.length
    expect(mean).toBeCloseTo(0.1307, 4)
    expect(Math.sqrt(squares / data.length - mean * mean)).toBeCloseTo(0.3081, 4)
  })

  it('cuts validation by seed: apart from training, the same again, other for another seed', async () => {
    const { train, validation } = mnist.splits
    expect(new Set([...train.rows, ...validation.rows]).size).toBe(60000)
    expect((await open(5000)).splits.validation.rows).toEqual(validation.rows)
    const other = (await open(5000, 'none', 1)).splits.validation.rows
    const shared = other.filter((row) => validation.rows.includes(row)).length
    // 5000 · 5000 / 60000 = 417 rows are expected in both, with a deviation of 19.
    expect(shared).toBeGreaterThan(320)
    expect(shared).toBeLessThan(515)
  })

  it('trains on all rows in their order when validation is 0', async () => {
    const { splits, hash } = await open(0)
    expect([splits.validation.rows.length, splits.train.rows.length]).toEqual([0, 60000])
    expect(splits.train.rows.every((row, i) => row === i)).toBe(true)
    expect(hash).toBe(mnist.hash)
  })

  it('scales as float32 does: 255 becomes 1 within an ulp', () => {
    const { data, shape } = splitValues(mnist, 'test', [0, 9999])
    expect(shape).toEqual([2, 784])
    const grey = mnist.splits.test.store.array!.data.subarray(0, 784)
    expect(data.subarray(0, 784)).toEqual(
      Float32Array.from(grey, (x) => Math.fround(x * Math.fround(1 / 255))),
    )
    expect(data.reduce((a, b) => Math.max(a, b))).toBeCloseTo(1, 6)
  })

  it('binarises statically to a fixed draw whose frequencies are the grey levels', async () => {
    const drawn = await open(5000, 'static')
    expect(drawn.scale).toBe(1)
    expect(drawn.hash).toBe(mnist.hash)
    for (const name of ['train', 'test'] as const) {
      const grey = mnist.splits[name].store.array!.data
      const binary = drawn.splits[name].store.array!.data
      // Ones among the pixels of each grey level; certain at both ends.
      const count = new Float64Array(256)
      const ones = new Float64Array(256)
      for (let i = 0; i < grey.length; i++) {
        count[grey[i]!]! += 1
        ones[grey[i]!]! += binary[i]!
      }
      expect([ones[0], ones[255]]).toEqual([0, count[255]])
      for (let level = 1; level < 255; level++) {
        const p = level / 255
        const deviation = Math.sqrt(count[level]! * p * (1 - p))
        expect(Math.abs(ones[level]! - count[level]! * p)).toBeLessThan(5 * deviation + 1)
      }
    }
  })

  it('leaves the grey levels to the graph when binarised dynamically', async () => {
    const dynamic = await open(5000, 'dynamic')
    expect([dynamic.binarize, dynamic.scale]).toEqual(['dynamic', 1 / 255])
    expect(sameBytes(dynamic, mnist)).toBe(true)
  })

  it.each([
    [{ test: 100 }, /^test: 100 rows .* but mnist is a test set already/],
    [{ labels: 'labels.npy' }, /^labels: mnist has its own labels/],
    [{ array: 'x_train' }, /^array: mnist is no archive of arrays; leave it out$/],
    [{ validation: 60000 }, /^mnist: 60,000 rows less 60,000 for validation and 0 for testing/],
    [{ validation: -1 }, /^validation: -1; expected a whole number/],
    [{ validation: Number.NaN }, /^validation: NaN; expected a whole number/],
  ])('refuses %j', async (change, message) => {
    const options = { data: 'mnist', validation: 0, binarize: 'none', seed: 0, ...change } as const
    await expect(openDataSet(options)).rejects.toThrow(message)
  })
})
