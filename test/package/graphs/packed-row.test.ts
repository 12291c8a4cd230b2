import { createRequire } from 'node:module'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ExampleForm } from '../../../src/data/form.ts'
import { readForm } from '../../../src/data/form.ts'
import { asTrained } from '../../../src/data/given-examples.ts'
import { openDataSet } from '../../../src/data/open.ts'
import { tableCells } from '../../../src/data/table/given-cells.ts'
import { valueOfCell } from '../../../src/data/table/model-cells.ts'
import { inputsOf } from '../../../src/package/graphs/graph.ts'
import { packExamples, packRows } from '../../../src/package/graphs/pack-rows.ts'
import { packedRow } from '../../../src/package/graphs/packed-row.ts'
import { localRuntime } from '../../../src/runtime/local.ts'
import type { OrtModule } from '../../../src/runtime/onnx.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import type { Arrays, Runtime } from '../../../src/runtime/session.ts'
import { type Floats, type HostTensor, hostTensor } from '../../../src/tensor/host.ts'
import { onnx } from '../../train/onnx.ts'
import { mixedRows, mixedTable, type TableData, unlikeRows } from './mixed-table.ts'

/** Examples as a graph computes them from packed rows, and what it makes of them in the units of the data. */
async function throughGraph(form: ExampleForm, feeds: Arrays, runtime: Runtime = onnx()) {
  const row = packedRow(form)
  const x = row.examples(inputsOf(row.inputs).symbols)
  const values = Object.entries(row.values(x)).map(([name, value]) => [`back_${name}`, value])
  const session = await runtime.compile({ x, ...Object.fromEntries(values) })
  try {
    const { x: examples, ...back } = await session.run(feeds)
    const named = Object.entries(back).map(([name, value]) => [name.slice(5), value])
    return { x: examples as Floats, back: Object.fromEntries(named) as Arrays }
  } finally {
    await session.close()
  }
}

/** How many floats lie between two numbers, at most, over all elements; NaN equals NaN. */
function ulps(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const order = (x: number) => {
    const bits = new Int32Array(Float32Array.of(x).buffer)[0]!
    return bits < 0 ? -2147483648 - bits : bits
  }
  let most = 0
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i]!, b[i]!]
    const off = Number.isNaN(x) && Number.isNaN(y) ? 0 : Math.abs(order(x) - order(y))
    most = Math.max(most, Number.isNaN(x) === Number.isNaN(y) ? off : Infinity)
  }
  return most
}

const numbers = ({ data }: HostTensor) => Array.from(data as ArrayLike<number | bigint>, Number)

/** ONNX Runtime in WebAssembly, on the test's own thread. */
const web = createRequire(import.meta.url)('onnxruntime-web') as OrtModule
const inWeb = localRuntime(web, 'web', { device: 'cpu', threads: 1 })

let data: TableData
beforeAll(async () => {
  data = await mixedTable()
})

