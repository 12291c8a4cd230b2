import type { Tensor } from '../../graph/tensor.ts'
import { cutPointsOf } from '../ordinal.ts'
import type { TableColumn } from './column.ts'
import { categoriesOf, type GroupName, layoutOf } from './layout.ts'

/** What of a table's likelihood is fixed, and what is learned. */
export interface ColumnsOptions {
  /**
   * The σ of Gaussian, log-normal and Student-t columns in units of their cells: one that is given, or a learned one for
   * each column (default) or for all.
   */
  readonly sigma?: number | 'per-column' | 'global' | undefined
  /** The degrees of freedom of Student-t columns: given, or learned for each column (default). */
  readonly degrees?: number | 'per-column' | undefined
}

/** A learned parameter of the likelihood itself. */
export interface ColumnsParameter {
  readonly name: keyof ColumnsParameters
  readonly shape: readonly number[]
  /** The value of all its elements before training. */
  readonly initial: number
}

/** Learned parameters, as `columnParameters` lists them; columns are in the order of their groups. */
export interface ColumnsParameters {
  /** log σ of Gaussian and log-normal, then of Student-t columns, or `[]` for all of them. */
  readonly logSigma?: Tensor | undefined
  /** log ν of Student-t columns. */
  readonly logDegrees?: Tensor | undefined
  /** log r of negative binomial columns. */
  readonly logDispersion?: Tensor | undefined
  /** What the cut points of ordinal columns are made of. */
  readonly cutPoints?: Tensor | undefined
}

/** Student-t columns start in between a Gaussian and heavy tails. */
const INITIAL_DEGREES = 4

/** Which learned parameters the likelihood of these columns has. */
export function columnParameters(
  columns: readonly TableColumn[],
  { sigma = 'per-column', degrees = 'per-column' }: ColumnsOptions = {},
): ColumnsParameter[] {
  const { groups } = layoutOf(columns)
  const of = (name: GroupName) => groups.find((group) => group.name === name)?.columns ?? []
  const parameters: ColumnsParameter[] = []
  const add = (name: ColumnsParameter['name'], size: number, initial: number) => {
    if (size > 0) parameters.push({ name, shape: [size], initial })
  }
  const spread = of('gaussian').length + of('student-t').length
  if (sigma === 'global' && spread > 0) parameters.push({ name: 'logSigma', shape: [], initial: 0 })
  if (sigma === 'per-column') add('logSigma', spread, 0)
  if (degrees === 'per-column') add('logDegrees', of('student-t').length, Math.log(INITIAL_DEGREES))
  add('logDispersion', of('negative-binomial').length, 0)
  add('cutPoints', cutPointsOf(of('ordinal').map(categoriesOf)), 0)
  return parameters
}
