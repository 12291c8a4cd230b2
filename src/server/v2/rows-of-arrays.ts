import type { Arrays } from '../../runtime/session.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../tensor/host.ts'
import { zeros } from './datatypes.ts'

/** Arrays with the rows of several, one after the other: the same names, types and sizes of a row. */
export function stacked(parts: readonly Arrays[]): Arrays {
  if (parts.length === 1) return parts[0]!
  return Object.fromEntries(
    Object.keys(parts[0]!).map((name) => [name, joined(parts.map((part) => part[name]!))]),
  )
}

function joined(tensors: readonly HostTensor[]): HostTensor {
  const { dtype, shape } = tensors[0]!
  const rows = tensors.reduce((sum, tensor) => sum + tensor.shape[0]!, 0)
  const all = [rows, ...shape.slice(1)]
  const data = zeros(dtype, sizeOf(all))
  let at = 0
  for (const tensor of tensors) {
    data.set(tensor.data as never, at)
    at += tensor.data.length
  }
  return hostTensor(dtype, all, data)
}

/** Rows `start` (included) to `end` (excluded) of each array, copied. */
export function rowsOfArrays(arrays: Arrays, start: number, end: number): Arrays {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { dtype, shape, data }]) => {
      const width = sizeOf(shape.slice(1))
      const part = data.slice(start * width, end * width) as HostTensor['data']
      return [name, hostTensor(dtype, [end - start, ...shape.slice(1)], part)]
    }),
  )
}
