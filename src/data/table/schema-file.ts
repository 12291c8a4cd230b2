import {
  distributionsOf,
  type TrainedKind,
  trainedKinds,
} from '../../distributions/columns/column.ts'
import { nearest, UserError } from '../../tensor/errors.ts'
import { checked } from '../../tensor/faults.ts'
import { option, worded } from '../../tensor/wording.ts'
import type { RecordSource } from './records.ts'
import { type ColumnSchema, type TableSchema, tableSchema } from './schema.ts'

/**
 * Reads `schema.json`.
 *
 * @param name of the file, for messages
 * @throws UserError that names the field
 */
export function schemaFromJson(text: string, name: string): TableSchema {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UserError(`${name}: is not JSON: ${(error as Error).message}`)
  }
  const { data, fault } = checked(tableSchema, value)
  if (fault) {
    const field = fault.path.length > 0 ? `${fieldText(fault.path)}: ` : ''
    throw new UserError(`${name}: ${field}${fault.text}`)
  }
  requireConsistent(data, name)
  return data
}

/** `columns[2].kind`. */
const fieldText = (path: readonly string[]) =>
  path.map((part, i) => (/^\d+$/.test(part) ? `[${part}]` : `${i > 0 ? '.' : ''}${part}`)).join('')

/** What no single field shows. */
function requireConsistent({ columns }: TableSchema, name: string): void {
  const seen = new Set<string>()
  for (const column of columns) {
    const fault = seen.has(column.name)
      ? 'stands there twice; expected each column once'
      : faultIn(column)
    if (fault) throw new UserError(`${name}: column ${JSON.stringify(column.name)}: ${fault}`)
    seen.add(column.name)
  }
}

const ofTexts = ['binary', 'categorical', 'ordinal']
const ofNumbers = ['numeric', 'positive', 'count', 'datetime']

const isTrained = (kind: string): kind is TrainedKind =>
  (trainedKinds as readonly string[]).includes(kind)

function faultIn({
  kind,
  categories,
  distribution,
  transform,
  dates,
}: ColumnSchema): string | undefined {
  const allowed: readonly string[] = isTrained(kind) ? distributionsOf[kind] : []
  if (distribution && !allowed.includes(distribution))
    return allowed.length === 0
      ? `distribution: a column of kind ${kind} has none; leave it out`
      : `distribution: expected ${allowed.join(' or ')} for a column of kind ${kind}, got ${distribution}`
  if (transform && transform !== 'none' && !ofNumbers.includes(kind))
    return `transform: expected none for a column of kind ${kind}, got ${transform}`
  if (dates && kind !== 'datetime')
    return `dates: belongs to a column of kind datetime, and this one is ${kind}`
  if (categories && !ofTexts.includes(kind))
    return `categories: belong to a column of kind ${ofTexts.join(', ')}, and this one is ${kind}`
  const twice = categories?.find((category, i) => categories.indexOf(category) !== i)
  if (twice !== undefined) return `categories: ${JSON.stringify(twice)} stands there twice`
  if (kind === 'binary' && categories && categories.length !== 2)
    return `categories: expected 2 for a column of kind binary, got ${categories.length}`
  return kind === 'ordinal' && !categories
    ? 'categories: is missing; a column of kind ordinal needs its values in order'
    : undefined
}

/** The text of `schema.json`: a line for each column. */
export function schemaText({ format, missing, columns }: TableSchema): string {
  const lines = columns.map((column) => `    ${spaced(column)}`)
  return `{\n  "format": ${format},\n  "missing": ${spaced(missing)},\n  "columns": [\n${lines.join(',\n')}\n  ]\n}\n`
}

/** JSON on one line, with spaces after colons and commas. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return `{ ${fields.map(([key, inner]) => `${JSON.stringify(key)}: ${spaced(inner)}`).join(', ')} }`
}

/** A column of a schema and its index in the file. */
export interface MatchedColumn {
  readonly column: ColumnSchema
  readonly index: number
}

export interface MatchOptions {
  /**
   * Whether this is new data for a trained model: keys and labels may then be absent, and columns that the schema does
   * not list are left out.
   */
  readonly newData?: boolean | undefined
}

/**
 * The columns of a file that a schema describes, in the order of the file, by their names; those that are ignored are
 * not among them.
 *
 * @throws UserError for a column that only one of them has
 */
export function matchColumns(
  source: Pick<RecordSource, 'name' | 'columns'>,
  schema: TableSchema,
  { newData = false }: MatchOptions = {},
): MatchedColumn[] {
  const indices = new Map(source.columns.map((name, index) => [name, index]))
  const described = new Map(schema.columns.map((column) => [column.name, column]))
  for (const { name, kind } of schema.columns) {
    const isOptional = kind === 'ignore' || (newData && !isTrained(kind))
    if (!indices.has(name) && !isOptional) throw absent(source, name, kind)
  }
  return source.columns.flatMap((name, index) => {
    const column = described.get(name)
    if (!column && !newData) throw unlisted(source, name, [...described.keys()])
    return !column || column.kind === 'ignore' ? [] : [{ column, index }]
  })
}

/**
 * What columns of new data a trained model does not know, in a sentence.
 *
 * @param fate what becomes of them
 */
export function unlistedColumns(
  { columns }: Pick<RecordSource, 'columns'>,
  schema: TableSchema,
  fate: 'left out' | 'unchanged' = 'left out',
): string[] {
  const listed = new Set(schema.columns.map(({ name }) => name))
  const others = columns.filter((name) => !listed.has(name))
  if (others.length === 0) return []
  const which = `${others.length === 1 ? 'column' : 'columns'} ${shortList(others.map((name) => JSON.stringify(name)))}`
  return [`${which}: not in the training data; ${fate}`]
}

function absent(
  { name: file, columns }: Pick<RecordSource, 'name' | 'columns'>,
  name: string,
  kind: string,
) {
  const near = nearest(name, columns)
  const hint = near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`
  return new UserError(
    `${file}: has no column ${JSON.stringify(name)}, which is ${kind} in the schema${hint} (its columns: ${shortList(columns)})`,
  )
}

function unlisted(
  { name: file }: Pick<RecordSource, 'name'>,
  name: string,
  listed: readonly string[],
) {
  const near = nearest(name, listed)
  const hint = near === undefined ? '' : ` (or rename it, if it is ${JSON.stringify(near)})`
  return new UserError(
    worded`${file}: the schema does not list column ${JSON.stringify(name)}; add {"name": ${JSON.stringify(name)}, "kind": "ignore"} to the columns of ${option('schema')} to leave it out${hint}`,
  )
}

const MOST_LISTED = 12

const shortList = (names: readonly string[]) =>
  `${names.slice(0, MOST_LISTED).join(', ')}${names.length > MOST_LISTED ? ', …' : ''}`
