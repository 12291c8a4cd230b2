import type { ExampleForm } from '../../data/form.ts'
import { type TableRow, valueIn } from '../../data/table/cells-to-rows.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import type { ServableModel } from '../served-model.ts'
import { formOf } from './given-rows.ts'
import { jsonRows } from './values.ts'

/** JSON Schema, as a plain object. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A value of a column in a row. The library checks it, and names row and column. */
function columnSchema({ kind, categories }: TableColumn): JsonSchema {
  if (categories) return { enum: [...categories, null] }
  if (kind === 'datetime')
    return { type: ['string', 'null'], description: 'A date, with or without a time' }
  if (kind === 'count') return { type: ['number', 'null'], minimum: 0 }
  if (kind === 'positive') return { type: ['number', 'null'], exclusiveMinimum: 0 }
  return { type: ['number', 'null'] }
}

/**
 * One example: an object for a row of a table, lists of numbers for anything else.
 *
 * @param which models return pixels that are not rounded
 */
export function exampleSchema(
  served: ServableModel,
  which: 'given' | 'returned' = 'given',
): JsonSchema {
  const form = formOf(served)
  const { columns, dimension } = served.model.info
  if (columns)
    return {
      type: 'object',
      properties: Object.fromEntries(columns.map((column) => [column.name, columnSchema(column)])),
      description: 'A value for each column; null for a missing one',
    }
  return listOf(elementSchema(which === 'given' ? form : undefined), form?.stored ?? [dimension])
}

const elementSchema = (form: ExampleForm | undefined): JsonSchema =>
  form?.storage === 'uint8'
    ? { type: 'integer', minimum: form.range[0], maximum: form.range[1] }
    : { type: 'number' }

/** Lists within lists of these sizes. */
function listOf(element: JsonSchema, [size, ...others]: readonly number[]): JsonSchema {
  if (size === undefined) return element
  return { type: 'array', minItems: size, maxItems: size, items: listOf(element, others) }
}

/** A made-up row of a table, near the middle of each column; undefined for other models, whose examples are too long to show. */
export function exampleRow({ model }: ServableModel): TableRow | undefined {
  const { columns } = model.info
  if (!columns) return undefined
  const row = columns.map((column) => [column.name, valueIn(column, middle(column))])
  return jsonRows([Object.fromEntries(row)])[0]
}

/** The cell of a usual value: the first category, or the centre, which is 0 once standardised. */
const middle = ({ kind, initial }: TableColumn): number =>
  kind === 'count' ? Math.round(initial?.mean ?? 1) : 0
