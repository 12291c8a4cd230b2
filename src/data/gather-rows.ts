import { requireTensor } from '../tensor/checks.ts'
import { described, isList } from '../tensor/described.ts'
import { type DType, type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'

/**
 * Copies some rows of a store, in the given order: `[n, …]` of the same type.
 *
 * @throws RangeError for a row that the store does not have.
 */
export function gatherRows<D extends DType>(
  store: HostTensor<D>,
  rows: ArrayLike<number>,
): HostTensor<D> {
  if (requireTensor(store, 'store').shape.length === 0)
    throw new RangeError('store: expected an array of rows [n, …], got a single number')
  requireList(rows, 'rows')
  const [count = 0, ...example] = store.shape
  const width = sizeOf(example)
  const shape = [rows.length, ...example]
  // Each kind of typed array has its own constructor, which the union of their types hides.
  const source = store.data as Uint8Array
  const gathered = new (source.constructor as Uint8ArrayConstructor)(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const row = checkedRow(rows[i]!, count)
    gathered.set(source.subarray(row * width, (row + 1) * width), i * width)
  }
  return hostTensor(store.dtype, shape, gathered as typeof store.data)
}

/** Throws RangeError unless the value is a list. */
export function requireList(indices: unknown, name: string): void {
  if (!isList(indices))
    throw new RangeError(`${name}: expected a list of whole numbers, got ${described(indices)}`)
}

/** A row of `count`; throws RangeError if there is none of this number. */
export function checkedRow(row: number, count: number): number {
  if (!Number.isInteger(row) || row < 0 || row >= count)
    throw new RangeError(`row ${described(row)} of ${count} rows`)
  return row
}
