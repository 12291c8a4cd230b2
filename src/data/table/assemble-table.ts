import { hostTensor } from '../../tensor/host.ts'
import { type DigestOf, requireCounts, type SplitOptions, sizesOf } from '../assemble.ts'
import type { DataSet, Split, SplitName } from '../dataset.ts'
import type { KnownExamples } from '../examples.ts'
import type { ExampleForm } from '../form.ts'
import { classIndices } from '../labels.ts'
import { arrayStore, type RowStore } from '../row-store.ts'
import { splitRows } from '../split.ts'
import { cellStore } from './cell-store.ts'
import { fitColumns } from './fit.ts'
import type { TableForm } from './form.ts'
import type { PackedTable } from './packed.ts'
import type { TableSchema } from './schema.ts'
import { type Classes, classesOfTable, labelsOfTable, recordedClasses } from './table-labels.ts'

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
  const classes = known?.classLabels ? recordedClasses(known) : classesOfTable(main)
  const split = (of: SplitName, packed: PackedTable, store: RowStore, own: Int32Array): Split => ({
    name: of,
    store,
    rows: own,
    labels: classes && indicesOf(packed, classes),
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

/** The class of each row, as an index. */
function indicesOf(table: PackedTable, classes: Classes): Int32Array | undefined {
  const labels = labelsOfTable(table, classes)
  return labels && classIndices(labels, classes.labels, table.name)
}
