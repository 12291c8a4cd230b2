import { hostTensor } from '../../tensor/host.ts'
import { option, worded } from '../../tensor/wording.ts'
import type { DigestOf } from '../assemble.ts'
import type { DataSet, Split, SplitName } from '../dataset.ts'
import type { KnownExamples } from '../examples.ts'
import type { ExampleForm } from '../form.ts'
import { wholeNumbers } from '../indices.ts'
import { classIndices } from '../labels.ts'
import {
  classesOfNormal,
  normalBytes,
  normalNames,
  normalRows,
  normalTexts,
  type RowLabels,
  rowLabels,
  unlabelledRows,
} from '../normal.ts'
import { dividedSplits, normalSplits } from '../normal-splits.ts'
import { arrayStore, chunksOf, type RowStore } from '../row-store.ts'
import { requireCounts, type SplitOptions, type SplitRule, splitRules } from '../split-options.ts'
import { cellStore } from './cell-store.ts'
import { fitColumns } from './fit.ts'
import type { TableForm } from './form.ts'
import { keysOf } from './keys.ts'
import type { PackedTable } from './packed.ts'
import type { TableSchema } from './schema.ts'
import { duplicateRows, ruleOfOthers, splitTable } from './split-table.ts'
import {
  type Classes,
  classesNamed,
  classesOfTable,
  columnLabels,
  labelsOfTable,
  recordedClasses,
} from './table-labels.ts'

/** A packed table, and labels that are not in one of its columns. */
export interface TablePart {
  readonly packed: PackedTable
  readonly labels?: Int32Array | undefined
  /** What a user should know of them, in sentences. */
  readonly notes?: readonly string[] | undefined
}

/** A packed table and, where there is one, a separate test set with the same columns. */
export interface TableSource {
  readonly name: string
  readonly schema: TableSchema
  readonly main: TablePart
  readonly test?: TablePart | undefined
}

export interface TableSplitOptions extends SplitOptions {
  readonly standardise: boolean
  /** Whether it is an array of numbers: all columns are kept, constant ones too. */
  readonly numbers?: boolean | undefined
}

/**
 * Makes a data set of a table: splits it by seed, fits the columns on its training rows, or takes those that a model
 * was trained on, and turns values into cells.
 *
 * @throws UserError for split sizes that leave nothing to train on, and if no column is left
 */
export async function assembleTable(
  { name, schema, main, test }: TableSource,
  options: TableSplitOptions,
  digestOf: DigestOf,
  known?: KnownExamples,
): Promise<DataSet> {
  requireCounts(options)
  const parts = test ? [main, test] : [main]
  const { normal } = options
  const told = normal && normalRows(parts.map(labelsForNormal), normal)
  const [among, tested] = told?.map((part) => part.normal) ?? []
  const rows = splitTable(main.packed, options, test !== undefined, among)
  const apart =
    told &&
    normalSplits(told, rows, ruleOfOthers(main.packed, options, rows), { ...options, normal })
  const { columns, notes } = known?.form?.table
    ? { columns: known.form.table.columns, notes: [] }
    : fitColumns(main.packed, schema, rows.train, { ...options, among })
  const table: TableForm = {
    schema,
    columns,
    ...(options.numbers && { numbers: true }),
  }
  const form = formOf(table)
  const classes = known?.classLabels
    ? recordedClasses(known)
    : told
      ? classesNamed(normalNames(told))
      : classesOf(main)
  const split = (of: SplitName, part: TablePart, store: RowStore, own: Int32Array): Split => ({
    name: of,
    store,
    rows: own,
    labels: told
      ? classesOfNormal(told[parts.indexOf(part)]!, classes!.names)
      : classes && indicesOf(part, classes),
    keys: keysOf(part.packed),
  })
  const store = storeOf(main.packed, table)
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
    normal: normal && normalTexts(normal),
    hash: await digestOf([...hashed(parts), ...ruleBytes(options), ...normalBytes(normal)]),
    notes: [
      ...(main.notes ?? []),
      ...(main.packed.notes ?? []),
      ...notes,
      ...(apart?.notes ?? []),
      ...(known ? [] : duplicateRows(main.packed, rows, test?.packed, tested)),
    ],
    splits: dividedSplits(
      { train, validation: rows.validation },
      test
        ? split('test', test, storeOf(test.packed, table), tested ?? allRows(test))
        : { ...train, name: 'test', rows: rows.test },
      apart,
    ),
  }
}

const allRows = ({ packed }: TablePart): Int32Array => wholeNumbers(0, packed.count)

const formOf = (table: TableForm): ExampleForm => ({
  order: 'table',
  stored: [table.columns.length],
  exampleShape: [table.columns.length],
  storage: 'float32',
  scale: 1,
  range: [0, 0],
  table,
})

/** The bytes that identify the rows: the hashes of the packed tables, and labels that are not in them. */
const hashed = (parts: readonly TablePart[]): Uint8Array[] =>
  parts.flatMap(({ packed, labels }) => [
    new TextEncoder().encode(`${packed.hash}\n`),
    ...(labels ? [new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength)] : []),
  ])

/** The rule of the split belongs to the data where there is one. */
function ruleBytes(options: SplitRule): Uint8Array[] {
  const rule = splitRules.find((name) => options[name] !== undefined)
  return rule ? [new TextEncoder().encode(`${JSON.stringify([rule, options[rule]])}\n`)] : []
}

/** Cells that are computed once and stay in memory, 256 MB at most. */
const MOST_CELLS = 2 ** 26

/** Cells of a table in memory are computed once; those of a file, or of more cells, whenever they are read. */
function storeOf(packed: PackedTable, { columns }: TableForm): RowStore {
  const store = cellStore(packed, columns)
  if (!packed.inMemory || packed.count * columns.length > MOST_CELLS) return store
  const cells = new Float32Array(packed.count * columns.length)
  let at = 0
  for (const { values } of chunksOf(store, wholeNumbers(0, packed.count))) {
    cells.set(values, at)
    at += values.length
  }
  return arrayStore(hostTensor('float32', [packed.count, columns.length], cells))
}

/** The labels of a part, some of which may be missing in a column; refused where there are none. */
function labelsForNormal({ packed, labels }: TablePart, part: number): RowLabels {
  const found = labels ? rowLabels(packed.name, labels) : columnLabels(packed)
  if (found) return found
  throw unlabelledRows(
    packed.name,
    part === 0
      ? worded`name their column with ${option('label')}, or their file with ${option('labels')}`
      : worded`give ${option('testLabels')}`,
  )
}

function classesOf({ packed, labels }: TablePart): Classes | undefined {
  if (!labels) return classesOfTable(packed)
  const found = [...new Set(labels)].sort((a, b) => a - b)
  return { labels: found, names: found.map(String) }
}

/** The class of each row, as an index. */
function indicesOf({ packed, labels }: TablePart, classes: Classes): Int32Array | undefined {
  const own = labels ?? labelsOfTable(packed, classes)
  return own && classIndices(own, classes.labels, packed.name)
}
