import { accessSync, constants } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Run } from '../app/run/load.ts'
import { asUserError } from '../data/disk/files.ts'
import { fileHead } from '../data/file-head.ts'
import type { ExampleForm } from '../data/form.ts'
import { isTable } from '../data/is-table.ts'
import { pathOf } from '../data/named-tables.ts'
import { endings, formatIn, isNamedAs, isPictureName } from '../data/pictures/format.ts'
import { fileAt, isPictures } from '../data/pictures/is-pictures.ts'
import type { TableForm } from '../data/table/form.ts'
import { targetOf } from '../data/table/write/format.ts'
import { UserError } from '../tensor/errors.ts'
import { openTableRows } from './examples.ts'
import { outputFile } from './output-file.ts'
import { openTableOutput, requireOther, type TableOutput } from './table-output.ts'

interface WritingFlags {
  readonly labels: string | undefined
  readonly scaled: boolean
  readonly spreadsheet: boolean
}

interface Restored {
  readonly count: number
  readonly notes: readonly string[]
}

/** An output that is checked, and can be written. */
interface RestoredOutput {
  write(run: Run, flags: WritingFlags): Promise<Restored>
}

/** Files and folders that are restored to one of the same kind. */
export interface FileLike {
  readonly kind: 'table' | 'array' | 'picture' | 'folder'
  /** Checks the output before anything is computed for it. Throws UserError. */
  open(): Promise<RestoredOutput>
}

/** What `--data` and `--out` have in common; undefined if they are of unlike kinds. */
export function fileLike(data: string | undefined, out: string): FileLike | undefined {
  if (data === undefined || data === 'mnist') return undefined
  const path = pathOf(data)
  if (isPictures(path)) {
    const isFolder = fileAt(path)?.isDirectory() ?? false
    if (isFolder && !/\.(png|npy|csv)$/i.test(out))
      return { kind: 'folder', open: () => folderOutput(path, out) }
    if (!isFolder && isPictureName(out))
      return { kind: 'picture', open: () => pictureOutput(path, out) }
    return undefined
  }
  const target = targetOf(out)
  if (isTable(path) && !/\.(png|np[yz])$/i.test(out))
    return { kind: 'table', open: () => tableOutput(data, out) }
  if (target?.format === 'npz' || idxName.test(out))
    return { kind: 'array', open: () => arrayOutput(path, out) }
  return undefined
}

/** Bytes that tell pictures apart. */
const HEAD = 256

/** Names of IDX files, as those of MNIST have them. */
const idxName = /(ubyte|\.idx\d?)(\.gz)?$/i

async function folderOutput(data: string, out: string): Promise<RestoredOutput> {
  const { requireNewFolder } = await import('../data/disk/new-folder.ts')
  await requireNewFolder(out)
  try {
    accessSync(dirname(resolve(out)), constants.W_OK)
  } catch (error) {
    throw asUserError(error, 'write', out)
  }
  return {
    async write(run, flags) {
      const { restoreFolder } = await import('../app/answers/restored-pictures.ts')
      return restoreFolder(data, out, { ...run, form: await requireForm(run, data, flags) })
    },
  }
}

async function pictureOutput(data: string, out: string): Promise<RestoredOutput> {
  const file = outputFile(out)
  file.check()
  requireOther(out, data)
  const format = formatIn(fileHead(data, HEAD) ?? new Uint8Array(0))
  if (format && !isNamedAs(out, format))
    throw new UserError(
      `--out ${out}: ${data} is a ${format}, and so is what is restored of it; expected a name that ends in ${endings[format].map((ending) => `.${ending}`).join(' or ')}`,
    )
  return {
    async write(run, flags) {
      const { restoredPicture } = await import('../app/answers/restored-pictures.ts')
      const form = await requireForm(run, data, flags)
      const { file: bytes, ...restored } = await restoredPicture(data, { ...run, form })
      await file.write(bytes)
      return restored
    },
  }
}

async function tableOutput(data: string, out: string): Promise<RestoredOutput> {
  const output = openTableOutput(out, data)
  return {
    async write(run, flags) {
      const { table } = await requireForm(run, data, flags)
      if (table) return writeTable(run, data, table, output, flags)
      throw new UserError(
        `${data}: is a table with columns, and the model was trained on arrays; give an array`,
      )
    },
  }
}

async function writeTable(
  run: Run,
  data: string,
  table: TableForm,
  output: TableOutput,
  flags: WritingFlags,
): Promise<Restored> {
  const { source, rows } = await openTableRows(run, data, table, { others: 'unchanged' })
  const { restoredCells } = await import('../app/answers/restored-cells.ts')
  await output.write(source, restoredCells(rows, table.columns, run.reconstruct), flags)
  return { count: rows.count, notes: [] }
}

async function arrayOutput(data: string, out: string): Promise<RestoredOutput> {
  const file = outputFile(out)
  file.check()
  requireOther(out, data)
  return {
    async write(run, flags) {
      const form = await requireForm(run, data, flags)
      if (form.table) return writeTable(run, data, form.table, openTableOutput(out, data), flags)
      const { readArrays } = await import('../data/files.ts')
      const { archiveRoles } = await import('../data/archive-roles.ts')
      const { asTrained } = await import('../data/given-examples.ts')
      const { asStored, fileWith } = await import('../app/answers/restored-arrays.ts')
      const read = await readArrays(data)
      if (read.format === 'npy' || (read.format === 'npz') !== (targetOf(out)?.format === 'npz'))
        throw new UserError(
          `--out ${out}: ${data} is a ${read.format === 'idx' ? 'IDX' : `.${read.format}`} file; expected a name like its own`,
        )
      const { examples: name } = archiveRoles([...read.arrays.keys()], data, run.config.data.array)
      const given = read.arrays.get(name)!
      const values = asTrained(given, form, run.model.info.dimension, data)
      const restored = asStored(await run.reconstruct(values), form, given)
      const bytes = fileWith(read, name, restored)
      await file.write(out.endsWith('.gz') ? gzipSync(bytes) : bytes)
      return { count: given.shape[0]!, notes: [] }
    },
  }
}

/** The form of the run's examples, for files that are taken as training took them. */
async function requireForm(
  run: Run,
  data: string,
  { labels, scaled }: WritingFlags,
): Promise<ExampleForm> {
  if (scaled)
    throw new UserError(
      `--scaled: ${data} is restored to a file of the same kind, whose values are not scaled; leave it out`,
    )
  if (labels !== undefined)
    throw new UserError(`--labels ${labels}: restoring needs no labels; leave it out`)
  const form = await run.form()
  if (form) return form
  throw new UserError(
    `${data}: the run did not record how its data was stored; write the result as .npy instead`,
  )
}
