import { type HostTensor, sizeOf } from '../tensor/host.ts'

/** Arrays of the same type and shape, at least one, as one array `[K, …]`. */
export function stacked(rows: readonly HostTensor[]): HostTensor {
  const { dtype, shape, data } = rows[0]!
  const length = sizeOf(shape)
  const all = new (data.constructor as new (n: number) => Float64Array)(rows.length * length)
  rows.forEach((row, k) => {
    all.set(row.data as Float64Array, k * length)
  })
  return { dtype, shape: [rows.length, ...shape], data: all as never }
}
