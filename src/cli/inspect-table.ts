import type { NormalLabels } from '../data/normal.ts'
import type { DescribedLabels, TableDescription } from '../data/table/describe.ts'
import type { InferredColumn } from '../data/table/infer.ts'
import type { RecordSource } from '../data/table/records.ts'
import { wrapped } from '../report/wrap.ts'
import { shortened } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { counted, grouped, withGroups } from '../tensor/numbers.ts'
import { requireWritable } from './output-file.ts'
import { log, pageWidth, print, printJson, printTable } from './terminal.ts'

/** Flags of `inspect` that concern tables. */
export interface TableFlags {
  /** A file with a schema whose effect is shown. */
  readonly schema?: string | undefined
  /** What stands for a missing value, in place of the usual marks or those of the schema. */
  readonly missing?: readonly string[] | undefined
  /** The column of labels, and the labels of normal rows. */
  readonly label?: string | undefined
  readonly normal?: NormalLabels | undefined
  /** A new file for the schema that training would use. */
  readonly schemaOut?: string | undefined
  readonly json: boolean
}

/** Prints how a table is read and what training would do with it, and writes its schema if asked to. */
export async function describeTableFile(source: RecordSource, flags: TableFlags): Promise<void> {
  const { describeTable } = await import('../data/table/describe.ts')
  if (flags.schemaOut !== undefined) await requireNew(flags.schemaOut)
  const { schemaOfFile } = await import('../data/open-table.ts')
  const schema = flags.schema === undefined ? undefined : await schemaOfFile(flags.schema)
  const { label, normal, missing = schema?.missing } = flags
  const table = await describeTable(source, { schema, missing, label, normal })
  if (flags.schemaOut !== undefined) await writeSchema(flags.schemaOut, table)
  if (flags.json) printJson(table)
  else printTableDescription(table)
}

async function requireNew(path: string): Promise<void> {
  const { existsSync } = await import('node:fs')
  if (existsSync(path))
    throw new UserError(`--schema-out ${path}: it exists already; state a new file, or remove it`)
  requireWritable(path)
}

async function writeSchema(path: string, { schema }: TableDescription): Promise<void> {
  const { writeAtomically } = await import('../data/disk/files.ts')
  const { schemaText } = await import('../data/table/schema-file.ts')
  await writeAtomically(path, schemaText(schema))
  log(`latentlab: wrote ${path}; change it, and train with --schema ${path}`)
}

function printTableDescription(table: TableDescription): void {
  const { name, format, reading, rows, inspected, columns, missing } = table
  const count = rows === null ? `more than ${counted(inspected, 'row')}` : counted(rows, 'row')
  const looked = rows === inspected ? 'all of them' : `the first ${counted(inspected, 'row')}`
  const width = pageWidth()
  const lines = [
    `${name}: ${format}, ${reading}`,
    `${count}, ${counted(columns.length, 'column')}; what follows is about ${looked}`,
  ]
  print(`${lines.flatMap((line) => wrapped(line, width, '  ')).join('\n')}\n`)
  printTable({
    columns: ['column', 'kind', 'range', 'missing', 'distinct'].map((title) => ({
      title,
      numeric: title === 'missing' || title === 'distinct',
    })),
    rows: columns.map(cellsOf),
  })
  print(['', ...columns.flatMap((column) => sentencesOf(column, width)), ''].join('\n'))
  for (const line of table.labels ? labelLines(table.labels) : [])
    print(wrapped(line, width, '  ').join('\n'))
  const marks = missing.map((mark) => JSON.stringify(mark)).join(' ')
  print(wrapped(`Missing values are empty or one of: ${marks}`, width, '  ').join('\n'))
}

/** Labels that are listed. */
const MOST_LABELS = 20

/** How many rows have each label, and how many are normal. */
function labelLines({ column, counts, missing, normal }: DescribedLabels): string[] {
  const labels = Object.entries(counts)
  const shown = labels
    .slice(0, MOST_LABELS)
    .map(([text, count]) => `${shortened(text)} (${counted(count, 'row')})`)
  const more = labels.length > MOST_LABELS ? `, … (${counted(labels.length, 'label')})` : ''
  const none = missing > 0 ? `; ${counted(missing, 'row')} without a label` : ''
  const lines = [`Labels in column ${JSON.stringify(column)}: ${shown.join(', ')}${more}${none}`]
  if (normal)
    lines.push(
      `Normal (${normal.labels.join(', ')}): ${counted(normal.rows, 'row')}, from which training learns; not normal: ${counted(normal.anomalous, 'row')}`,
    )
  return lines
}

const cellsOf = (column: InferredColumn): string[] => [
  shortened(column.name, 20),
  column.kind,
  column.range ? column.range.map(short).join(' … ') : '–',
  grouped(column.missing),
  `${column.isCapped ? '>' : ''}${grouped(column.distinct)}`,
]

const short = (value: number | string): string =>
  typeof value === 'string' ? value : String(Number(value.toPrecision(4)))

/** What is done with a column and why, and what should be known of it. */
function sentencesOf(column: InferredColumn, width: number): string[] {
  const marks = Object.entries(column.marks).map(
    ([mark, count]) => `${grouped(count)} ${mark === '' ? 'empty' : JSON.stringify(mark)}`,
  )
  const examples = column.examples.map((text) => shortened(text))
  const lines = [
    `- ${column.name}: ${column.treatment}`,
    ...(column.treatment.endsWith(column.reason) ? [] : [`  ${withGroups(column.reason)}`]),
    ...(examples.length > 0 ? [`  for example ${examples.join(', ')}`] : []),
    ...(column.missing > 0 ? [`  missing: ${marks.join(', ')}`] : []),
    ...column.remarks.map((remark) => `  note: ${remark}`),
  ]
  return lines.flatMap((line) => hanging(line, width))
}

/** A line broken at the width, further lines four to the right. */
const hanging = (line: string, width: number): string[] => {
  const margin = /^ */.exec(line)![0]
  return wrapped(line.slice(margin.length), width - margin.length, '  ').map(
    (part) => margin + part,
  )
}
