import type { RecordSource, TableReading } from '../records.ts'
import { type ByteSource, readHead } from './bytes.ts'
import { openCsv } from './csv.ts'
import { gunzipped, isGzip } from './gunzipped.ts'

/**
 * Opens the table in a file. Its first bytes decide on the format, not its name; gzip is unpacked.
 *
 * @param reading how it is read, where that is not found out from the file itself
 * @throws UserError in one line for a file that holds no table, or a damaged one
 */
export async function openRecords(
  bytes: ByteSource,
  reading: TableReading = {},
): Promise<RecordSource> {
  const isPacked = isGzip(await readHead(bytes, 2))
  const content = isPacked ? gunzipped(bytes) : bytes
  return openCsv(content, reading)
}
