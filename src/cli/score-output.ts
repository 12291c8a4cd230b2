import type { ModelScoreName, Scoring } from '../answers/anomaly/scoring.ts'
import { reasonsOf, reasonText } from '../app/answers/reasons.ts'
import { type FoundScores, SHOWN } from '../app/answers/score-page/source.ts'
import { comparedScores, driftOf, thresholdFor } from '../app/answers/score-summary.ts'
import {
  type ExampleSource,
  highestScores,
  type ScoredPart,
  sampleOf,
  scoredParts,
} from '../app/answers/scored-parts.ts'
import type { Run } from '../app/run/load.ts'
import type { RowLabels } from '../data/normal.ts'
import type { TypedColumn } from '../data/table/original.ts'
import type { RecordSource } from '../data/table/records.ts'
import { type EditedRows, editOfParts } from '../data/table/write/edit.ts'
import type { TableColumn } from '../distributions/columns/column.ts'
import { UserError } from '../tensor/errors.ts'
import { type Examples, labelsFor, openTableRows, requireLabelled } from './examples.ts'
import { type Columns, csvParts, outputFile } from './output-file.ts'
import { exampleNames, openPageOutput, type PageOutput, rowNames } from './score-page-output.ts'
import { type ScorableRows, scorableRows } from './score-rows.ts'
import { openTableOutput } from './table-output.ts'
import { log } from './terminal.ts'

/** Reasons of each alarm in the output. */
const REASONS = 3

/** Most rows by which the model is compared with the baselines. */
const COMPARED = 10_000

interface ScoreFlags {
  readonly data: string | undefined
  readonly labels: string | undefined
  readonly split: 'train' | 'validation' | 'test' | undefined
  readonly scaled: boolean
  readonly falseAlarms: number | undefined
  readonly out: string
  readonly page: string | undefined
  readonly noPage: boolean
  readonly shares: boolean
  readonly spreadsheet: boolean
}

/** What was found in a file, and written. */
export interface ScoredFile extends FoundScores {
  readonly name: ModelScoreName
  readonly unit: string
  readonly page?: string | undefined
}

interface ScoreBy {
  /** Made after the input is known to be readable: the first time, it may take a while. */
  scoring(): Promise<Scoring>
  readonly name: ModelScoreName
  /** The rate of a package, where nobody chooses one. */
  readonly falseAlarms: number | undefined
  readonly signal: AbortSignal
}

type Scan = Omit<ScoreBy, 'scoring'> & { readonly scoring: Scoring }

export interface ScoreOutput {
  write(run: Run, by: ScoreBy): Promise<ScoredFile>
}

/**
 * Checks where scores are to be written, before anything is computed.
 *
 * @throws UserError if nothing can be written there
 */
export function openScoreOutput(flags: ScoreFlags): ScoreOutput {
  const { data, out } = flags
  const table = openTableOutput(out, data)
  const page = openPageOutput(flags)
  return {
    async write(run, by) {
      const form = (await run.form())?.table
      const { isPictures } = await import('../data/pictures/is-pictures.ts')
      const isTable =
        form &&
        data !== undefined &&
        flags.split === undefined &&
        !flags.scaled &&
        !isPictures(data)
      if (!isTable) return writeExamples(run, by, flags, page)
      const { source, rows } = await openTableRows(run, data, form, { others: 'unchanged' })
      const own = form.schema.columns.map(({ name }) => name)
      requireUnscored(source, own)
      if (rows.count === 0) throw new UserError(`${data}: has no rows to score`)
      const labels = (await labelsFor(data, flags.labels))(undefined, rows.count) ?? rows.labels
      const labelColumn = form.schema.columns.find(({ kind }) => kind === 'label')?.name
      requireLabelled(run, data, { labelled: labels !== undefined, labelColumn })
      const examples: ExampleSource = {
        count: rows.count,
        width: form.columns.length,
        part: (start, end) => ({
          values: rows.cells(start, end),
          labels: labels?.subarray(start, end),
        }),
      }
      const scoring = await by.scoring()
      const scan = scanOf({ ...by, scoring }, examples, flags, form.columns, own)
      const edit = editOfParts({ added: scan.columns }, scan.parts())
      await table.write(source, edit, flags)
      const found = await scan.found(anomalousOf(run, rows.labelTexts))
      const written = await page.write(found, {
        run,
        columns: form.columns,
        keyNames: rows.keys?.names ?? [],
        material: scoring.material,
        namesOf: rowNames({ keys: rows.keys, labels, labelTexts: rows.labelTexts }, labelColumn),
        signal: by.signal,
      })
      return { ...found, page: written }
    },
  }
}

/** The columns that scoring adds first. */
const ADDED = ['score', 'alarm', 'reason'] as const

/** Refuses what an earlier call wrote. */
function requireUnscored({ name, columns }: RecordSource, own: readonly string[]): void {
  if (ADDED.every((added) => columns.includes(added) && !own.includes(added)))
    throw new UserError(
      `${name}: has the columns ${ADDED.join(', ')}, which scoring adds; give the file as it was before it was scored, or remove or rename them`,
    )
}

