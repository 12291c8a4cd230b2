import { statSync } from 'node:fs'
import { pathOf } from '../data/named-tables.ts'
import type { RecordSource } from '../data/table/records.ts'
import type { TableEdit } from '../data/table/write/edit.ts'
import { requireTarget, type TableTarget } from '../data/table/write/format.ts'
import type { WritingOptions } from '../data/table/write/write-table.ts'
import { UserError } from '../tensor/errors.ts'
import { toggle } from './flags.ts'
import { outputFile } from './output-file.ts'
import { log } from './terminal.ts'

/** Flag of verbs that write tables for people to open. */
export const spreadsheetFlag = toggle(
  'in a CSV file, put an apostrophe before texts that a spreadsheet would run as a formula (those that begin with = + - @)',
)

/** A file for a table: checked before anything is computed for it. */
export interface TableOutput {
  readonly path: string
  readonly target: TableTarget
  /**
   * Writes a table with an edit, some rows at a time. An existing file is replaced as a whole, or stays as it is.
   *
   * @throws UserError
   */
  write(source: RecordSource, edit: TableEdit, options?: WritingOptions): Promise<void>
}

/**
 * Checks the `--out` of a verb that writes a table; its ending chooses the format.
 *
 * @param data the file that is read
 * @throws UserError for another ending, if no file can be written there, and if it is the file that is read
 */
export function openTableOutput(path: string, data?: string): TableOutput {
  const file = outputFile(path)
  const target = file.isSpecial ? ({ format: 'csv', gzip: false } as const) : requireTarget(path)
  file.check()
  if (data !== undefined) requireOther(path, data)
  return {
    path,
    target,
    async write(source, edit, options) {
      const { original } = source
      if (original?.format === 'parquet' && target.format !== 'parquet')
        for (const column of original.unread)
          log(`note: ${source.name}: column ${column} cannot be read; left out`)
      const { tableParts } = await import('../data/table/write/write-table.ts')
      await file.write(tableParts(source, edit, target, options))
    },
  }
}

/** Refuses to write what is still being read. */
export function requireOther(out: string, data: string, flag = '--out'): void {
  const [from, to] = [pathOf(data), out].map((path) => statSync(path, { throwIfNoEntry: false }))
  if (from && to && from.ino === to.ino && from.dev === to.dev)
    throw new UserError(`${flag} ${out}: is the file of --data; choose another name`)
}
