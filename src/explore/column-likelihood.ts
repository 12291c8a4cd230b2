import type { ColumnsDistribution } from '../distributions/columns/likelihood.ts'
import type { Distribution } from '../distributions/distribution.ts'
import { Tensor } from '../graph/tensor.ts'
import type { Floats } from '../tensor/host.ts'
import { inParts } from '../train/in-parts.ts'
import { conditions, inferenceMode, type Labels, type WithParameters } from '../train/trained.ts'

const isOfColumns = (distribution: Distribution): distribution is ColumnsDistribution =>
  'logProbPerColumn' in distribution

/**
 * -log p of each cell of rows `[n, C]` given the mean code of its row, `[n, C]`, in nats and in the units of the file; 0 where
 * a cell is missing or of a category that training has not seen. Undefined if the model has no code, or no likelihood of
 * columns.
 */
export async function columnSurprise(
  { model, parameters, runtime }: WithParameters,
  x: Floats,
  labels?: Labels,
): Promise<Floats | undefined> {
  const { posterior, likelihood, info } = model
  if (!posterior || !likelihood || !info.columns) return undefined
  const mode = inferenceMode(model)
  const input = Tensor.input('x', ['batch', info.dimension])
  const distribution = likelihood(posterior(input, mode).mean(), mode)
  if (!isOfColumns(distribution)) return undefined
  const session = await runtime.compile({ surprise: distribution.logProbPerColumn(input).neg() })
  try {
    await session.bind(parameters)
    const io = { input: 'x', output: 'surprise', width: info.dimension }
    return await inParts(session, x, conditions(model, x, labels), io)
  } finally {
    await session.close()
  }
}

/** A row, and the columns that make it unlikely. */
export interface OddRow {
  /** Its index among the rows. */
  readonly row: number
  /** -log p of the row, the sum over its columns, in nats. */
  readonly total: number
  /** The columns whose -log p exceeds the mean of that column over all rows most, in decreasing order. */
  readonly columns: readonly { readonly column: number; readonly excess: number }[]
}

/**
 * The rows of the largest -log p, in decreasing order. A column is compared with its own mean over the rows in which it
 * has a value, since densities depend on its unit: in days a date has other nats than in seconds.
 *
 * @param surprise `[n, C]`, as from `columnSurprise`
 * @param isKnown whether a cell, by its position in `surprise`, has a value
 */
export function oddestRows(
  { shape, data }: Floats,
  isKnown: (at: number) => boolean,
  { rows: most, columns: mostColumns }: { readonly rows: number; readonly columns: number },
): OddRow[] {
  const [count, width] = shape as readonly [number, number]
  const [sums, known] = [new Float64Array(width), new Float64Array(width)]
  const totals = new Float64Array(count)
  data.forEach((value, at) => {
    totals[Math.floor(at / width)]! += value
    if (!isKnown(at)) return
    sums[at % width]! += value
    known[at % width]! += 1
  })
  return Array.from(totals, (total, row) => ({ total, row }))
    .sort((a, b) => b.total - a.total || a.row - b.row)
    .slice(0, most)
    .map(({ row, total }) => {
      const columns = Array.from({ length: width }, (_, column) => {
        const at = row * width + column
        return { column, excess: isKnown(at) ? data[at]! - sums[column]! / known[column]! : 0 }
      })
      const largest = columns.filter(({ excess }) => excess > 0).sort((a, b) => b.excess - a.excess)
      return { row, total, columns: largest.slice(0, mostColumns) }
    })
}
