import { isRecord } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { type Floats, type HostTensor, hostTensor } from '../../tensor/host.ts'
import type { ExampleArray } from '../given.ts'
import { wholeNumbers } from '../indices.ts'
import { cellStore } from './cell-store.ts'
import type { TableForm } from './form.ts'
import { packTable } from './pack.ts'
import { recordsOfArray } from './read/arrays.ts'
import { recordsOfObjects } from './read/objects.ts'
import type { RecordSource } from './records.ts'

/**
 * Rows that a caller gives as cells of a table, `[n, columns]`: objects and lists of values are read as training read the
 * file; what a model has returned are cells already.
 *
 * @param name of the rows in messages
 * @throws UserError for a missing column and for a value of another kind, naming row and column
 */
export async function tableCells(
  given: ExampleArray | readonly object[],
  { schema, columns }: TableForm,
  name: string,
): Promise<Floats> {
  const width = columns.length
  if (isArray(given) && given.scale !== undefined) return cellsAlready(given, width, name)
  const packed = await packTable(recordsGiven(given, name), schema, { newData: true })
  const all = wholeNumbers(0, packed.count)
  const cells = cellStore(packed, columns).gather(all) as Float32Array
  return hostTensor('float32', [packed.count, width], cells, 1)
}

/** Rows that a caller gives, as records: objects, lists of values or an array of numbers. */
export const recordsGiven = (
  given: ExampleArray | readonly object[],
  name: string,
): RecordSource => (isArray(given) ? recordsOfArray(given, name) : recordsOfObjects(given, name))

const isArray = (given: ExampleArray | readonly object[]): given is HostTensor =>
  isRecord(given) && 'dtype' in given && 'shape' in given

function cellsAlready({ dtype, shape, data }: HostTensor, width: number, name: string): Floats {
  if (dtype !== 'float32' || shape.length !== 2 || shape[1] !== width)
    throw new UserError(
      `${name}: an array [${shape.join(', ')}] of ${dtype}; expected rows of ${width} cells, as the model returns them`,
    )
  return hostTensor('float32', shape, data as Float32Array, 1)
}
