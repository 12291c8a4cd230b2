import { concat, type Tensor } from '../../graph/tensor.ts'
import { choices } from '../choices.ts'
import type { Distribution } from '../distribution.ts'
import { picked } from '../picked.ts'
import { LOG_RATE_BOUNDS } from '../poisson.ts'
import type { TableColumn } from './column.ts'
import { expand, expandedWidth, shownColumns } from './expand.ts'
import { categoriesOf, perColumn } from './layout.ts'
import { columnsLikelihood } from './likelihood.ts'

/**
 * A row as a vector of real numbers, `[B, F]`: what `expand` shows of its cells, without masks. Distances between rows
 * are measured in these units.
 */
export interface Features {
  readonly values: Tensor
  /** Whether each of them has a value. */
  readonly known: Tensor
}

const withoutMasks = (columns: readonly TableColumn[]) =>
  columns.map((column) => ({ ...column, gaps: false }))

/** F, the number of features of a row. */
export const featureCount = (columns: readonly TableColumn[]): number =>
  expandedWidth(withoutMasks(columns))

/** The features of cells `[B, C]`; those of a missing cell are 0. */
export const featuresOf = (columns: readonly TableColumn[], cells: Tensor): Features => ({
  values: expand(withoutMasks(columns), cells),
  known: picked(cells.equal(cells), shownColumns(columns)),
})

/** Whether each feature is a cell that has a density: Gaussian, or log-normal in the units of the file. */
export const areCells = (columns: readonly TableColumn[]): boolean =>
  featureCount(columns) === columns.length &&
  columns.every(({ distribution }) => ['gaussian', 'log-normal'].includes(distribution))

/**
 * p(row | features). Where all features are cells, each is Gaussian around its feature with σ = 1. Other features, such as
 * those of categories, have no density: then `logProb` is only minus half the squared error of the features that have
 * a value. A draw is the mean.
 *
 * @param features `[B, F]`
 */
export function aroundFeatures(columns: readonly TableColumn[], features: Tensor): Distribution {
  if (areCells(columns)) return columnsLikelihood(columns, features, {}, { sigma: 1 })
  const mean = () => cellsOf(columns, features)
  return {
    logProb(cells) {
      const { values, known } = featuresOf(columns, cells)
      return known.select(values.sub(features), 0).square().sum([1]).mul(-0.5)
    },
    mean,
    sample: mean,
    reparametrised: true,
  }
}

/** The cells that features are nearest to, `[B, C]`: of categories the one with the largest feature. */
function cellsOf(columns: readonly TableColumn[], features: Tensor): Tensor {
  const places = shownColumns(columns)
  const order: number[] = []
  const part = (kinds: readonly TableColumn['kind'][]) => {
    const indices = columns.flatMap(({ kind }, i) => (kinds.includes(kind) ? [i] : []))
    order.push(...indices)
    return indices
  }
  // The first place of a column of dates is its cell, before sine and cosine.
  const of = (indices: readonly number[]) =>
    picked(
      features,
      indices.map((i) => places.indexOf(i)),
    )
  const parts: Tensor[] = []
  const real = part(['numeric', 'positive', 'datetime'])
  if (real.length > 0) parts.push(of(real))
  const count = part(['count'])
  if (count.length > 0) {
    const own = count.map((i) => columns[i]!)
    const logarithm = of(count)
      .mul(perColumn(own, ({ scale }) => scale))
      .add(perColumn(own, ({ centre }) => centre))
    parts.push(logarithm.clip(0, LOG_RATE_BOUNDS[1]).exp().sub(1))
  }
  const binary = part(['binary'])
  if (binary.length > 0) parts.push(of(binary).greater(0).cast('float'))
  const categories = part(['categorical', 'ordinal'])
  if (categories.length > 0) {
    const sizes = categories.map((i) => categoriesOf(columns[i]!))
    const blocks = categories.flatMap((i, at) =>
      Array.from({ length: sizes[at]! }, (_, k) => places.indexOf(i) + k),
    )
    parts.push(choices(picked(features, blocks), sizes).mean())
  }
  return picked(
    concat(parts, 1),
    columns.map((_, i) => order.indexOf(i)),
  )
}
