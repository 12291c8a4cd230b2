import { accessSync, constants, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'

import { asUserError, type Contents, writeAtomically } from '../data/disk/files.ts'
import { type TableValue, valueIn } from '../data/table/cells-to-rows.ts'
import type { TableColumn } from '../distributions/columns/column.ts'
import type { ExampleInfo } from '../models/model.ts'
import { UserError } from '../tensor/errors.ts'
import { type Floats, hostTensor } from '../tensor/host.ts'

export type OutputFormat = 'png' | 'npy' | 'csv' | 'tsv' | 'jsonl' | 'parquet'

/** A file to be written: checked before anything is computed for it. */
export interface Output {
  readonly path: string
  readonly format: OutputFormat
  /** An existing file is replaced as a whole, or stays as it is. Throws UserError. */
  write(contents: Contents): Promise<void>
  /**
   * Rows of a table are not drawn: where nobody chose a name, they are written as CSV instead of a picture.
   *
   * @throws UserError if somebody chose a picture
   */
  fit(examples: Pick<ExampleInfo, 'columns'>): void
}

/**
 * Checks the `--out` of a verb, whose extension chooses the format.
 *
 * @param preset the name where nobody chose one
 * @throws UserError for another extension, and if no file can be written there.
 */
export function openOutput(
  path: string,
  formats: readonly OutputFormat[],
  preset?: string,
): Output {
  let target = targetOf(path, formats)
  return {
    get path() {
      return target.path
    },
    get format() {
      return target.format
    },
    write: (contents) => target.write(contents),
    fit({ columns }) {
      if (!columns || target.format !== 'png') return
      if (path !== preset)
        throw new UserError(
          `--out ${path}: rows of a table are not pictures; choose a name that ends in .csv or .npy`,
        )
      target = targetOf(path.replace(/png$/, 'csv'), ['csv'])
    },
  }
}

function targetOf(
  path: string,
  formats: readonly OutputFormat[],
): Pick<Output, 'path' | 'format' | 'write'> {
  const extension = extname(path).slice(1).toLowerCase()
  const file = outputFile(path)
  const format =
    formats.find((candidate) => candidate === extension) ??
    (file.isSpecial ? formats[0] : undefined)
  if (format === undefined)
    throw new UserError(
      `--out ${path}: expected a name that ends in ${formats.map((name) => `.${name}`).join(' or ')}, which chooses the format`,
    )
  file.check()
  return { path, format, write: file.write }
}

/** A file that may be written. */
export interface OutputFile {
  /** Whether it is a pipe or a device, such as /dev/stdout: it has no ending, and must not be replaced by a file. */
  readonly isSpecial: boolean
  /** Throws UserError if no file can be written there. */
  check(): void
  /** An existing file is replaced as a whole, or stays as it is. Throws UserError. */
  write(contents: Contents): Promise<void>
}

/** The file that a flag names, `--out` by default. */
export function outputFile(path: string, flag = '--out'): OutputFile {
  const existing = statSync(path, { throwIfNoEntry: false })
  const isSpecial = existing !== undefined && !existing.isFile() && !existing.isDirectory()
  return {
    isSpecial,
    check() {
      if (existing?.isDirectory())
        throw new UserError(`${flag} ${path}: there is a folder of that name`)
      if (!isSpecial) requireWritable(path)
    },
    async write(contents) {
      if (!isSpecial) return writeAtomically(path, contents)
      await writeFile(path, contents).catch((error) => {
        throw asUserError(error, 'write', path)
      })
    },
  }
}

/** Throws UserError for a file that cannot be written where its path says. */
export function requireWritable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch (error) {
    throw asUserError(error, 'write', path)
  }
}

export type CsvValue = TableValue

/** Columns of a `.csv` file, with their names. */
export interface Columns {
  readonly names: readonly string[]
  readonly rows: number
  cell(row: number, column: number): CsvValue
}

/** A table as text; numbers as short decimals that read back as the same float32, a missing value as nothing. */
export const csv = (columns: Columns): string => csvHeader(columns) + csvRows(columns)

const csvHeader = ({ names }: Columns): string => `${names.map(quoted).join(',')}\n`

function csvRows({ names, rows, cell }: Columns): string {
  const lines: string[] = []
  for (let row = 0; row < rows; row++)
    lines.push(names.map((_, column) => csvCell(cell(row, column))).join(','))
  return lines.map((line) => `${line}\n`).join('')
}

function csvCell(value: CsvValue): string {
  if (value === null) return ''
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return String(Number(value.toPrecision(9)))
  const text = value.toISOString()
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text
}

