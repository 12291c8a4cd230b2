import {
  type ColumnDistribution,
  distributionsOf,
  type TableColumn,
  type TrainedKind,
  trainedKinds,
} from '../../distributions/columns/column.ts'
import { gaussianQuantile } from '../../distributions/gaussian-quantile.ts'
import { UserError } from '../../tensor/errors.ts'

import { hasCategories } from './model-cells.ts'
import { type ColumnMoments, columnMoments } from './moments.ts'
import type { PackedTable } from './packed.ts'
import type { ColumnSchema, TableSchema } from './schema.ts'
import { tableChunks } from './table-chunks.ts'

/** The columns that a model is trained on, fitted on the training rows, and why others are left out. */
export interface FittedTable {
  readonly columns: readonly TableColumn[]
  /** One sentence for each column that is left out though its kind is trained on. */
  readonly notes: readonly string[]
}

/** How values become cells where the schema does not say. */
export interface FitOptions {
  /** Whether numeric columns are brought to mean 0 and standard deviation 1. */
  readonly standardise: boolean
  /** The rows, ascending, in whose order categories are numbered that the schema does not list; all by default. */
  readonly among?: Int32Array | undefined
}

/** Points of a mapping by quantiles. */
const KNOTS = 129

/**
 * Fits what turns the values of a table into cells, on its training rows alone: means and standard deviations,
 * quantiles, and the categories that occur.
 *
 * @throws UserError if no column is left to train on
 */
export function fitColumns(
  table: PackedTable,
  schema: TableSchema,
  rows: Int32Array,
  { standardise, among }: FitOptions,
): FittedTable {
  const moments = columnMoments(table, schema, rows)
  const appearing = among && categoriesByAppearance(table, among)
  const columns: TableColumn[] = []
  const notes: string[] = []
  for (const [at, { name, kind, dictionary }] of table.columns.entries()) {
    if (!isTrained(kind)) continue
    const given = schema.columns.find((one) => one.name === name) ?? { name, kind }
    const found = moments[at]!
    const reason = unusable(found, hasCategories({ kind }))
    if (reason) {
      notes.push(`column ${JSON.stringify(name)} is left out: ${reason}`)
      continue
    }
    const common = {
      name,
      kind,
      distribution: (given.distribution ?? distributionsOf[kind][0]) as ColumnDistribution,
      gaps: found.missing > 0,
    }
    if (hasCategories({ kind })) {
      const categories = categoriesOf(given, dictionary ?? [], found, appearing?.[at])
      columns.push({ ...common, centre: 0, scale: 1, categories })
    } else columns.push({ ...common, ...scaling(given, found, standardise) })
  }
  if (columns.length === 0)
    throw new UserError(
      `${table.name}: no column is left to train on${notes.length > 0 ? `: ${notes.join('; ')}` : ''}`,
    )
  return { columns, notes }
}

export const isTrained = (kind: string): kind is TrainedKind =>
  trainedKinds.some((trained) => trained === kind)

/** Why nothing can be learned from the training values of a column. */
function unusable(found: ColumnMoments, isCategories: boolean): string | undefined {
  if (found.count === 0) return 'no training row has a value'
  const isConstant = isCategories ? found.seen.size < 2 : found.low === found.high
  return isConstant ? 'all training rows have the same value' : undefined
}

/** Categories that the schema states in order, or those that occur among the training rows. */
function categoriesOf(
  { categories }: Pick<ColumnSchema, 'categories'>,
  dictionary: readonly string[],
  { seen }: ColumnMoments,
  inOrder: readonly string[] = dictionary,
): readonly string[] {
  const occurs = new Set([...seen].map((code) => dictionary[code]!))
  return (categories ?? inOrder).filter((category) => occurs.has(category))
}

/** The texts of each column with a dictionary, in the order in which they first occur in some rows. */
function categoriesByAppearance(
  table: PackedTable,
  rows: Int32Array,
): readonly (readonly string[] | undefined)[] {
  const width = table.columns.length
  const coded = table.columns.flatMap(({ dictionary, kind }, at) =>
    dictionary && isTrained(kind) ? [{ at, dictionary, seen: new Set<number>() }] : [],
  )
  for (const { count, values } of tableChunks(table, rows))
    for (const { at, seen } of coded)
      for (let i = 0; i < count; i++) {
        const code = values[i * width + at]!
        if (!Number.isNaN(code)) seen.add(code)
      }
  const texts: (readonly string[] | undefined)[] = table.columns.map(() => undefined)
  for (const { at, dictionary, seen } of coded)
    texts[at] = Array.from(seen, (code) => dictionary[code]!)
  return texts
}

function scaling(
  { kind, transform = 'standardise' }: Pick<ColumnSchema, 'kind' | 'transform'>,
  found: ColumnMoments,
  standardise: boolean,
): Pick<TableColumn, 'centre' | 'scale' | 'range' | 'knots' | 'initial'> {
  const range = [found.low, found.high] as const
  const isPlain = transform === 'none' || (!standardise && kind === 'numeric')
  const initial = kind === 'count' ? { initial: initialCounts(found) } : {}
  if (isPlain) return { centre: 0, scale: 1, range, ...initial }
  const centred = { centre: found.mean, scale: found.deviation, range, ...initial }
  return transform === 'quantile' ? { ...centred, knots: quantileKnots(found.sample) } : centred
}

/** Bounds of the dispersion that counts start with: a few large ones must not make all others improbable. */
const INITIAL_DISPERSION = [0.01, 100] as const

/** Their mean μ, and r of the variance μ + μ² / r. */
function initialCounts({ plain: { mean, variance } }: ColumnMoments): TableColumn['initial'] {
  const [low, high] = INITIAL_DISPERSION
  const excess = variance - mean
  const dispersion = excess > 0 ? mean ** 2 / excess : high
  return { mean, dispersion: Math.min(high, Math.max(low, dispersion)) }
}

/**
 * The mapping of quantiles to those of a normal distribution, linear in between and beyond. Knots of equal value are
 * one knot.
 *
 * @param sample training values, at least two of them different
 */
function quantileKnots(sample: Float64Array): { x: number[]; y: number[] } {
  const sorted = sample.slice().sort()
  const x: number[] = []
  const y: number[] = []
  for (let k = 0; k < KNOTS; k++) {
    const share = k / (KNOTS - 1)
    const at = share * (sorted.length - 1)
    const below = Math.floor(at)
    const value =
      sorted[below]! + (at - below) * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!)
    // The ends are those of a sample of this size, and not infinite.
    const inside = (share * (sorted.length - 1) + 0.5) / sorted.length
    if (x.length > 0 && value <= x.at(-1)!) continue
    x.push(value)
    y.push(gaussianQuantile(inside))
  }
  return { x, y }
}
