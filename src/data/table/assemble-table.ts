import { UserError } from '../../tensor/errors.ts'
import { hostTensor } from '../../tensor/host.ts'
import { type DigestOf, requireCounts, type SplitOptions, sizesOf } from '../assemble.ts'
import type { DataSet, Split, SplitName } from '../dataset.ts'
import type { KnownExamples } from '../examples.ts'
import type { ExampleForm } from '../form.ts'
import { classIndices, classLabelsOf } from '../labels.ts'
import { arrayStore, type RowStore } from '../row-store.ts'
import { splitRows } from '../split.ts'
import { cellStore, positionOf } from './cell-store.ts'
import { fitColumns } from './fit.ts'
import type { TableForm } from './form.ts'
import type { PackedTable } from './packed.ts'
import type { TableSchema } from './schema.ts'

/** A packed table and, where there is one, a separate test set with the same columns. */
export interface TableSource {
  readonly name: string
  readonly schema: TableSchema
  readonly main: PackedTable
  readonly test?: PackedTable | undefined
}

/**
 * Makes a data set of a table: splits it by seed, fits the columns on its training rows, or takes those that a model
 * was trained on, and turns values into cells.
 *
 * @throws UserError for split sizes that leave nothing to train on, and if no column is left
 */
export async function assembleTable(
  { name, schema, main, test }: TableSource,
  options: SplitOptions & { readonly standardise: boolean },
  digestOf: DigestOf,
  known?: KnownExamples,
): Promise<DataSet> {
  requireCounts(options)
  const sizes = sizesOf(main.count, options, test !== undefined)
  const rows = splitRows(main.count, sizes, options.seed, main.name)
  const { columns, notes } = known?.form?.table
    ? { columns: known.form.table.columns, notes: [] }
    : fitColumns(main, schema, rows.train, options)
  const table: TableForm = { schema: withCategories(schema, main), columns }
  const form: ExampleForm = {
    order: 'table',
    stored: [columns.length],
    exampleShape: [columns.length],
    storage: 'float32',
    scale: 1,
    range: [0, 0],
    table,
  }
  const hash = await digestOf(
    [main, ...(test ? [test] : [])].map((part) => new TextEncoder().encode(`${part.hash}\n`)),
  )
  const classes = classesOfTable(main, known)
  const split = (of: SplitName, packed: PackedTable, store: RowStore, own: Int32Array): Split => ({
    name: of,
    store,
    rows: own,
    labels: classes && labelsOfRows(packed, classes),
  })
  const store = storeOf(main, table)
  const train = split('train', main, store, rows.train)
  return {
    name,
    kind: 'table',
    exampleShape: form.exampleShape,
    form,
    scale: 1,
    binarize: 'none',
    classes: classes?.labels.length,
    classLabels: classes?.labels,
    classNames: classes?.names,
    hash,
    notes,
    splits: {
      train,
      validation: { ...train, name: 'validation', rows: rows.validation },
      test: test
        ? split(
            'test',
            test,
            storeOf(test, table),
            Int32Array.from({ length: test.count }, (_, i) => i),
          )
        : { ...train, name: 'test', rows: rows.test },
    },
  }
}

/** The schema with every category that the table holds, so that its codes are the same when it is read again. */
function withCategories(schema: TableSchema, table: PackedTable): TableSchema {
  const dictionaries = new Map(table.columns.map((column) => [column.name, column.dictionary]))
  return {
    ...schema,
    columns: schema.columns.map((column) => {
      const categories = dictionaries.get(column.name)
      return categories && column.kind !== 'text'
        ? { ...column, categories: [...categories] }
        : column
    }),
  }
}

/** Cells of a table in memory are computed once; those of a file whenever they are read. */
function storeOf(packed: PackedTable, { columns }: TableForm): RowStore {
  const store = cellStore(packed, columns)
  if (!packed.inMemory) return store
  const all = Int32Array.from({ length: packed.count }, (_, row) => row)
  const cells = store.gather(all) as Float32Array
  return arrayStore(hostTensor('float32', [packed.count, columns.length], cells))
}

/** Classes of a label column: the labels that networks and users see, and the text of each. */
interface TableClasses {
  readonly column: string
  readonly labels: readonly number[]
  readonly names: readonly string[]
}

const isWhole = (text: string): boolean => /^-?\d{1,9}$/.test(text)

function classesOfTable(
  table: PackedTable,
  known: KnownExamples | undefined,
): TableClasses | undefined {
  const label = table.columns.find(({ kind }) => kind === 'label')
  if (!label) return undefined
  if (known?.classLabels) {
    const labels = classLabelsOf(known)
    return { column: label.name, labels, names: known.classNames ?? labels.map(String) }
  }
  const names = [...(label.dictionary ?? [])]
  // Whole numbers are labels themselves; other texts are numbered in their order.
  if (names.every(isWhole)) {
    const labels = names.map(Number).sort((a, b) => a - b)
    return { column: label.name, labels, names: labels.map(String) }
  }
  names.sort()
  return { column: label.name, labels: names.map((_, i) => i), names }
}

function labelsOfRows(table: PackedTable, { column, labels, names }: TableClasses): Int32Array {
  const at = positionOf(table, column)
  const { dictionary = [], missing } = table.columns[at]!
  if (missing > 0)
    throw new UserError(
      `${table.name}: ${missing} rows have no label in column ${JSON.stringify(column)}; remove them, or leave the column out with kind "ignore"`,
    )
  const codes = dictionary.map((text) => {
    const index = names.indexOf(text)
    return index < 0 ? Number(text) : labels[index]!
  })
  const own = new Int32Array(table.count)
  const width = table.columns.length
  for (let start = 0; start < table.count; start += CHUNK) {
    const some = Int32Array.from(
      { length: Math.min(CHUNK, table.count - start) },
      (_, i) => start + i,
    )
    const values = table.read(some)
    for (let i = 0; i < some.length; i++) own[start + i] = codes[values[i * width + at]!]!
  }
  return classIndices(own, labels, `${table.name}, column ${JSON.stringify(column)}`)
}

/** Rows read at a time. */
const CHUNK = 4096
