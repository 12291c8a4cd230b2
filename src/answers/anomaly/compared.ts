import { shownColumns } from '../../distributions/columns/expand.ts'
import { comparedRows, withGapsOf } from '../../evaluate/compared-rows.ts'
import type { Floats, HostTensor } from '../../tensor/host.ts'
import { hostTensor } from '../../tensor/host.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { withinReach, withinTraining } from '../within-training.ts'
import type { ScoredExamples } from './example-scorer.ts'

/** Examples and their reconstructions as vectors of real numbers, `[n, F]` each: see `comparedRows`. */
export interface Compared {
  readonly given: Floats
  readonly restored: Floats
}

/** Both are 0 where a value is missing. */
export async function comparedWithReconstructions(
  trained: TrainedModel,
  examples: ScoredExamples,
): Promise<Compared> {
  const { runtime, model } = trained
  const { labels } = examples
  const values = withinReach(model.info.columns, examples.values)
  const restored = await trained.reconstruct(withinTraining(model.info.columns, values), labels)
  const compared = (rows: Floats) => comparedRows(runtime, model.info.columns, rows)
  return { given: await compared(values), restored: await compared(withGapsOf(values, restored)) }
}

/** The column that each of the F numbers shows; pixels show themselves. */
export function comparedColumns({ model: { info } }: Pick<TrainedModel, 'model'>): number[] {
  const { columns, dimension } = info
  if (!columns) return Array.from({ length: dimension }, (_, d) => d)
  return shownColumns(columns.map((column) => ({ ...column, gaps: false })))
}

/** Numbers `[n, F]` added up for each of D columns: `[n, D]`. */
export function summedByColumn(
  { shape, data }: HostTensor<'float64'> | Floats,
  columns: readonly number[],
  dimension: number,
): HostTensor<'float64'> {
  const [count, width] = shape as readonly [number, number]
  const sums = new Float64Array(count * dimension)
  for (let at = 0; at < data.length; at++)
    sums[Math.floor(at / width) * dimension + columns[at % width]!]! += data[at]!
  return hostTensor('float64', [count, dimension], sums)
}
