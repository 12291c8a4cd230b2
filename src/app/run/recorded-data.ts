import type { DataSet } from '../../data/dataset.ts'
import { UserError } from '../../tensor/errors.ts'
import type { RunConfig } from '../config.ts'

/** What a run's configuration records in place of a file's name if an array was given. */
export const ARRAY = 'array'

/** Refuses data that is not what the run was started on. */
export function requireSameData(config: RunConfig, data: DataSet): void {
  const { dataHash, example } = config
  if (dataHash === undefined || dataHash === data.hash) return
  const labelled = example?.classes === undefined ? '' : ' with labels'
  const of = example ? ` of examples of shape [${example.exampleShape.join(', ')}]${labelled}` : ''
  throw new UserError(
    `${data.name}: the data has changed since the run was started: its hash is ${data.hash.slice(0, 12)}, expected ${dataHash.slice(0, 12)}${of}`,
  )
}