/** A text as CSV writes it: in quotes where it would be read otherwise. */
const quoted = (text: string): string =>
  /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** The same of a table that is computed some rows at a time. */
export async function* csvParts(parts: AsyncIterable<Columns>): AsyncGenerator<string> {
  let isFirst = true
  for await (const columns of parts) {
    yield isFirst ? csv(columns) : csvRows(columns)
    isFirst = false
  }
}

/** A `.npy` array of float32 whose rows are computed some at a time. */
export async function* npyParts(
  shape: readonly number[],
  parts: AsyncIterable<Floats>,
): AsyncGenerator<Uint8Array> {
  const { npyHeader } = await import('../data/npy.ts')
  yield npyHeader('float32', shape)
  for await (const { data } of parts)
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

/** Columns of an array `[n, width]`, named by a prefix and their index: `z0`, `z1`. */
export function numberedColumns(prefix: string, { shape, data }: Floats): Columns {
  const [rows, width] = shape as readonly [number, number]
  return {
    names: Array.from({ length: width }, (_, j) => `${prefix}${j}`),
    rows,
    cell: (row, column) => data[row * width + column]!,
  }
}

/** Examples as columns of a file: numbered, or those of a table by their names, in the units of its file. */
export function exampleColumns(
  values: Floats,
  { columns }: { readonly columns?: readonly TableColumn[] | undefined },
  prefix = 'x',
): Columns {
  if (!columns) return numberedColumns(prefix, values)
  const width = columns.length
  return {
    names: columns.map(({ name }) => name),
    rows: values.shape[0]!,
    cell: (row, j) => valueIn(columns[j]!, values.data[row * width + j]!),
  }
}

/** Examples beside what was restored of them; names of a table's columns are preceded by what is meant. */
export function restoredColumns(
  given: Floats,
  restored: Floats,
  info: { readonly columns?: readonly TableColumn[] | undefined },
): Columns {
  const both = [exampleColumns(given, info, 'x'), exampleColumns(restored, info, 'r')] as const
  if (!info.columns) return beside(...both)
  const [left, right] = both
  const after = right.names.map((name) => `restored ${name}`)
  return beside(left, { ...right, names: after })
}

/** Tables of equally many rows beside each other. */
export function beside(left: Columns, right: Columns): Columns {
  const split = left.names.length
  return {
    names: [...left.names, ...right.names],
    rows: left.rows,
    cell: (row, column) =>
      column < split ? left.cell(row, column) : right.cell(row, column - split),
  }
}

/**
 * Writes examples `[n, D]`: as a grid of pictures, as an array `[n, ...exampleShape]` of float32, or as
 * a table with a row for each.
 *
 * @param across pictures in a row of the grid
 * @throws UserError if they cannot be drawn or written.
 */
export async function writeExamples(
  output: Output,
  values: Floats,
  { exampleShape, columns }: Pick<ExampleInfo, 'exampleShape' | 'columns'>,
  across: number,
): Promise<void> {
  output.fit({ columns })
  if (output.format === 'csv') return output.write(csv(exampleColumns(values, { columns })))
  if (output.format === 'npy') return writeValues(output, values, { exampleShape, columns })
  const { encodePng, imageGrid } = await import('../report/pixels.ts')
  return output.write(encodePng(imageGrid(values.data, exampleShape, { columns: across })))
}

/** Writes examples as a `.npy` array: float32 `[n, ...exampleShape]`, or float64 in the units of a table's file. */
export async function writeValues(
  output: Output,
  values: Floats,
  { exampleShape, columns }: Pick<ExampleInfo, 'exampleShape' | 'columns'>,
): Promise<void> {
  if (!columns) return writeArray(output, values, exampleShape)
  const { writeNpy } = await import('../data/npy.ts')
  const { valueOfCell } = await import('../data/table/model-cells.ts')
  const width = columns.length
  const inUnits = Float64Array.from(values.data, (cell, at) =>
    valueOfCell(columns[at % width]!, cell),
  )
  return output.write(writeNpy(hostTensor('float64', values.shape, inUnits)))
}

/** Writes examples `[n, D]` as a `.npy` array `[n, ...exampleShape]`. */
export async function writeArray(
  output: Output,
  { shape, data }: Floats,
  exampleShape: readonly number[],
): Promise<void> {
  const { writeNpy } = await import('../data/npy.ts')
  return output.write(writeNpy(hostTensor('float32', [shape[0]!, ...exampleShape], data)))
}
