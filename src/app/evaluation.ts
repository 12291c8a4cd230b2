import type { DataSet, SplitName } from '../data/dataset.ts'
import { type Evaluation, evaluate } from '../evaluate/evaluate.ts'
import type { FeatureSpaceMaker } from '../evaluate/generation/feature-data.ts'
import { type EvaluationOptions, requireEvaluationOptions } from '../evaluate/options.ts'
import type { TrainedModel } from '../train/trained.ts'
import type { RunConfig } from './config.ts'

/**
 * How a trained model is evaluated on the data that it was trained on: everything drawn is seeded as its training was.
 *
 * @param dataOf reads that data; called once the options have been checked
 * @param featureSpace the space that samples are compared in, unless a caller chooses another
 */
export const evaluationOf =
  (
    trained: TrainedModel,
    { train }: Pick<RunConfig, 'train'>,
    dataOf: () => Promise<DataSet>,
    featureSpace?: FeatureSpaceMaker,
  ) =>
  async (split: SplitName, options: EvaluationOptions = {}): Promise<Evaluation> => {
    requireEvaluationOptions(split, options)
    return evaluate(trained, await dataOf(), split, train.seed, { featureSpace, ...options })
  }
