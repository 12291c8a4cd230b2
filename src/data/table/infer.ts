import { requireOptions, requireWhole } from '../../tensor/checks.ts'
import { UserError } from '../../tensor/errors.ts'
import { dateText, marksOf, missingMarks } from './cells.ts'
import { type ColumnFacts, columnFacts } from './column-facts.ts'
import { dateOfDays, daysOf } from './dates.ts'
import { type InferredKind, kindOf } from './kinds.ts'
import type { RecordSource, TableFormat } from './records.ts'
import type { ColumnKind, ColumnSchema, TableSchema } from './schema.ts'
import { treatmentOf } from './treatment.ts'

/** What a column is taken for, and what led to it. */
export interface InferredColumn {
  readonly name: string
  readonly kind: ColumnKind
  /** Why it is of this kind, in one sentence. */
  readonly reason: string
  /** What training does with it, in one sentence. */
  readonly treatment: string
  /** What a user should know before training, in sentences. */
  readonly remarks: readonly string[]
  /** The first different values. */
  readonly examples: readonly string[]
  /** The smallest and the largest value of numbers, or of dates as text. */
  readonly range?: readonly [low: number | string, high: number | string] | undefined
  readonly missing: number
  /** The marks that stood for missing values, and how often. */
  readonly marks: Readonly<Record<string, number>>
  readonly distinct: number
  /** Whether there are more different values than were counted. */
  readonly isCapped: boolean
}

/** A table by its first rows. */
export interface InferredTable {
  readonly name: string
  readonly format: TableFormat
  readonly reading: string
  /** Rows that were looked at, and whether they are all. */
  readonly rows: number
  readonly isComplete: boolean
  readonly columns: readonly InferredColumn[]
  /** What training reads the table by; `schemaText` writes it. */
  readonly schema: TableSchema
  /** How often each value of the column occurs that was to be counted, as text. */
  readonly counts?: ReadonlyMap<string, number> | undefined
}

export interface InferOptions {
  /** The first rows that are looked at: 10,000 by default, fewer of a table of more than 200 columns. */
  readonly rows?: number | undefined
  /** Texts and numbers that stand for a missing value, in place of `missingMarks`. */
  readonly missing?: readonly string[] | undefined
  /** More of them for single columns, by name. */
  readonly columnMissing?: ReadonlyMap<string, readonly string[]> | undefined
  /** A column whose values are counted. */
  readonly counted?: string | undefined
}

/** Rows that are looked at by default; and the most cells, but never fewer rows than the last. */
export const [INFERRED_ROWS, INFERRED_CELLS, FEWEST_ROWS] = [10_000, 2_000_000, 1000]

/**
 * Infers the kind of each column from the first rows of a table.
 *
 * @throws UserError for a table without columns or rows, and whatever the source throws
 */
export async function inferSchema(
  source: RecordSource,
  options: InferOptions = {},
): Promise<InferredTable> {
  requireOptions(options, 'options', ['rows', 'missing', 'columnMissing', 'counted'])
  if (options.rows !== undefined) requireWhole(options.rows, 'rows', { low: 1 })
  if (source.columns.length === 0)
    throw new UserError(`${source.name}: has no columns; expected at least one`)
  const missing = options.missing ?? missingMarks
  const { columns, rows, isComplete } = await factsOf(
    source,
    rowsToRead(source, options),
    (name) => [...missing, ...(options.columnMissing?.get(name) ?? [])],
  )
  if (rows === 0) throw new UserError(`${source.name}: has no rows; expected at least one`)
  const inferred = columns.map((facts) => ({ facts, found: kindOf(facts) }))
  const counted = columns.find(({ name }) => name === options.counted)
  return {
    name: source.name,
    format: source.format,
    reading: source.reading,
    rows,
    isComplete,
    columns: inferred.map(({ facts, found }) => inferredColumn(facts, found)),
    schema: {
      format: 1,
      missing: [...missing],
      columns: inferred.map(({ facts, found }) => columnSchemaOf(facts.name, found)),
    },
    ...(counted && { counts: valueCounts(counted) }),
  }
}

/** How often each value occurs, as text. */
function valueCounts({ texts, numbers }: ColumnFacts): ReadonlyMap<string, number> {
  const counts = new Map(texts)
  for (const number of numbers) {
    const text = String(number)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return counts
}

function rowsToRead({ columns }: RecordSource, { rows }: InferOptions): number {
  const affordable = Math.floor(INFERRED_CELLS / columns.length)
  return rows ?? Math.min(INFERRED_ROWS, Math.max(FEWEST_ROWS, affordable))
}

/** The facts of the columns over the first rows. */
async function factsOf(
  source: RecordSource,
  most: number,
  missingOf: (column: string) => readonly string[],
) {
  const collected = source.columns.map((name) => columnFacts(name, marksOf(missingOf(name))))
  let rows = 0
  let isComplete = true
  for await (const batch of source.batches()) {
    const count = Math.min(batch.count, most - rows)
    collected.forEach(({ add }, j) => {
      const cells = batch.columns[j]!
      for (let row = 0; row < count; row++) add(cells[row], () => batch.place(row))
    })
    rows += count
    if (count < batch.count) {
      isComplete = false
      break
    }
  }
  return { columns: collected.map(({ facts }) => facts), rows, isComplete }
}

export function columnSchemaOf(
  name: string,
  { kind, categories, dates }: InferredKind,
): ColumnSchema {
  return { name, kind, ...(categories && { categories: [...categories] }), ...(dates && { dates }) }
}

function inferredColumn(facts: ColumnFacts, found: InferredKind): InferredColumn {
  const range = rangeOf(facts, found)
  return {
    name: facts.name,
    kind: found.kind,
    reason: found.reason,
    treatment: found.leftOut
      ? `left out: ${found.leftOut}`
      : treatmentOf(columnSchemaOf(facts.name, found)),
    remarks: found.remarks,
    examples: facts.examples,
    ...(range && { range }),
    missing: facts.missing,
    marks: Object.fromEntries(facts.marks),
    distinct: facts.texts.size + facts.distinctNumbers.size,
    isCapped: facts.isCapped,
  }
}

function rangeOf(facts: ColumnFacts, { kind, dates }: InferredKind): InferredColumn['range'] {
  const isOfDates = kind === 'datetime'
  const values = isOfDates
    ? [...facts.texts.keys()].flatMap((text) => daysOf(text, dates) ?? [])
    : facts.numbers
  if (values.length === 0 || facts.texts.size > facts.numbers.length !== isOfDates) return undefined
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  return isOfDates ? [dayText(low), dayText(high)] : [low, high]
}

const dayText = (days: number) => dateText(dateOfDays(days))
