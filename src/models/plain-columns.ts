import type { TrainedKind } from '../distributions/columns/column.ts'
import { featureCount } from '../distributions/columns/features.ts'
import { UserError } from '../tensor/errors.ts'
import type { ExampleInfo } from './model.ts'

/**
 * Refuses a table for a model that needs examples to be vectors of real numbers: nothing missing, no categories and
 * no counts, and a decoder whose outputs are such vectors too.
 *
 * @param why of the model, to follow its name: `compares examples by a discriminator`
 * @throws UserError naming the first column that is not plain
 */
export function requirePlainColumns(model: string, why: string, { columns }: ExampleInfo): void {
  const other = columns?.find(
    (column) => column.gaps || featureCount([column]) !== 1 || !REAL.includes(column.kind),
  )
  if (!other) return
  const what = other.gaps ? 'has missing values' : `is of kind ${other.kind}`
  throw new UserError(
    `model: ${model} ${why}, so it needs real numbers in every column; column ${JSON.stringify(other.name)} ${what}; choose another model, or leave such columns out by a schema`,
  )
}

const REAL: readonly TrainedKind[] = ['numeric', 'positive', 'datetime']
