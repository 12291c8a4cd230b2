import { accessSync, constants, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'

import { asUserError, type Contents, writeAtomically } from '../data/disk/files.ts'
import { UserError } from '../tensor/errors.ts'
import { type Floats, hostTensor } from '../tensor/host.ts'

export type OutputFormat = 'png' | 'npy' | 'csv'

/** A file to be written: checked before anything is computed for it. */
export interface Output {
  readonly path: string
  readonly format: OutputFormat
  /** An existing file is replaced as a whole, or stays as it is. Throws UserError. */
  write(contents: Contents): Promise<void>
}

/**
 * Checks the `--out` of a verb, whose extension chooses the format.
 *
 * @throws UserError for another extension, and if no file can be written there.
 */
export function openOutput(path: string, formats: readonly OutputFormat[]): Output {
  const extension = extname(path).slice(1).toLowerCase()
  const existing = statSync(path, { throwIfNoEntry: false })
  // A pipe or a device, such as /dev/stdout, has no extension and must not be replaced by a file.
  const isSpecial = existing !== undefined && !existing.isFile() && !existing.isDirectory()
  const format =
    formats.find((candidate) => candidate === extension) ?? (isSpecial ? formats[0] : undefined)
  if (format === undefined)
    throw new UserError(
      `--out ${path}: expected a name that ends in ${formats.map((name) => `.${name}`).join(' or ')}, which chooses the format`,
    )
  if (existing?.isDirectory()) throw new UserError(`--out ${path}: there is a folder of that name`)
  if (!isSpecial) requireWritable(path)
  return {
    path,
    format,
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

/** Columns of a `.csv` file, with their names. */
export interface Columns {
  readonly names: readonly string[]
  readonly rows: number
  cell(row: number, column: number): number
}

/** A table of numbers as text; short decimals that read back as the same float32. */
export const csv = (columns: Columns): string => csvHeader(columns) + csvRows(columns)

const csvHeader = ({ names }: Columns): string => `${names.join(',')}\n`

function csvRows({ names, rows, cell }: Columns): string {
  const lines: string[] = []
  for (let row = 0; row < rows; row++)
    lines.push(names.map((_, column) => String(Number(cell(row, column).toPrecision(9)))).join(','))
  return lines.map((line) => `${line}\n`).join('')
}

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
  exampleShape: readonly number[],
  across: number,
): Promise<void> {
  if (output.format === 'csv') return output.write(csv(numberedColumns('x', values)))
  if (output.format === 'npy') return writeArray(output, values, exampleShape)
  const { encodePng, imageGrid } = await import('../report/pixels.ts')
  return output.write(encodePng(imageGrid(values.data, exampleShape, { columns: across })))
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
