import { isBlob } from '../../given.ts'
import type { GivenTable } from '../../open-columns.ts'
import type { RecordSource, TableReading } from '../records.ts'
import { recordsOfArray } from './arrays.ts'
import { bytesOfBlob } from './bytes.ts'
import { recordsOfObjects } from './objects.ts'
import { openRecords } from './open-records.ts'

/** The records of a table in memory. Throws UserError as `openRecords` and `recordsOfObjects`. */
export async function recordsInMemory(
  data: GivenTable,
  name: string,
  reading: TableReading,
): Promise<RecordSource> {
  if (isBlob(data)) return openRecords(bytesOfBlob(data, name), reading)
  return 'dtype' in data ? recordsOfArray(data, name) : recordsOfObjects(data, name)
}