describe('a row of a table', () => {
  it('becomes the cells that the host makes of it, to a unit in the last place', async () => {
    const { form } = data
    const rows = [...mixedRows(60, 9), ...unlikeRows()]
    const expected = await tableCells(rows, form.table!, 'rows')
    const { x } = await throughGraph(form, await packRows(form, rows))
    expect(x.shape).toEqual([63, 10])
    expect(ulps(x.data, expected.data)).toBeLessThanOrEqual(1)
    // Cells of numbers around 1.7e9 differ, as they do where no digit is lost.
    const second = [...x.data].filter((_, i) => i % 10 === 3)
    expect(new Set(second).size).toBeGreaterThan(55)
    expect(expected.data.some(Number.isNaN)).toBe(true)
  })

  it('is packed by kind: numbers in the units of the file, indices, and where there is a value', async () => {
    const [row] = mixedRows(1, 9) as [Record<string, unknown>]
    const given = {
      ...row,
      noted: new Date('2024-03-01T12:00:00Z'),
      length: null,
      colour: 'blue',
      second: 1_700_000_001.25,
      price: 2,
      open: null,
      income: 500,
      visits: 3,
      size: 'M',
      bought: new Date('2021-01-02T00:00:00Z'),
    }
    const { numbers: real, categories, mask } = await packRows(data.form, [given])
    expect(real).toMatchObject({ dtype: 'float64', shape: [1, 7] })
    expect(numbers(real!)).toEqual([19783.5, 0, 1_700_000_001.25, 2, 500, 3, 18629])
    expect(categories).toMatchObject({ dtype: 'int64', shape: [1, 3] })
    const { categories: colours } = data.form.table!.columns[2]!
    expect(numbers(categories!)).toEqual([colours!.indexOf('blue'), 0, 1])
    expect(mask).toMatchObject({ dtype: 'bool', shape: [1, 10] })
    expect(numbers(mask!)).toEqual([1, 0, 1, 1, 1, 0, 1, 1, 1, 1])
  })

  it('has K for a category that training has not seen, whose cell in a binary column is missing', async () => {
    const [unseen] = unlikeRows()
    const feeds = await packRows(data.form, [unseen!])
    expect(numbers(feeds.categories!)).toEqual([3, 2, 3])
    const { x } = await throughGraph(data.form, feeds)
    expect([2, 5, 8].map((j) => x.data[j])).toEqual([3, Number.NaN, 3])
  })

  it('takes any index outside the categories for one that training has not seen', async () => {
    const feeds = await packRows(data.form, mixedRows(2, 9))
    const outside = hostTensor('int64', [2, 3], BigInt64Array.of(-1n, -7n, 2n ** 40n, 99n, 4n, -3n))
    const all = hostTensor('bool', [2, 10], new Uint8Array(20).fill(1))
    const { x } = await throughGraph(data.form, { ...feeds, categories: outside, mask: all })
    const cells = [2, 5, 8, 12, 15, 18].map((j) => x.data[j])
    expect(cells).toEqual([3, Number.NaN, 3, 3, Number.NaN, 3])
  })

  it('is not read where the mask says that there is no value, whatever stands there', async () => {
    const feeds = await packRows(data.form, mixedRows(1, 9))
    const none = hostTensor('bool', [1, 10], new Uint8Array(10))
    for (const value of [Number.NaN, -1, Infinity, 1e308]) {
      const anything = hostTensor('float64', [1, 7], new Float64Array(7).fill(value))
      const { x } = await throughGraph(data.form, { ...feeds, numbers: anything, mask: none })
      expect([...x.data]).toEqual(new Array(10).fill(Number.NaN))
    }
  })

  it('comes back from its cells in the units of the file', async () => {
    const { form } = data
    const { columns } = form.table!
    const given = mixedRows(40, 9)
    const cells = await tableCells(given, form.table!, 'rows')
    // Gaps are not decoded.
    const whole = hostTensor(
      'float32',
      cells.shape,
      cells.data.map((c) => (Number.isNaN(c) ? 0 : c)),
      1,
    )
    const { x, back } = await throughGraph(form, packExamples(form, whole))
    whole.data.forEach((cell, i) => {
      expect(Math.abs(x.data[i]! - cell)).toBeLessThan(1e-6)
    })
    const [real, indices] = [numbers(back.numbers!), numbers(back.categories!)]
    expect([back.numbers!.dtype, back.categories!.dtype]).toEqual(['float64', 'int64'])
    const at = [0, 1, 3, 4, 6, 7, 9]
    const off = real.map((value, i) => {
      const column = columns[at[i % 7]!]!
      const expected = valueOfCell(column, x.data[Math.floor(i / 7) * 10 + at[i % 7]!]!)
      return Math.abs(value - expected) / (Math.abs(expected) || 1)
    })
    expect(Math.max(...off)).toBeLessThan(1e-14)
    expect(indices).toEqual(
      Array.from({ length: 120 }, (_, i) => whole.data[Math.floor(i / 3) * 10 + [2, 5, 8][i % 3]!]),
    )
    // To a second of 1.7e9, and to a minute of dates.
    const seconds = real.filter((_, i) => i % 7 === 2)
    seconds.forEach((value, i) => {
      expect(Math.abs(value - (given[i]!.second as number))).toBeLessThan(1e-4)
    })
  })

  it.each([
    ['numbers', ['length', 'price', 'noted'], ['float64', 'bool']],
    ['categories', ['open', 'size', 'colour'], ['int64', 'bool']],
  ])('of %s alone has no other input', async (kind, names, types) => {
    const { form } = data
    const columns = names.map((name) => form.table!.columns.find((one) => one.name === name)!)
    const schema = {
      ...form.table!.schema,
      columns: form.table!.schema.columns.filter(({ name }) => names.includes(name)),
    }
    const own = { ...form, stored: [3], exampleShape: [3], table: { schema, columns } }
    const rows = mixedRows(9, 9).map((row) => Object.fromEntries(names.map((n) => [n, row[n]])))
    const feeds = await packRows(own, rows)
    expect(Object.entries(feeds).map(([name, { dtype }]) => [name, dtype])).toEqual([
      [kind, types[0]],
      ['mask', types[1]],
    ])
    expect(packedRow(own).inputs.map(({ name }) => name)).toEqual([kind, 'mask'])
    const { x, back } = await throughGraph(own, feeds)
    expect(ulps(x.data, (await tableCells(rows, own.table, 'rows')).data)).toBeLessThanOrEqual(1)
    expect(Object.keys(back)).toEqual([kind])
  })

  it('is the same in WebAssembly and in the float64 reference', async () => {
    const { form } = data
    const rows = [...mixedRows(5, 9), ...unlikeRows()]
    const feeds = await packRows(form, rows)
    const [native, wasm, reference] = [
      await throughGraph(form, feeds),
      await throughGraph(form, feeds, inWeb),
      await throughGraph(form, feeds, referenceRuntime),
    ]
    expect(ulps(wasm.x.data, native.x.data)).toBe(0)
    expect(wasm.back.numbers!.dtype).toBe('float64')
    expect(ulps(reference.x.data.map(Math.fround), native.x.data)).toBeLessThanOrEqual(1)
  })
})

