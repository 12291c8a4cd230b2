import type { DataSet, SplitName } from '../data/dataset.ts'
import { type Evaluation, evaluate } from '../evaluate/evaluate.ts'
import type { FeatureSpaceMaker } from '../evaluate/generation/feature-data.ts'
import { type EvaluationOptions, requireEvaluationOptions } from '../evaluate/options.ts'
import type { TrainedModel } from '../train/trained.ts'
import type { RunConfig } from './config.ts'

/**
 * Evaluates a trained model on the data that it was trained on, with the seed of its training.
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
    return evaluate(trained, await dataOf(), split, train.seed, {
      ...options,
      featureSpace: options.featureSpace ?? featureSpace,
    })
  }
