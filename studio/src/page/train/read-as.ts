import type { DataRequest, DataSummary } from '../../protocol/api.ts'
import { isArrayName } from '../../protocol/names.ts'

/** What can be chosen of how files are read: encoding and separator of a text, size and colour of pictures, order of an array. */
export type ReadAs = 'text' | 'pictures' | 'array'

/**
 * What can be chosen of files before they are read. Many are pictures, if anything: arrays come one by one, or with their
 * labels.
 */
export function readAsOf(asked: DataRequest): ReadAs | undefined {
  if (asked.from === 'bundled') return undefined
  const [path, ...others] =
    asked.from === 'folder' ? [asked.path] : asked.files.map((one) => one.path)
  if (others.length > 1) return 'pictures'
  if (isArrayName(path!)) return 'array'
  return others.length === 0 && /\.(csv|tsv|txt)(\.gz)?$/i.test(path!) ? 'text' : undefined
}

/** The same once they have been read. Of pictures without channels nothing is left open. */
export function readAsNow(asked: DataRequest, { picture }: DataSummary): ReadAs | undefined {
  const as = readAsOf(asked)
  if (as === 'pictures' && !picture) return undefined
  const isPlain = picture?.channels === 1 && asked.reading?.layout === undefined
  return as === 'array' && isPlain ? undefined : as
}

/** Whether a message of the library asks where the channels of an array are. */
export const asksLayout = (message: string): boolean =>
  message.includes('could hold its channels first or last')

/** Whether another choice of how files are read may help where they were refused: an array is refused for much else. */
export const isAboutReading = (asked: DataRequest, message: string): boolean =>
  readAsOf(asked) !== 'array' || asked.reading?.layout !== undefined || asksLayout(message)
