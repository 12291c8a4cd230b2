import type { DataSet } from '../../data/dataset.ts'
import type { Runtime } from '../../runtime/session.ts'
import { type FeatureSpace, type FeatureSpaceOptions, featureSpace } from './feature-space.ts'

/** Makes the feature space of a data set. */
export type FeatureSpaceMaker = (
  runtime: Runtime,
  data: DataSet,
  options?: Omit<FeatureSpaceOptions, 'parameters'>,
) => Promise<FeatureSpace>

/**
 * The feature space of a data set, trained on all its examples except the test split, so that all runs on the data
 * share one space however many examples they keep for validation.
 *
 * @throws UserError if the data has no labels
 */
export const featureSpaceOf: FeatureSpaceMaker = (runtime, data, options) =>
  featureSpace(runtime, withoutValidation(data), options)

export function withoutValidation(data: DataSet): DataSet {
  const { train, validation } = data.splits
  if (validation.store !== train.store) return data
  const rows = Int32Array.from([...train.rows, ...validation.rows]).sort()
  return { ...data, splits: { ...data.splits, train: { ...train, rows } } }
}
