import { describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { writeNpz } from '../../src/data/npz.ts'
import type { DataOptions } from '../../src/data/open.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { counting, int32, open, table, temporaryFiles } from './files.ts'

const write = temporaryFiles()

describe('openDataSet refuses', () => {
  const bad = async (
    data: DataOptions['data'],
    rest: Partial<DataOptions>,
    message: RegExp | string,
  ) => {
    const opening = open(data, rest)
    await expect(opening).rejects.toThrow(message)
    await expect(opening).rejects.toBeInstanceOf(UserError)
  }

  it('a name that is neither, with the nearest one', async () => {
    await bad(
      'mnits',
      {},
      'data "mnits": there is no such file or data set; did you mean mnist? (known: mnist, birdstrikes, penguins, a folder of pictures, a table (CSV, Parquet, JSON lines, ARFF), or a .npy, .npz or IDX file, plain or gzipped)',
    )
    await bad(
      'no/such/file.npy',
      {},
      /^data "no\/such\/file\.npy": there is no such file or data set \(known/,
    )
  })

  it('a folder, an empty file and another format', async () => {
    await bad(import.meta.dirname, {}, /the folder holds no pictures, but \d+ other files/)
    await bad(
      await write('empty.npy', new Uint8Array(0)),
      {},
      /empty\.npy: .*begins with no bytes at all/,
    )
    await bad(
      await write('a.npy', new TextEncoder().encode('x,y\n1,2')),
      {},
      /a\.npy: has no column to train on, only "x" \(constant: every value is "1"\), "y" \(constant: every value is "2"\); state the kinds of its columns in schema$/,
    )
  })

  it('an archive that does not say what is what', async () => {
    const two = (a: string, b: string) =>
      writeNpz(
        new Map<string, HostTensor>([
          [a, table(4, 2)],
          [b, table(4, 2)],
        ]),
      )
    await bad(
      await write('ab.npz', two('a', 'b')),
      {},
      /ab\.npz: holds the arrays "a", "b"; expected one array, or exactly one named x, data, images for the examples/,
    )
    await bad(await write('xd.npz', two('x', 'data')), {}, /exactly one named x, data, images/)
  })

  it('no rows, no columns and shapes that are no examples', async () => {
    await bad(table(0, 3), {}, 'data: shape [0, 3] has no rows')
    await bad(table(3, 0), {}, 'data: shape [3, 0] has no columns')
    await bad(
      int32(1, 2),
      {},
      /^data: an array of shape \[2\] is not a set of examples; expected \[rows, columns\]/,
    )
    await bad(
      hostTensor('float64', [], Float64Array.of(1)),
      {},
      /^data: an array of shape \[\] is not a set/,
    )
  })

  it.each([Number.NaN, Number.NEGATIVE_INFINITY, 1e300])(
    '%d, naming row and column',
    async (value) => {
      const tensor = table(4, 3)
      tensor.data[7] = value
      await bad(
        tensor,
        {},
        `data: row 2, column 1 (counted from 0) is ${value}; expected a finite float32`,
      )
    },
  )

  it('values outside [0, 1] when binarising', async () => {
    const values = hostTensor('float32', [3, 2], Float32Array.of(0, 1, 0.5, 1.5, 0, 0))
    for (const binarize of ['static', 'dynamic'] as const)
      await bad(
        values,
        { binarize },
        'data: row 1, column 1 (counted from 0) is 1.5; binarisation needs values from 0 to 1',
      )
    expect((await open(values)).splits.train.store.array!.data).toBe(values.data)
  })

  it('labels of another length, shape or value', async () => {
    const labels = await write('nine.npy', writeNpy(int32(...Array(9).fill(1))))
    await bad(
      table(10, 2),
      { labels },
      /nine\.npy: 9 labels for the 10 rows of data; expected one label a row/,
    )
    await bad(
      table(4, 2),
      { labels: table(4, 2) },
      /^labels: labels of shape \[4, 2\]; expected one whole number a row/,
    )
    await bad(
      table(2, 2),
      { labels: hostTensor('float64', [2], Float64Array.of(0, 2 ** 32 + 1)) },
      /^labels: the label of row 1 \(counted from 0\) is 4294967297; expected a class/,
    )
    await bad(table(2, 2), { labels: table(2, 1) }, /row 1 .* is 0\.5; expected .* a whole number/)
    const stray = await write('stray.npy', writeNpy(int32(1, 2, 7)))
    const testData = await write('three.npy', writeNpy(table(3, 2)))
    await bad(
      table(4, 2),
      { labels: int32(1, 2, 2, 3), testData, testLabels: stray },
      /stray\.npy: the label of row 2 \(counted from 0\) is 7, which is not a class of the training data \(1, 2, 3\)/,
    )
  })

  it('a test set of another shape or type, or options without their partner', async () => {
    const testData = await write('test.npy', writeNpy(table(3, 3)))
    await bad(
      table(4, 2),
      { testData },
      /test\.npy: its examples have shape \[3\]; expected \[2\], rows of a table with 2 columns/,
    )
    const images = await write('images.npy', writeNpy(table(3, 4)))
    await bad(
      counting([4, 2, 2]),
      { testData: images },
      /images\.npy: holds float64; expected uint8 from 0 to 255, divided by 255/,
    )
    await bad(table(4, 3), { testData, test: 1 }, /^test: 1 rows .* is a test set already/)
    await bad(
      table(4, 3),
      { testLabels: 'y.npy' },
      /^testLabels: y\.npy labels a test set, but no testData/,
    )
    await expect(open(table(4, 3), { testLabels: 'y.npy' })).rejects.toMatchObject({
      commandLine: '--test-labels: y.npy labels a test set, but no --test-data is given; give both',
    })
    await bad(table(1, 3), {}, /: 1 row less 0 for validation and 1 for testing leave none/)
  })
})
