import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelArray } from '../../src/data/given.ts'
import * as browser from '../../src/entries/browser.ts'
import * as node from '../../src/entries/node.ts'
import { compiled } from '../compiled.ts'

const rows = Array.from({ length: 40 }, (_, i) => [(i % 7) / 6, (i % 5) / 4])
const labels = rows.map((_, i) => i % 2)
const testData = rows.slice(0, 12).map(([a, b]) => [b!, a!])
const testLabels = testData.map((_, i) => (i + 1) % 2)

const message = async (call: () => unknown): Promise<string> => {
  try {
    await call()
  } catch (error) {
    expect(error).toBeInstanceOf(node.UserError)
    return (error as Error).message
  }
  return 'nothing was refused'
}

const given: readonly (readonly [string, unknown, string])[] = [
  [
    'a flat list',
    [1, 2, 3],
    "data: a flat list of 3 numbers, without rows; expected one list for each example, or an array with a shape: hostTensor('float32', [n, d], values)",
  ],
  [
    'a flat array',
    Uint8Array.of(1, 2),
    "data: a flat Uint8Array of 2 values, without rows; expected one list for each example, or an array with a shape: hostTensor('uint8', [n, d], values)",
  ],
  [
    'bigints',
    [[1n]],
    'data: row 0, column 0 (counted from 0) is 1n (convert it with Number); expected a finite float32 number',
  ],
  [
    'digits',
    [[1, '2']],
    'data: row 0, column 1 (counted from 0) is "2" (convert it with Number); expected a finite float32 number',
  ],
  [
    'a set',
    new Set([[1]]),
    'data: expected an array made by hostTensor, or rows of numbers, got a value of type Set; make a list of it: [...data]',
  ],
  [
    'a hole',
    Object.assign(new Array(2), { 0: [1] }),
    'data: row 1 (counted from 0) is undefined; expected numbers',
  ],
  ['no rows', [], 'data: shape [0, 0] has no rows; expected at least one'],
  [
    'a hundred thousand axes',
    { dtype: 'uint8', shape: new Array(1e5).fill(1), data: new Uint8Array(1) },
    'data: shape: expected at most 32 axes, got 100000; make it with hostTensor',
  ],
  [
    'dates',
    [[new Date(0)]],
    'data: row 0, column 0 (counted from 0) is a value of type Date; expected a finite float32 number',
  ],
  [
    'labels as long texts',
    { dtype: 'x'.repeat(1e6), shape: [] },
    `data: dtype: expected one of float32, float64, uint8, int32, int64, bool, got "${'x'.repeat(40)}…"; make it with hostTensor`,
  ],
]

