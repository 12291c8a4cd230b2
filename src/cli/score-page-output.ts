import { realpathSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { ExampleNames, ScorePageSource } from '../app/answers/score-page/source.ts'
import type { Run } from '../app/run/load.ts'
import { pathOf } from '../data/named-tables.ts'
import type { GivenRows } from '../data/table/given-rows.ts'
import { UserError } from '../tensor/errors.ts'
import { outputFile } from './output-file.ts'
import type { ScorableRows } from './score-rows.ts'

interface PageFlags {
  readonly data: string | undefined
  readonly split: string | undefined
  readonly out: string
  readonly page: string | undefined
  readonly noPage: boolean
}

/** What was found in a file. */
type FoundScores = Pick<
  ScorePageSource,
  'scores' | 'threshold' | 'alarms' | 'drift' | 'comparisons' | 'worst'
> & { readonly name: ScorePageSource['score'] }

/** What the page needs beside that. */
export type PageContext = Pick<ScorePageSource, 'columns' | 'keyNames' | 'material' | 'namesOf'> & {
  readonly run: Run
  readonly signal: AbortSignal
}

export interface PageOutput {
  /** Writes the page, if there is to be one, and returns its path. */
  write(found: FoundScores, context: PageContext): Promise<string | undefined>
}

/**
 * Checks where the page is to be written, before anything is computed.
 *
 * @throws UserError if nothing can be written there, or it is the table that is read or written
 */
export function openPageOutput(flags: PageFlags): PageOutput {
  const { data, out } = flags
  if (flags.noPage && flags.page !== undefined)
    throw new UserError(`--page ${flags.page}: contradicts --no-page; leave one of them out`)
  const path = flags.noPage ? undefined : (flags.page ?? pageBeside(out))
  if (path === undefined) return { write: async () => undefined }
  const file = outputFile(path, '--page')
  file.check()
  const taken = [
    ['--out', out],
    ['--data', data],
  ].find(([, other]) => other !== undefined && isSame(path, pathOf(other)))
  if (taken) throw new UserError(`--page ${path}: is the file of ${taken[0]}; choose another name`)
  return {
    async write(found, { run, ...context }) {
      const { scorePage } = await import('../app/answers/score-page/page.ts')
      const html = await scorePage({
        ...context,
        ...found,
        trained: run,
        score: found.name,
        names: { data: dataName(run, flags), run: run.folder, out },
      })
      await file.write(html)
      return path
    },
  }
}

const pageBeside = (out: string): string | undefined =>
  out.startsWith('/dev/') ? undefined : out.replace(/(\.[a-z]+)?(\.gz)?$/i, '.html')

/** Whether two paths are one file, which need not exist. */
function isSame(one: string, other: string): boolean {
  const real = (path: string) => {
    try {
      return realpathSync(path)
    } catch {
      return resolve(path)
    }
  }
  return real(one) === real(other)
}

function dataName({ config }: Run, { data, split }: PageFlags): string {
  const name = basename(data ?? config.data.data)
  const isSplit = data === undefined || data === 'mnist' || split !== undefined
  return isSplit ? `the ${split ?? 'test'} split of ${name}` : name
}

/** The names of rows of a table. */
export function rowNames(
  { keys, labels, labelTexts }: Pick<GivenRows, 'keys' | 'labels' | 'labelTexts'>,
  labelColumn: string | undefined,
): ScorePageSource['namesOf'] {
  return (row) => {
    const code = labelTexts?.codes[row] ?? -1
    return {
      keys: present(keys?.of([row])[0]),
      label: code < 0 ? undefined : `${labelColumn ?? 'label'} ${labelTexts!.texts[code]}`,
      classLabel: labels?.[row],
    }
  }
}

/** The names of other examples. */
export function exampleNames({
  part,
  labelOf,
}: Pick<ScorableRows, 'part' | 'labelOf'>): ScorePageSource['namesOf'] {
  return (row): ExampleNames => {
    const { keys, labels } = part(row, row + 1)
    const label = labelOf?.(row, labels?.[0])
    return {
      keys: present(keys?.[0]),
      label: label === undefined ? undefined : `label ${label}`,
      classLabel: labels?.[0],
    }
  }
}

const present = (texts: readonly (string | null)[] = []): string[] =>
  texts.flatMap((text) => (text === null ? [] : [text]))
