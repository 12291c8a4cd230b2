import { createHash } from 'node:crypto'
import { UserError } from '../tensor/errors.ts'
import { option, worded } from '../tensor/wording.ts'
import type { DigestOf } from './assemble.ts'
import { textOf } from './disk/files.ts'
import { pathOf } from './named-tables.ts'
import type { TableData, TableEnvironment, TableOptions } from './open-columns.ts'
import { cachedTable } from './table/cache.ts'
import { type PackOptions, packTable } from './table/pack.ts'
import type { PackedTable } from './table/packed.ts'
import { nodeDigest } from './table/packed-file.ts'
import { fileBytes } from './table/read/file-bytes.ts'
import type { RecordSource, TableReading } from './table/records.ts'
import type { TableSchema } from './table/schema.ts'
import { schemaFromJson } from './table/schema-file.ts'

/** Opens the records of a table, wherever they are. */
export async function openTableRecords(
  data: TableData,
  name: string,
  reading: TableReading,
): Promise<RecordSource> {
  // Readers load only where there is a table: those of Parquet alone would take a tenth of a second of every start.
  if (typeof data !== 'string') {
    const { recordsInMemory } = await import('./table/read/in-memory.ts')
    return recordsInMemory(data, name, reading)
  }
  const { openRecords } = await import('./table/read/open-records.ts')
  return openRecords(await fileBytes(pathOf(data)), reading)
}

/** The packed rows of a table: those of a file that is too large for memory are found again in the cache. */
export function packedRows(
  data: TableData,
  source: RecordSource,
  schema: TableSchema,
  {
    cache: useCache = true,
    newData,
    leftOut,
    ...options
  }: TableOptions & Pick<PackOptions, 'newData' | 'leftOut'>,
): Promise<PackedTable> {
  if (typeof data !== 'string')
    return packTable(source, schema, { digest: nodeDigest, newData, leftOut })
  const reading = readingOf(options)
  return cachedTable({ path: pathOf(data), reading }, source, schema, {
    useCache,
    newData,
    leftOut,
  })
}

/** The options of reading alone. */
const readingOf = ({
  separator,
  encoding,
  header,
  decimal,
  comment,
  array,
}: TableReading): TableReading => ({ separator, encoding, header, decimal, comment, array })

/** Largest schema, in bytes. */
const LARGEST_SCHEMA = 2 ** 26

/** Reads a file with a schema. Throws UserError. */
export async function schemaOfFile(path: string): Promise<TableSchema> {
  const text = await textOf(path, LARGEST_SCHEMA)
  if (text === undefined)
    throw new UserError(worded`${option('schema', path)}: there is no such file`)
  return schemaFromJson(text, path)
}

const sha256: DigestOf = (parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Tables in Node: files are read by their paths, and large ones are packed into the cache. */
export const nodeTables: TableEnvironment = {
  digestOf: sha256,
  records: openTableRecords,
  packed: packedRows,
  schemaOf: schemaOfFile,
}