describe.each([
  ['Node', node],
  ['the browser', browser],
] as const)('in %s', (_, lab) => {
  it.each(given)('%s as data is refused with what to write instead', async (_, data, text) => {
    expect(await message(() => lab.openDataSet({ data } as never))).toBe(text)
    const test = text.replace(/^data/, 'testData').replace('...data', '...testData')
    expect(await message(() => lab.openDataSet({ data: rows, testData: data } as never))).toBe(test)
  })

  it('data that is undefined is refused, and never taken for MNIST', async () => {
    const expected = /^data: .*undefined/
    const options = { data: undefined, epochs: 1 } as never
    expect(await message(() => lab.train(options))).toMatch(expected)
    expect(await message(() => lab.openDataSet({ data: undefined } as never))).toMatch(expected)
  })

  it.each([Promise.resolve({ data: rows }), new ArrayBuffer(8), new DataView(new ArrayBuffer(8))])(
    '%s as options is refused, and never taken for MNIST',
    async (options) => {
      const type = options.constructor.name
      for (const name of ['train', 'openDataSet'] as const)
        expect(await message(() => lab[name](options as never))).toBe(
          `${name}: expected an object of options, got a value of type ${type}`,
        )
    },
  )

  it.each([
    ['validation', 'a whole number from 0 to 1000000000'],
    ['binarize', 'one of none, static, dynamic'],
    ['seed', 'a whole number from 0 to 9007199254740991'],
  ])('%s that is a Promise is refused', async (name, expected) => {
    expect(
      await message(() => lab.openDataSet({ data: rows, [name]: Promise.resolve(3) } as never)),
    ).toBe(`${name}: expected ${expected}, got a value of type Promise`)
  })

  it('values in shared memory are copied, others are not', async () => {
    const [own, shared] = [new ArrayBuffer(1000), new SharedArrayBuffer(1000)].map((memory) => {
      const values = new Float32Array(memory, 40, 80)
      values.set(rows.flat())
      return values
    }) as [Float32Array, Float32Array]
    const tensors = [own, shared].map((values) => lab.hostTensor('float32', [40, 2], values))
    expect(tensors[0]!.data).toBe(own)
    expect(tensors[1]!.data.buffer).toBeInstanceOf(ArrayBuffer)
    const given = [...tensors, { dtype: 'float32', shape: [40, 2], data: shared } as const]
    const hashes = given.map(async (data) => (await lab.openDataSet({ data })).hash)
    expect(new Set(await Promise.all(hashes)).size).toBe(1)
    const bytes = Buffer.from(new SharedArrayBuffer(4)).fill(7)
    expect(lab.hostTensor('uint8', [2, 2], bytes).data).toEqual(Uint8Array.of(7, 7, 7, 7))
  })

  it('a test set is given as arrays', async () => {
    const data = await lab.openDataSet({ data: rows, labels, testData, testLabels, validation: 4 })
    expect(data.splits.test.rows.length).toBe(12)
    expect([...lab.splitValues(data, 'test', [3]).data]).toEqual(
      testData[3]!.map((value) => Math.fround(value)),
    )
    expect([...lab.splitLabels(data, 'test')!]).toEqual(testLabels)
    expect(await message(() => lab.openDataSet({ data: rows, testData, test: 3 }))).toBe(
      'test: 3 rows were to be set aside for testing, but testData is a test set already; leave one of them out',
    )
    expect(await message(() => lab.openDataSet({ data: rows, labels, testLabels }))).toMatch(
      /^testLabels: .{0,60}, but no testData is given; give both$/,
    )
  })
})

it.each([
  [
    'a set',
    new Set([1]),
    'labels: expected one whole number for each row, got a value of type Set; make a list of it: [...labels]',
  ],
  [
    'bigints',
    [0, 1n],
    'labels: the label of row 1 (counted from 0) is 1n (convert it with Number); expected a class, as a whole number',
  ],
])('labels that are %s are refused', async (_, wrong, text) => {
  expect(await message(() => labelArray(wrong as never))).toBe(text)
})

describe('a run with a test set of arrays', () => {
  let folder: string
  let lab: typeof node
  beforeAll(async () => {
    lab = (await compiled('entries/node.js')) as typeof node
    folder = await mkdtemp(join(tmpdir(), 'latentlab-arrays-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is trained, resumed, and evaluated on the arrays given again, or on files of them', async () => {
    const out = join(folder, 'run')
    const arrays = { data: rows, labels, testData, testLabels }
    const small = { hidden: [4], latent: 2, batch: 8, epochs: 1, threads: 1 }
    const { config } = await lab.train({ ...small, ...arrays, out })
    expect(config.data).toMatchObject({ testData: 'array', testLabels: 'array' })
    await lab.resume(out, { ...arrays, epochs: 2 })
    const refused = await lab.resume(out, { data: rows, labels }).catch((error: Error) => error)
    expect((refused as Error).message).toMatch(
      /was trained on an array of test examples, which a run does not hold; pass it again, as in load\(folder, \{ testData \}\)/,
    )
    const file = join(folder, 'test.npy')
    const flat = Float32Array.from(testData.flat())
    await writeFile(file, lab.writeNpy(lab.hostTensor('float32', [12, 2], flat)))
    for (const again of [arrays, { ...arrays, testData: file }]) {
      const model = await lab.load(out, again)
      expect((await model.evaluate('test')).examples).toBe(12)
      await model.close()
    }
  })
})

it('labels of a test set that are too few are named as such', async () => {
  expect(
    await message(() => node.openDataSet({ data: rows, labels, testData, testLabels: [1] })),
  ).toMatch(/^testLabels: 1 labels for the 12 rows of testData/)
})
