import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { ImputedPart } from '../app/answers/impute-table.ts'
import { temporaryPath } from '../data/disk/temporary.ts'
import type { RecordSource } from '../data/table/records.ts'
import type { TableEdit } from '../data/table/write/edit.ts'
import { UserError } from '../tensor/errors.ts'
import { intervalColumns } from './imputation-text.ts'
import { csvParts, outputFile, requireWritable } from './output-file.ts'
import { openTableOutput, requireOther } from './table-output.ts'

interface Chosen {
  readonly data: string | undefined
  readonly out: string | undefined
  readonly intervals: string | undefined
  readonly draws: string | undefined
  readonly samples: number
  readonly spreadsheet: boolean
}

/** What `impute` writes: all of it appears at the end, or nothing. */
export interface ImputedFiles {
  readonly data: string
  /** Where what is needed for a while can be written. */
  readonly temporaryFolder: string
  /** Goes through all parts, and keeps the lines of their gaps if they are asked for. */
  writeIntervals(parts: AsyncIterable<ImputedPart>): Promise<void>
  /**
   * Writes the table without gaps, and that of each draw; then all files get their names.
   *
   * @param edit of a draw, from 1, or 0 for the values that stand for the gaps
   */
  writeTables(source: RecordSource, edit: (draw: number) => TableEdit): Promise<void>
  /** Removes what has no name yet. */
  discard(): Promise<void>
}

/**
 * Checks where to write before anything is computed.
 *
 * @throws UserError for a name that is missing, taken, or of another format
 */
export function imputedFiles(chosen: Chosen): ImputedFiles {
  const { data, out, intervals, draws, samples, spreadsheet } = chosen
  if (data === undefined) throw new UserError('--data: missing; give the table with gaps')
  if (out === undefined) throw new UserError('--out: missing; give the name of the file to write')
  const table = openTableOutput(out, data)
  requireIntervals(intervals, data, out)
  requireNewFolder(draws, [
    ['--out', out],
    ['--intervals', intervals],
  ])
  /** Temporary names, and those that they get. */
  const held: { readonly from: string; readonly to: string }[] = []
  const hold = async (to: string) => {
    const from = await temporaryPath(dirname(to))
    held.push({ from, to })
    return from
  }
  return {
    data,
    temporaryFolder: outputFile(out).isSpecial ? tmpdir() : dirname(out),
    async writeIntervals(parts) {
      if (intervals === undefined) for await (const _ of parts);
      else await outputFile(await hold(intervals)).write(csvParts(intervalColumns(parts)))
    },
    async writeTables(source, edit) {
      const folder = draws === undefined ? undefined : await hold(draws)
      if (folder !== undefined) {
        await mkdir(folder)
        const { base, ending } = nameParts(out)
        for (let draw = 1; draw <= samples; draw++) {
          const number = String(draw).padStart(String(samples).length, '0')
          const drawn = openTableOutput(join(folder, `${base}-${number}${ending}`))
          await drawn.write(source, edit(draw), { spreadsheet })
        }
      }
      await table.write(source, edit(0), { spreadsheet })
      for (const { from, to } of held.splice(0)) await rename(from, to)
    },
    async discard() {
      for (const { from } of held) await rm(from, { recursive: true, force: true })
    },
  }
}

function requireIntervals(intervals: string | undefined, data: string, out: string): void {
  if (intervals === undefined) return
  if (extname(intervals).toLowerCase() !== '.csv')
    throw new UserError(`--intervals ${intervals}: expected a name that ends in .csv`)
  outputFile(intervals).check()
  requireOther(intervals, data, '--intervals')
  if (resolve(intervals) === resolve(out))
    throw new UserError(`--intervals ${intervals}: is the file of --out; choose another name`)
}

function requireNewFolder(
  draws: string | undefined,
  others: readonly (readonly [flag: string, path: string | undefined])[],
): void {
  if (draws === undefined) return
  const same = others.find(([, path]) => path !== undefined && resolve(path) === resolve(draws))
  if (same) throw new UserError(`--draws ${draws}: is the file of ${same[0]}; choose another name`)
  if (existsSync(draws))
    throw new UserError(`--draws ${draws}: exists already; choose the name of a new folder`)
  requireWritable(draws)
}

/** `filled` and `.csv.gz`; a pipe has no ending. */
function nameParts(path: string) {
  const name = basename(path)
  const [ending] = /(\.[a-z]+)(\.gz)?$/i.exec(name) ?? []
  return ending === undefined
    ? { base: name, ending: '.csv' }
    : { base: name.slice(0, -ending.length), ending }
}
