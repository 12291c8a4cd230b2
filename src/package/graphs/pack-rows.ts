import { asStored, type ExampleForm, kindOf, widthOf } from '../../data/form.ts'
import { type ExampleArray, exampleArray } from '../../data/given.ts'
import { asTrained } from '../../data/given-examples.ts'
import { wholeNumbers } from '../../data/indices.ts'
import { channelsLast } from '../../data/layout.ts'
import { positionOf } from '../../data/table/cell-store.ts'
import type { TableForm } from '../../data/table/form.ts'
import { recordsGiven, tableCells } from '../../data/table/given-cells.ts'
import { hasCategories, valueOfCell } from '../../data/table/model-cells.ts'
import { packTable } from '../../data/table/pack.ts'
import type { PackedTable } from '../../data/table/packed.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import type { Arrays } from '../../runtime/session.ts'
import { type Floats, type HostTensor, hostTensor } from '../../tensor/host.ts'
import { positionsOf, unseenIndex } from './positions.ts'

/** A caller's rows: objects for a table, or an array. */
export type GivenRows = ExampleArray | readonly object[]

/**
 * Rows as the inputs of the graphs of a package: what its `preprocess.json` describes. Values that the library has returned,
 * which carry a scale, are packed, too.
 *
 *     await session.run(await packRows(form, [{ age: 31, city: null }]))
 *
 * @throws UserError for what training would not have read, naming row and column
 */
export async function packRows(form: ExampleForm, rows: GivenRows, name = 'rows'): Promise<Arrays> {
  const { table } = form
  if (!table) return packArray(form, exampleArray(rows as ExampleArray, name), name)
  if (isScaled(rows)) return packExamples(form, await tableCells(rows, table, name))
  const packed = await packTable(recordsGiven(rows, name), table.schema, { newData: true })
  return inputsOfValues(table, packed.count, valuesOf(packed, table.columns))
}

const isScaled = (rows: GivenRows): rows is HostTensor =>
  'scale' in rows && (rows as HostTensor).scale !== undefined

/**
 * Examples as the network sees them, `[n, D]`, as the inputs of the graphs: the inverse of what the graphs begin with. Pixels
 * in bytes are rounded.
 */
export function packExamples(form: ExampleForm, x: Floats): Arrays {
  const { table } = form
  if (table) {
    const { columns } = table
    const width = columns.length
    const value = (row: number, j: number) => {
      const cell = x.data[row * width + j]!
      return Number.isNaN(cell) ? cell : valueOfCell(columns[j]!, cell)
    }
    return inputsOfValues(table, x.shape[0]!, value)
  }
  const stored = channelsLast(x.data, form)
  const [, high] = form.range
  const shape = [x.shape[0]!, ...form.stored]
  const units = (value: number) => value / form.scale
  const byte = (value: number) => Math.min(high, Math.max(0, Math.round(units(value))))
  return named(
    form,
    form.storage === 'uint8'
      ? hostTensor('uint8', shape, Uint8Array.from(stored, byte))
      : hostTensor('float32', shape, form.scale === 1 ? stored : stored.map(units)),
  )
}

function packArray(form: ExampleForm, array: HostTensor, name: string): Arrays {
  if (array.scale !== undefined)
    return packExamples(form, asTrained(array, form, widthOf(form), name))
  const { dtype, shape, data } = asStored(array, form, name)
  return named(form, hostTensor(dtype, [shape[0]!, ...form.stored], data))
}

const named = (form: ExampleForm, array: HostTensor): Arrays => ({
  [kindOf(form) === 'image' ? 'pixels' : 'values']: array,
})

/** A number in the units of the file, the index of a category, or NaN for a missing value. */
type ValueAt = (row: number, column: number) => number

/** The values of packed rows, codes of categories replaced by their index in the column. */
function valuesOf(packed: PackedTable, columns: readonly TableColumn[]): ValueAt {
  const values = packed.read(wholeNumbers(0, packed.count))
  const stride = packed.columns.length
  const at = columns.map(({ name }) => positionOf(packed, name))
  const indices = columns.map((column, j) => {
    const known = new Map(column.categories?.map((category, index) => [category, index]))
    const { dictionary = [] } = packed.columns[at[j]!]!
    return hasCategories(column)
      ? dictionary.map((category) => known.get(category) ?? unseenIndex(column))
      : undefined
  })
  return (row, j) => {
    const value = values[row * stride + at[j]!]!
    return Number.isNaN(value) ? value : (indices[j]?.[value] ?? value)
  }
}

/** The inputs of `n` rows; where a value is missing, 0. */
function inputsOfValues({ columns, numbers }: TableForm, n: number, valueAt: ValueAt): Arrays {
  const all = wholeNumbers(0, columns.length)
  const filled = (of: ArrayLike<number>, put: (value: number, to: number) => void) => {
    for (let row = 0; row < n; row++)
      for (let k = 0; k < of.length; k++) put(valueAt(row, of[k]!), row * of.length + k)
  }
  if (numbers) {
    const values = new Float64Array(n * columns.length)
    filled(all, (value, to) => {
      values[to] = value
    })
    return { values: hostTensor('float64', [n, columns.length], values) }
  }
  const positions = positionsOf(columns)
  const [N, M] = [positions.numbers.length, positions.categories.length]
  const reals = new Float64Array(n * N)
  const indices = new BigInt64Array(n * M)
  const mask = new Uint8Array(n * columns.length)
  filled(positions.numbers, (value, to) => {
    reals[to] = Number.isNaN(value) ? 0 : value
  })
  filled(positions.categories, (value, to) => {
    indices[to] = Number.isNaN(value) ? 0n : BigInt(value)
  })
  filled(all, (value, to) => {
    mask[to] = Number(!Number.isNaN(value))
  })
  return {
    ...(N > 0 && { numbers: hostTensor('float64', [n, N], reals) }),
    ...(M > 0 && { categories: hostTensor('int64', [n, M], indices) }),
    mask: hostTensor('bool', [n, columns.length], mask),
  }
}
