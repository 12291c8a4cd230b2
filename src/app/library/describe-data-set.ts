import { storeStatistics } from '../../data/column-statistics.ts'
import { type DataSet, dataText, type SplitName, splitNames } from '../../data/dataset.ts'
import { type ColumnsDescription, describeColumns } from '../../data/describe-columns.ts'
import type { ExampleKind } from '../../data/form.ts'
import { splitClasses, splitOf } from '../../data/rows.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import { requireOptions } from '../../tensor/checks.ts'

/** A number for each split. */
type OfSplits = { readonly [S in SplitName]: number }

/** What a data set is. */
export interface DataSetDescription {
  readonly name: string
  readonly kind: ExampleKind
  /** Shape of one example: `[channels, height, width]`, or the number of columns. */
  readonly shape: readonly number[]
  /** How values are stored: bytes of pixels, which the network sees as 0 to 1, or numbers. */
  readonly storage: 'uint8' | 'float32'
  /** The smallest and the largest stored value: of pixels what their type allows, else those of the training data. */
  readonly range: readonly [low: number, high: number]
  readonly rows: OfSplits
  /** The classes by ascending label, with the rows of each; absent without labels. */
  readonly classes?: readonly ClassDescription[] | undefined
  /** The labels of normal examples, where only these are learned from. */
  readonly normal?: readonly string[] | undefined
  /** The columns of a table with kinds, as a model takes them. */
  readonly columns?: readonly TableColumn[] | undefined
  /** The columns of an array of numbers: their figures over the training rows, and what stands out. */
  readonly numbers?: ColumnsDescription | undefined
  /** The same as a sentence, as `train` reports it. */
  readonly text: string
  /** What else is to be known, in sentences: columns that are left out, rows that occur in two splits. */
  readonly notes: readonly string[]
}

export interface ClassDescription {
  readonly label: number
  /** What it is called, where that is not its label. */
  readonly name?: string | undefined
  readonly rows: OfSplits
}

/**
 * Describes a data set that is open, as `latentlab inspect` does a file.
 *
 *     const { kind, shape, rows, classes } = describeDataSet(await openDataSet({ data: images, labels }))
 *
 * @throws RangeError for what is no data set
 */
export function describeDataSet(data: DataSet): DataSetDescription {
  const { store, rows } = splitOf(data, 'train')
  requireOptions(data.form, 'data.form')
  const { name, kind, exampleShape, form, classes, normal, notes = [] } = data
  const table = form.table?.numbers ? undefined : form.table
  const isNumbers = kind === 'table' && !table && store.dtype === 'float32'
  return {
    name,
    kind,
    shape: exampleShape,
    storage: form.storage,
    range: form.range,
    rows: ofSplits((split) => data.splits[split].rows.length),
    ...(classes !== undefined && { classes: classesIn(data, classes) }),
    ...(normal && { normal }),
    ...(table && { columns: table.columns }),
    ...(isNumbers && {
      numbers: describeColumns(storeStatistics(store, rows).columns, true),
    }),
    text: dataText(data),
    notes,
  }
}

const ofSplits = (of: (split: SplitName) => number): OfSplits =>
  Object.fromEntries(splitNames.map((split) => [split, of(split)])) as unknown as OfSplits

function classesIn(data: DataSet, count: number): ClassDescription[] {
  const counts = new Map(
    splitNames.map((split) => {
      const found = new Array<number>(count).fill(0)
      for (const index of splitClasses(data, split) ?? []) found[index]!++
      return [split, found]
    }),
  )
  return Array.from({ length: count }, (_, index) => ({
    label: data.classLabels?.[index] ?? index,
    ...(data.classNames && { name: data.classNames[index] }),
    rows: ofSplits((split) => counts.get(split)![index]!),
  }))
}
