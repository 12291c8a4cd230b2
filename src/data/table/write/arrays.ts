import { UserError } from '../../../tensor/errors.ts'
import { type DType, type HostTensor, hostTensor } from '../../../tensor/host.ts'
import { npyHeader } from '../../npy.ts'
import { writeNpz } from '../../npz.ts'
import { numberIn } from '../cells.ts'
import type { NpzOriginal } from '../original.ts'
import type { Cell, RecordSource } from '../records.ts'
import { isMissingText } from './column-types.ts'
import { type EditedBatch, editedBatches, type TableEdit } from './edit.ts'

type Data = HostTensor['data']

/**
 * A table of numbers as an array `[N, D]` in a `.npy` file, some rows at a time. An array keeps its type where no columns are
 * added, and is float64 otherwise.
 *
 * @throws UserError for a cell that is no number
 */
export async function* npyParts(source: RecordSource, edit: TableEdit): AsyncGenerator<Uint8Array> {
  const { original, columns } = source
  const added = edit.added?.length ?? 0
  const of = original?.format === 'npy' ? original : undefined
  const dtype = added === 0 && of ? of.dtype : 'float64'
  const width = columns.length + added
  const count = source.count ?? (await countOf(source))
  yield npyHeader(dtype, of?.axes === 1 && added === 0 ? [count] : [count, width])
  for await (const edited of editedBatches(source, edit)) {
    const { data } = matrix(edited, dtype, width, source)
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  }
}

async function countOf(source: RecordSource): Promise<number> {
  let count = 0
  for await (const batch of source.batches()) count += batch.count
  return count
}

/** The rows of a batch as an array `[n, width]`. */
function matrix(
  { batch, replaced, added }: EditedBatch,
  dtype: DType,
  width: number,
  { name, columns }: RecordSource,
): HostTensor {
  const { count } = batch
  const tensor = emptyTensor(dtype, [count, width])
  for (let j = 0; j < width; j++) {
    const own = j < batch.columns.length ? batch.columns[j]! : added[j - batch.columns.length]!
    const edited = replaced.get(j)
    for (let row = 0; row < count; row++) {
      const cell = edited?.[row] === undefined ? own[row] : edited[row]
      const value = numberFor(cell, dtype)
      if (value === undefined)
        throw new UserError(
          `${name}: ${batch.place(row)}, column ${JSON.stringify(columns[j] ?? '')}: ${JSON.stringify(String(cell))} is no number, and an array holds only numbers; choose a name that ends in .csv, .jsonl or .parquet`,
        )
      ;(tensor.data as { [at: number]: number | bigint })[row * width + j] = value
    }
  }
  return tensor
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8ClampedArray,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const

/** An array of zeros. Bytes are filled through a view that clamps them. */
function emptyTensor(dtype: DType, shape: readonly number[]): HostTensor {
  const data = new arrays[dtype](shape.reduce((a, b) => a * b, 1))
  return { dtype, shape, data: data as unknown as Data } as HostTensor
}

/** A cell as an element of an array; NaN for a missing one; undefined for a text that is no number. */
function numberFor(cell: Cell, dtype: DType): number | bigint | undefined {
  const value = plainNumber(cell)
  if (value === undefined) return undefined
  if (dtype === 'int64') return typeof value === 'bigint' ? value : BigInt(Math.round(value))
  const number = Number(value)
  return dtype.startsWith('float') ? number : Math.round(number)
}

function plainNumber(cell: Cell): number | bigint | undefined {
  if (cell === null || cell === undefined) return Number.NaN
  if (typeof cell === 'string') return isMissingText(cell) ? Number.NaN : numberIn(cell)
  if (typeof cell === 'boolean') return cell ? 1 : 0
  return cell instanceof Date ? undefined : cell
}

/** A table as a `.npz` archive: the array that it came from with other columns, beside the other arrays of the archive. */
export async function npzBytes(source: RecordSource, edit: TableEdit): Promise<Uint8Array> {
  const of = source.original?.format === 'npz' ? source.original : undefined
  const parts: EditedBatch[] = []
  for await (const edited of editedBatches(source, edit)) parts.push(edited)
  if (of && of.examples === undefined) return writeNpz(columnArrays(source, edit, of, parts))
  const added = edit.added?.length ?? 0
  const before = of && of.arrays.get(of.examples!)!
  const dtype = added === 0 && before ? before.dtype : 'float64'
  const whole = stacked(source, parts, dtype, source.columns.length + added)
  const shaped =
    before?.shape.length === 1 && added === 0 ? { ...whole, shape: before.shape } : whole
  const arrays = new Map(of?.arrays ?? [])
  return writeNpz(arrays.set(of?.examples ?? 'x', shaped))
}

/** Each column as an array of its own, in the type and shape that it had. */
function columnArrays(
  source: RecordSource,
  { added = [] }: TableEdit,
  { arrays }: NpzOriginal,
  parts: readonly EditedBatch[],
): Map<string, HostTensor> {
  const column = (name: string, dtype: DType, shape: readonly number[], cells: Cell[]) => {
    const tensor = emptyTensor(dtype, shape)
    for (const [i, cell] of cells.entries())
      (tensor.data as { [at: number]: number | bigint })[i] = numberFor(cell, dtype) ?? Number.NaN
    return [name, clamped(tensor)] as const
  }
  const own = source.columns.map((name, j) => {
    const { dtype, shape } = arrays.get(name) ?? [...arrays.values()][j]!
    const cells = parts.flatMap(({ batch, replaced }) =>
      Array.from({ length: batch.count }, (_, row) => {
        const edited = replaced.get(j)?.[row]
        return edited === undefined ? batch.columns[j]![row] : edited
      }),
    )
    return column([...arrays.keys()][j]!, dtype, shape, cells)
  })
  const more = added.map(({ name }, j) => {
    const cells = parts.flatMap((part) => Array.from(part.added[j]!))
    return column(name, 'float64', [cells.length], cells)
  })
  return new Map([...own, ...more])
}

const clamped = (tensor: HostTensor): HostTensor =>
  tensor.dtype === 'uint8'
    ? hostTensor('uint8', tensor.shape, new Uint8Array(tensor.data.buffer as ArrayBuffer))
    : tensor

function stacked(
  source: RecordSource,
  parts: readonly EditedBatch[],
  dtype: DType,
  width: number,
): HostTensor {
  const count = parts.reduce((sum, { batch }) => sum + batch.count, 0)
  const whole = emptyTensor(dtype, [count, width])
  let start = 0
  for (const part of parts) {
    const { data } = matrix(part, dtype, width, source)
    ;(whole.data as Float64Array).set(data as Float64Array, start * width)
    start += part.batch.count
  }
  return clamped(whole)
}