describe('an array of numbers whose columns are standardised', () => {
  it('goes in as float64, with NaN for a gap, and comes back', async () => {
    const values = Float64Array.from(
      { length: 60 },
      (_, i) => 1.7e9 + (i % 3) * 1e8 + Math.sin(i) * 10,
    )
    const array = hostTensor('float64', [20, 3], values)
    const { form } = await openDataSet({
      data: array,
      likelihood: { name: 'gaussian', isChosen: true },
      ...{ seed: 0, validation: 4, test: 4, binarize: 'none', standardise: true },
    })
    expect(form!.table!.numbers).toBe(true)
    const gap = hostTensor('float64', [2, 3], values.slice(0, 6))
    gap.data[4] = Number.NaN
    const feeds = await packRows(form!, gap)
    expect(feeds).toEqual({ values: { ...gap, scale: undefined } })
    const { x, back } = await throughGraph(form!, feeds)
    const expected = await tableCells(gap, form!.table!, 'rows')
    expect(ulps(x.data, expected.data)).toBeLessThanOrEqual(1)
    expect(Number.isNaN(x.data[4]!)).toBe(true)
    expect(back.values!.dtype).toBe('float64')
    expect(Math.abs(Number(back.values!.data[1]) - values[1]!)).toBeLessThan(1e-4)
  })
})

describe('images', () => {
  /** Two images of 2 by 3 pixels and 3 channels, no value twice. */
  const pixels = Uint8Array.from({ length: 36 }, (_, i) => 7 * i)
  const layouts: readonly [string, number[], string | undefined][] = [
    ['channels last', [2, 2, 3, 3], 'hwc'],
    ['channels first', [2, 3, 2, 3], 'chw'],
    ['grey', [4, 3, 3], undefined],
    ['flat rows, channels last', [2, 18], 'hwc:2x3x3'],
    ['flat rows', [4, 9], '3x3'],
    ['one channel, last', [4, 3, 3, 1], 'hwc'],
  ]

  it.each(layouts)(
    '%s: become what the host makes of them, and come back',
    async (_, shape, layout) => {
      const array = hostTensor('uint8', shape, pixels)
      const form = readForm(array, 'images', layout)
      const feeds = await packRows(form, array)
      expect(feeds).toEqual({ pixels: { ...array, scale: undefined } })
      const expected = asTrained(
        array,
        form,
        form.exampleShape.reduce((a, b) => a * b, 1),
        'images',
      )
      const { x, back } = await throughGraph(form, feeds)
      expect(ulps(x.data, expected.data)).toBe(0)
      expect(back.pixels).toMatchObject({ dtype: 'float32', shape })
      expect(numbers(back.pixels!).map(Math.round)).toEqual([...pixels])
      expect(packExamples(form, expected)).toEqual(feeds)
    },
  )

  it('of 0 and 1, and of float32, are taken as they are', async () => {
    const bits = hostTensor('uint8', [2, 2, 2], Uint8Array.of(0, 1, 1, 0, 1, 1, 1, 0))
    const { x } = await throughGraph(readForm(bits, 'bits'), { pixels: bits })
    expect([...x.data]).toEqual([...bits.data])
    const grey = hostTensor('float32', [2, 2, 2], Float32Array.from([0.5, -3, 7, 0, 1, 1, 2, 9]))
    const form = readForm(grey, 'grey')
    const { x: same, back } = await throughGraph(form, await packRows(form, grey))
    expect([...same.data]).toEqual([...grey.data])
    expect(back.pixels).toMatchObject({ shape: [2, 2, 2], data: grey.data })
  })
})
