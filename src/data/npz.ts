import { requireText, requireWhole } from '../tensor/checks.ts'
import { described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import type { FileBytes, HostTensor } from '../tensor/host.ts'
import { npyHeaderLength, npyLength, npyPrefix, parseNpy, requireBytes, writeNpy } from './npy.ts'
import { inflateLimit, unzip, zip } from './zip.ts'

/**
 * Reads NumPy's archive of named arrays, compressed or not. Entries that are not `.npy` are skipped.
 *
 * @param name of the file in messages
 * @param limit most bytes of all arrays together
 * @throws UserError for a corrupted archive, impossible sizes (see `unzip`), and an archive without arrays.
 */
export function parseNpz(
  bytes: Uint8Array,
  name: string,
  limit = inflateLimit,
): Map<string, HostTensor> {
  requireBytes(bytes, name)
  requireWhole(limit, 'limit')
  const label = (file: string) => `${name}, array ${JSON.stringify(file.slice(0, -'.npy'.length))}`
  let isWorkbook = false
  const files = unzip(bytes, name, {
    limit,
    wanted(file) {
      isWorkbook ||= file.startsWith('xl/')
      return file.endsWith('.npy')
    },
    declared(head, file) {
      const length = npyHeaderLength(head(npyPrefix), label(file))
      return npyLength(head(length), label(file))
    },
  })
  if (files.size === 0 && isWorkbook)
    throw new UserError(`${name}: is an Excel workbook; save its sheet as CSV`)
  if (files.size === 0)
    throw new UserError(`${name}: holds no .npy entry; expected an archive made by numpy.savez`)
  return new Map(
    Array.from(files, ([file, content]) => [
      file.slice(0, -'.npy'.length),
      parseNpy(content, label(file)),
    ]),
  )
}

/** Writes arrays as an uncompressed `.npz`, as `numpy.savez` does. */
export function writeNpz(arrays: ReadonlyMap<string, HostTensor>): FileBytes {
  if (!(arrays instanceof Map))
    throw new RangeError(`arrays: expected a Map of arrays by name, got ${described(arrays)}`)
  for (const name of arrays.keys()) requireText(name, 'arrays', 'the name of each array')
  return zip(new Map([...arrays].map(([array, tensor]) => [`${array}.npy`, writeNpy(tensor)])))
}
