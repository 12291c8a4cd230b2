import { describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { writeNpz } from '../../src/data/npz.ts'
import { describeFile } from '../../src/data/sources.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { int32, table, temporaryFiles } from './files.ts'

const write = temporaryFiles()

const archive = (arrays: Readonly<Record<string, HostTensor>>) =>
  writeNpz(new Map(Object.entries(arrays)))

describe('describeFile', () => {
  it('gives type, shape and figures of every array, and counts of what could be labels', async () => {
    const x = hostTensor('float32', [2, 2], Float32Array.of(1, Number.NaN, -3, 5))
    const path = await write(
      'd.npz',
      writeNpz(
        new Map<string, HostTensor>([
          ['x', x],
          ['y', int32(3, 3, 1)],
        ]),
      ),
    )
    const described = await describeFile(path)
    expect([described.format, described.gzip]).toEqual(['npz', false])
    expect(described.arrays).toEqual([
      {
        name: 'x',
        dtype: 'float32',
        shape: [2, 2],
        min: -3,
        max: 5,
        mean: 1,
        nonFinite: 1,
        reading: 'rows of a table with 2 columns; numbers, taken as they are',
        columns: {
          count: 2,
          constant: 1,
          nonFinite: 1,
          deviations: [0, 2],
          remarks: ['column 1 has values that are not finite', 'column 1 is constant'],
          shown: [
            expect.objectContaining({
              column: 0,
              min: -3,
              max: 1,
              mean: -1,
              deviation: 2,
              nonFinite: 0,
            }),
            expect.objectContaining({
              column: 1,
              min: 5,
              max: 5,
              mean: 5,
              deviation: 0,
              nonFinite: 1,
            }),
          ],
        },
      },
      {
        name: 'y',
        dtype: 'int32',
        shape: [3],
        min: 1,
        max: 3,
        mean: 7 / 3,
        nonFinite: 0,
        counts: { 1: 1, 3: 2 },
      },
    ])
  })

  it('knows mnist, with the known count of every digit', { timeout: 60_000 }, async () => {
    const { arrays } = await describeFile('mnist')
    expect(arrays.map(({ shape }) => shape)).toEqual([
      [60000, 28, 28],
      [60000],
      [10000, 28, 28],
      [10000],
    ])
    expect(Object.values(arrays[1]!.counts!)).toEqual([
      5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ])
    // 784 pixels of which none stands out: no row is printed for them.
    expect(arrays[0]!.columns).toMatchObject({ count: 784, constant: 67, remarks: [], shown: [] })
  })

  it('shows all of 20 columns, and of more those that stand out', async () => {
    const rows = (columns: number) =>
      hostTensor(
        'float32',
        [50, columns],
        Float32Array.from({ length: 50 * columns }, (_, at) =>
          at % columns === 3 ? 1 : Math.floor(at / columns) + (at % columns),
        ),
      )
    const shown = async (columns: number) => {
      const path = await write(`${columns}.npy`, writeNpy(rows(columns)))
      return (await describeFile(path)).arrays[0]!.columns!.shown.map(({ column }) => column)
    }
    expect(await shown(20)).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(await shown(21)).toEqual([3])
  })

  it('describes an array of more than a million columns as a whole', async () => {
    const values = new Uint8Array(1_000_001).fill(7)
    values[3] = 9
    const path = await write('wide.npy', writeNpy(hostTensor('uint8', [1, values.length], values)))
    const [array] = (await describeFile(path)).arrays
    expect(array).toMatchObject({ min: 7, max: 9, nonFinite: 0 })
    expect(array!.columns).toBeUndefined()
  })

  it('refuses a layout that is none, whatever the file holds', async () => {
    const path = await write('plain.npy', writeNpy(table(2, 3)))
    await expect(describeFile(path, { layout: 'JUNK' })).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^layout: expected table, hw, chw or hwc[^\n]+ got JUNK$/),
    })
  })

  it('says which arrays of an archive are what, also of a stated one, or why that is not clear', async () => {
    const [x, y] = [table(2, 3), hostTensor('uint8', [2], Uint8Array.of(0, 1))]
    const keras = await write(
      'keras.npz',
      archive({ x_train: x, y_train: y, x_test: x, y_test: y }),
    )
    const taken = async (path: string, array?: string) =>
      (await describeFile(path, { array })).taken
    expect(await taken(keras)).toBe(
      'array x_train with labels y_train; test set: array x_test with labels y_test',
    )
    expect(await taken(keras, 'x_test')).toBe('array x_test with labels y_test')
    await expect(taken(keras, 'z')).rejects.toThrow(/holds no array "z", as array says/)
    const two = await write('two.npz', archive({ first: x, second: x }))
    expect(await taken(two)).toBeUndefined()
    expect((await describeFile(two)).unclear).toMatch(
      /two\.npz: holds the arrays "first", "second"; expected one array/,
    )
    expect(await taken(await write('one.npz', archive({ any: x })))).toBeUndefined()
  })

  it('describes an empty array without figures', async () => {
    const path = await write('none.npy', writeNpy(table(0, 3)))
    expect((await describeFile(path)).arrays[0]).toMatchObject({
      min: null,
      max: null,
      mean: null,
      shape: [0, 3],
    })
  })
})
