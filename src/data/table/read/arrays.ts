import { UserError } from '../../../tensor/errors.ts'
import type { HostTensor } from '../../../tensor/host.ts'
import { archiveRoles, areColumns } from '../../archive-roles.ts'
import { bytesOf, decodeArray } from '../../elements.ts'
import { npyHeaderLength, npyLayout, npyPrefix, parseNpy } from '../../npy.ts'
import { parseNpz } from '../../npz.ts'
import { inflateLimit } from '../../zip.ts'
import type { RecordBatch, RecordSource, TableFormat, TableReading } from '../records.ts'
import { batchRows, columnNames } from './batches.ts'
import { type ByteSource, readAll } from './bytes.ts'

/**
 * A numeric array `[N, D]` as a table of columns `column 1` to `column D`; `[N]` is one column.
 *
 * @param name of the array in messages
 * @throws UserError for an array of more axes, or without rows or columns
 */
export function recordsOfArray(array: HostTensor, name = 'array'): RecordSource {
  return arrayTable([array], [], name, 'array', `an array [${array.shape.join(', ')}]`)
}

/** Opens a `.npy` file as a table. One that is stored row by row is read a few rows at a time. */
export async function openNpy(source: ByteSource): Promise<RecordSource> {
  const { name, size } = source
  const layout = size === undefined ? undefined : await layoutOf(source)
  const shape = layout?.shape ?? []
  const length = layout && layout.start + product(shape) * bytesOf(layout.code)
  // Anything else but a whole array, row by row, is left to the parser, which says what is wrong.
  if (!layout || layout.fortran || shape.length !== 2 || length !== size) {
    const array = parseNpy(await readAll(source, inflateLimit), name)
    const table = arrayTable([array], [], name, 'npy', `an array [${array.shape.join(', ')}]`)
    return { ...table, original: { format: 'npy', dtype: array.dtype, axes: array.shape.length } }
  }
  const [count, width] = requireTable(shape, name)
  const columns = columnNames(new Array<string>(width).fill(''), name)
  const rowBytes = width * bytesOf(layout.code)
  const { dtype } = decodeArray(name, layout.code, [0, width], new Uint8Array(0), layout.little)
  return {
    name,
    format: 'npy',
    columns,
    count,
    reading: `an array [${shape.join(', ')}]`,
    original: { format: 'npy', dtype, axes: 2 },
    async *batches() {
      const most = batchRows(width)
      for (let start = 0; start < count; start += most) {
        const rows = Math.min(most, count - start)
        const at = layout.start + start * rowBytes
        const bytes = await source.slice(at, at + rows * rowBytes)
        const part = decodeArray(name, layout.code, [rows, width], bytes, layout.little)
        yield batchOf([part], 0, rows, start)
      }
    },
  }
}

async function layoutOf(source: ByteSource) {
  const { name } = source
  const length = npyHeaderLength(await source.slice(0, npyPrefix), name)
  return npyLayout(await source.slice(0, length), name)
}

/**
 * Opens an `.npz` archive as a table: arrays that are its columns (`areColumns`) keep their names; else the examples
 * are found by `archiveRoles`.
 *
 * @throws UserError for a damaged archive, and names that do not say which array is meant
 */
export async function openNpz(source: ByteSource, reading: TableReading): Promise<RecordSource> {
  const { name } = source
  const arrays = parseNpz(await readAll(source, inflateLimit), name)
  if (areColumns(arrays, reading.array)) {
    const [names, columns] = [[...arrays.keys()], [...arrays.values()]]
    const table = arrayTable(columns, names, name, 'npz', 'a column for each array')
    return { ...table, original: { format: 'npz', arrays } }
  }
  const { examples } = archiveRoles([...arrays.keys()], name, reading.array)
  const array = arrays.get(examples)!
  const where = `array ${JSON.stringify(examples)} [${array.shape.join(', ')}]`
  const table = arrayTable([array], [], `${name}, array ${JSON.stringify(examples)}`, 'npz', where)
  return { ...table, original: { format: 'npz', arrays, examples } }
}

/** Columns from arrays `[N, D]` or `[N]`, beside each other. */
function arrayTable(
  arrays: readonly HostTensor[],
  names: readonly string[],
  name: string,
  format: TableFormat,
  reading: string,
): RecordSource {
  const parts = arrays.map((array) => asMatrix(array, name))
  const [count] = parts[0]!.shape as [number, number]
  const width = parts.reduce((sum, { shape }) => sum + shape[1]!, 0)
  const given = names.length > 0 ? names : new Array<string>(width).fill('')
  return {
    name,
    format,
    columns: columnNames(given, name),
    count,
    reading,
    async *batches() {
      const most = batchRows(width)
      for (let start = 0; start < count; start += most)
        yield batchOf(parts, start, Math.min(count, start + most), 0)
    },
  }
}

function asMatrix(array: HostTensor, name: string): HostTensor {
  const shape = array.shape.length === 1 ? [array.shape[0]!, 1] : array.shape
  requireTable(shape, name)
  return { ...array, shape }
}

function requireTable(shape: readonly number[], name: string): [count: number, width: number] {
  const [count, width] = shape
  if (shape.length !== 2)
    throw new UserError(
      `${name}: has the shape [${shape.join(', ')}]; expected [N, D], a row for each example, to read it as a table`,
    )
  if (count === 0 || width === 0)
    throw new UserError(
      `${name}: has the shape [${shape.join(', ')}]; expected at least one row and one column`,
    )
  return [count!, width!]
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** @param before rows of the table before the first of the arrays */
function batchOf(
  arrays: readonly HostTensor[],
  start: number,
  end: number,
  before: number,
): RecordBatch {
  const columns = arrays.flatMap(({ data, shape, dtype }) => {
    const width = shape[1]!
    return Array.from({ length: width }, (_, column) => {
      const cells = data.slice(0, end - start)
      for (let row = start; row < end; row++) cells[row - start] = data[row * width + column]!
      return dtype === 'bool' ? Array.from(cells as Uint8Array, (cell) => cell === 1) : cells
    })
  })
  return { count: end - start, columns, place: (row) => `row ${before + start + row + 1}` }
}
