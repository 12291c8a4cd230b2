import { constant, type Tensor } from '../../graph/tensor.ts'
import { UserError } from '../../tensor/errors.ts'
import { option, worded } from '../../tensor/wording.ts'
import { type Corruption, corrupt, type Population } from '../corruption.ts'
import type { Noise } from '../distribution.ts'
import type { TableColumn, TrainedKind } from './column.ts'

/** Kinds whose cells are real numbers, in standard deviations. */
const REAL: readonly TrainedKind[] = ['numeric', 'positive', 'datetime']

/**
 * A draw of q(x̃|x) for each row of cells `[B, C]` of a table.
 *
 * - `masking`: a missing value in place of the cell.
 * - `gaussian`: the cell plus σ ε, where cells are real numbers; counts and categories stay as they are.
 * - `swap`: the cell of the same column in another row, also if that is a missing value.
 *
 * @throws UserError for salt and pepper, which are pixels
 */
export function corruptCells(
  columns: readonly TableColumn[],
  x: Tensor,
  corruption: Corruption,
  noise: Noise,
  population?: (x: Tensor) => Population,
): Tensor {
  const shape = x.shape as readonly number[]
  switch (corruption.kind) {
    case 'masking':
      return noise.uniform(shape).less(corruption.probability).select(Number.NaN, x)
    case 'gaussian': {
      const sigma = columns.map(({ kind }) => (REAL.includes(kind) ? corruption.sigma : 0))
      return x.add(noise.normal(shape).mul(constant(sigma, [sigma.length])))
    }
    case 'salt-pepper':
      throw new UserError(
        worded`corruption: salt and pepper are black and white pixels; give ${option('corruption', 'swap:0.1')} or ${option('corruption', 'masking:0.25')} for a table`,
      )
    default:
      return corrupt(x, corruption, noise, population)
  }
}