/** Examples that are no rows of a table with columns: their numbers, keys and labels, and what was found. */
async function writeExamples(
  run: Run,
  by: ScoreBy,
  flags: ScoreFlags,
  page: PageOutput,
): Promise<ScoredFile> {
  if (!/\.csv$/i.test(flags.out))
    throw new UserError(`--out ${flags.out}: expected a name that ends in .csv`)
  const rows = await scorableRows(run, flags)
  if (rows.ofSplit && flags.split !== undefined && flags.split !== 'test' && by.name === 'distance')
    log(
      `note: --split ${flags.split}: new examples are compared with those of training and validation, so these are their own neighbours, and their distances too small`,
    )
  if (rows.count === 0) throw new UserError(`${flags.data}: has no examples to score`)
  const { columns, dimension } = run.model.info
  let read: Examples
  const source: ExampleSource = {
    count: rows.count,
    width: dimension,
    part(start, end) {
      read = rows.part(start, end)
      return read
    },
  }
  const scoring = await by.scoring()
  const scan = scanOf({ ...by, scoring }, source, flags, columns)
  await outputFile(flags.out).write(csvParts(exampleColumns(scan, rows, () => read)))
  const found = await scan.found(rows.isAnomaly)
  const written = await page.write(found, {
    run,
    columns,
    keyNames: rows.keyNames ?? [],
    material: scoring.material,
    namesOf: exampleNames(rows),
    signal: by.signal,
  })
  return { ...found, page: written }
}

/** @param read the examples of the part that the scan gave last */
async function* exampleColumns(
  scan: ReturnType<typeof scanOf>,
  { keyNames = [], labelOf }: ScorableRows,
  read: () => Examples,
): AsyncGenerator<Columns> {
  const names = [
    'row',
    ...keyNames,
    ...(labelOf ? ['label'] : []),
    ...scan.columns.map(({ name }) => name),
  ]
  let start = 0
  for await (const { count, added = [] } of scan.parts()) {
    const { keys, labels } = read()
    const first = start
    const cells = [
      (row: number) => first + row + 1,
      ...keyNames.map((_, j) => (row: number) => keys?.[row]?.[j] ?? null),
      ...(labelOf ? [(row: number) => labelOf(first + row, labels?.[row]) ?? null] : []),
      ...added.map((column) => (row: number) => column[row] as string | number | null),
    ]
    yield { names, rows: count, cell: (row, j) => cells[j]!(row) }
    start += count
  }
}

/** Whether each row is an anomaly, where the run knows normal labels and the rows have labels. */
function anomalousOf(
  { config }: Pick<Run, 'config'>,
  labels: RowLabels | undefined,
): ((row: number) => boolean | undefined) | undefined {
  const normal = config.data.normal
  if (!normal || !labels) return undefined
  const isNormal = labels.texts.map((label) => normal.map(String).includes(label))
  return (row) => {
    const code = labels.codes[row]!
    return code < 0 ? undefined : !isNormal[code]
  }
}

/** Scores examples part by part, and remembers what the page and the summary need. */
function scanOf(
  { scoring, name, falseAlarms, signal }: Scan,
  source: ExampleSource,
  flags: Pick<ScoreFlags, 'falseAlarms' | 'shares'>,
  columns: readonly TableColumn[] | undefined,
  own: readonly string[] = [],
) {
  // A table that has a score of its own, such as that of an exam, keeps it.
  const nameOf = (added: (typeof ADDED)[number]) =>
    own.includes(added) ? `anomaly ${added}` : added
  const { calibration, typical } = scoring.material
  const threshold = thresholdFor(calibration[name]!, flags.falseAlarms ?? falseAlarms)
  const scores = new Float64Array(source.count)
  const worst = highestScores(SHOWN)
  const sample = sampleOf(source.count, source.width, COMPARED)
  const added: TypedColumn[] = [
    { name: nameOf('score'), type: 'number' },
    { name: nameOf('alarm'), type: 'integer' },
    ...(columns ? [{ name: nameOf('reason'), type: 'text' } as const] : []),
    ...(flags.shares && columns
      ? [...columns.map((column) => column.name), ...(name === 'bound' ? ['code'] : [])].map(
          (of) => ({ name: `share of ${of}`, type: 'number' }) as const,
        )
      : []),
  ]
  const reasonAt = (part: ScoredPart, row: number) => {
    if (!(part.scores[row]! > threshold.threshold)) return null
    const at = row * source.width
    const shares = part.shares.data.subarray(at, at + source.width)
    const cells = part.values.data.subarray(at, at + source.width)
    return reasonText(reasonsOf(shares, typical[name]!, REASONS), columns!, cells)
  }
  let unit = ''
  async function* parts(): AsyncGenerator<EditedRows> {
    const scorer = await scoring.scorer(name)
    unit = scorer.unit
    for await (const part of scoredParts(scorer, source, signal)) {
      scores.set(part.scores, part.start)
      worst.add(part)
      sample.add(part)
      const rows = Array.from(part.scores.keys())
      const share = (column: number) =>
        rows.map((row) => part.shares.data[row * source.width + column]!)
      yield {
        count: rows.length,
        added: [
          part.scores,
          rows.map((row) => Number(part.scores[row]! > threshold.threshold)),
          ...(columns ? [rows.map((row) => reasonAt(part, row))] : []),
          ...(flags.shares && columns
            ? [...columns.map((_, c) => share(c)), ...(part.code ? [part.code] : [])]
            : []),
        ],
      }
    }
  }
  return {
    columns: added,
    parts,
    async found(
      anomalous: ((row: number) => boolean | undefined) | undefined,
    ): Promise<ScoredFile> {
      const compared = {
        values: sample.values(),
        scores: Float64Array.from(sample.rows, (row) => scores[row]!),
        anomalous: anomalous && sample.rows.map(anomalous),
      }
      return {
        name,
        unit,
        scores,
        threshold,
        alarms: scores.reduce((sum, one) => sum + Number(one > threshold.threshold), 0),
        drift: driftOf(scores, calibration[name]!),
        comparisons: {
          of: await comparedScores(scoring, name, compared, threshold, { signal }),
          count: sample.rows.length,
        },
        worst: worst.examples(),
      }
    },
  }
}
