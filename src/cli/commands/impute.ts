import { resolve } from 'node:path'
import type { Run } from '../../app/run/load.ts'
import { pathOf } from '../../data/named-tables.ts'
import { SEED } from '../../explore/defaults.ts'
import { UserError } from '../../tensor/errors.ts'
import { defineCommand } from '../command.ts'
import { openTableRows } from '../examples.ts'
import { integer, oneOf, text, toggle, type Values } from '../flags.ts'
import { type ImputedFiles, imputedFiles } from '../imputation-files.ts'
import { documentOf, type ImputedTable, printImputed } from '../imputation-text.ts'
import { trainingProgress } from '../progress.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { spreadsheetFlag } from '../table-output.ts'
import { log, printJson } from '../terminal.ts'

const flags = {
  data: text('FILE', 'the table with gaps: the columns that the run was trained on, in any order'),
  out: text('FILE', 'the table without gaps, in the format that its ending says'),
  samples: integer({ low: 1, high: 1000 }, 'draws for each gap', 20),
  method: oneOf(
    ['resampling', 'gibbs'],
    'importance resampling (MIWAE), or pseudo-Gibbs sampling, which needs no weights',
    'resampling',
  ),
  importanceSamples: integer(
    { low: 2, high: 100_000 },
    'codes that resampling draws for each row',
    1000,
  ),
  seed: integer({ low: 0 }, 'seed of the draws', SEED),
  intervals: text('FILE', 'also write a .csv with a line for each gap: its value and its bounds'),
  draws: text(
    'FOLDER',
    'also write a table for each draw, for multiple imputation, to a new folder',
  ),
  compare: integer(
    { low: 0, high: 10_000 },
    'rows of which known cells are hidden, to compare the model with simple methods; 0 for none',
    1000,
  ),
  spreadsheet: spreadsheetFlag,
  quiet: toggle('print nothing but errors'),
  ...runFlags,
}

type ImputeFlags = Values<typeof flags>

export const impute = defineCommand({
  subject: runSubject,
  flags,
  notes:
    'For models with a distribution over rows: vae and cvae. Only gaps of columns that the run was trained on are filled; all other cells, and the order of rows and columns, stay as they are. A number is the mean of what the model expects, given the other values of the row; a count is rounded to a whole number; a category is the most probable one, and a value of an ordinal column the median. The lines of --intervals hold row (from 1, without a header), column, value, low and high for numbers and ordered categories, or the set of categories, which hold the true value with the probability level if the model is right.',
  examples: [
    'latentlab impute runs/sensors --data gaps.csv --out filled.csv --samples 20',
    'latentlab impute runs/sensors --data gaps.csv --out filled.csv --intervals bounds.csv --draws imputations',
  ],
  async run(input) {
    const { subject, flags } = input
    const files = imputedFiles(flags)
    const progress = trainingProgress({ quiet: flags.quiet, plain: flags.json })
    const done = await withRun(input, (run) =>
      imputeTable(run, files, flags, (share) =>
        progress.onStage(`imputing ${Math.round(100 * share)} %`),
      ),
    ).finally(progress.end)
    if (flags.json) return printJson(documentOf(subject, flags, done))
    if (!flags.quiet) printImputed(flags, done)
  },
})

async function imputeTable(
  run: Run,
  files: ImputedFiles,
  flags: ImputeFlags,
  onProgress: (share: number) => void,
): Promise<ImputedTable> {
  const { fewCodes, fewCodesRemark, requireImputer } = await import(
    '../../answers/imputation/model-imputer.ts'
  )
  requireImputer(run.model)
  const { data } = files
  const note = (remark: string) => flags.quiet || log(`note: ${data}: ${remark}`)
  const given = await openedTable(run, data, note)
  const app = await import('../../app/answers/impute-table.ts')
  const { imputedSpool } = await import('../../app/answers/imputed-spool.ts')
  const trained = run.model.info.columns!
  const columns = app.fileColumns(given, trained)
  for (const remark of app.otherGaps(given, trained)) note(remark)
  const spool = await imputedSpool(files.temporaryFolder, flags.samples)
  try {
    let [done, codes] = [0, fewCodes(new Float64Array(0), flags.samples)]
    const parts = watched(app.imputedParts(run, given, columns, flags, spool), (part) => {
      codes = fewCodes(part.effectiveSamples, flags.samples, codes)
      done += part.effectiveSamples.length
      onProgress(done / given.rows.count)
    })
    await files.writeIntervals(parts)
    const few = fewCodesRemark(codes, flags)
    if (few) note(few.commandLine)
    const compared = spool.count > 0 ? flags.compare : 0
    const comparison =
      compared > 0 ? await app.compareOnTable(run, given, columns, flags, compared) : undefined
    await files.writeTables(given.source, (draw) => app.filling(given, columns, spool, draw))
    return {
      rows: given.rows.count,
      gaps: spool.count,
      incompleteRows: spool.rows,
      columns: columns.flatMap(({ column: { name }, gaps }) => (gaps > 0 ? [{ name, gaps }] : [])),
      comparison,
      ofTraining: resolve(pathOf(data)) === resolve(pathOf(run.config.data.data)),
    }
  } finally {
    await files.discard()
    await spool.close()
    given.packed.close()
  }
}

/** The table, with remarks on what is unlike training. */
async function openedTable(run: Run, data: string, note: (remark: string) => void) {
  const { requireFile } = await import('../../data/named.ts')
  requireFile(pathOf(data))
  const given = await openTableRows(run, data, (await run.form())!.table!, {
    others: 'unchanged',
    note,
  })
  if (run.model.labels !== 'condition' || given.rows.labels) return given
  throw new UserError(
    `${data}: has no column of labels, and ${run.model.definition.name} is conditioned on them; add it`,
  )
}

async function* watched<T>(parts: AsyncIterable<T>, see: (part: T) => void): AsyncGenerator<T> {
  for await (const part of parts) {
    see(part)
    yield part
  }
}
