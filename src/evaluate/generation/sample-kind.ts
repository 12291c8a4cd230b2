import type { DataSet, SplitName } from '../../data/dataset.ts'
import { likelihoodChoice } from '../../models/likelihoods.ts'
import { type BuiltModel, lastStage } from '../../train/build.ts'
import { termKinds } from '../loss/stage-loss.ts'
import { hasOnlyLevels } from '../loss/value-levels.ts'

/** What the samples of a model are when they are compared with examples. */
export interface SampleKind {
  readonly kind: 'draws' | 'means'
  /** What is compared, for the note of a figure. */
  readonly words: string
}

/**
 * Samples are draws x ~ p(x|z) if the values of the data are outcomes of the likelihood: 0 and 1 under a Bernoulli
 * likelihood, the stored levels under a categorical one with as many. Means are smoother than any outcome, so
 * compared with outcomes they look precise and cover nothing. Otherwise samples are means of p(x|z): grey levels
 * are not outcomes of a Bernoulli variable, and the σ of a Gaussian likelihood is mostly reconstruction error,
 * which examples do not show as noise.
 */
export function sampleKind(model: BuiltModel, data: DataSet, split: SplitName): SampleKind {
  const examples = isBinarySplit(data, split) ? binaryExamples(data) : undefined
  if (!isTrainedByLikelihood(model)) {
    const against = examples ? `, compared with ${examples}` : ''
    return { kind: 'means', words: `samples are the generator's outputs, nothing drawn${against}` }
  }
  const means = (against: string): SampleKind => ({
    kind: 'means',
    words: `samples are means of p(x|z), ${against}`,
  })
  const draws = (of: string): SampleKind => ({
    kind: 'draws',
    words: `samples are draws x ~ p(x|z), compared with ${of}`,
  })
  const choice = likelihoodChoice(String(model.config.likelihood))
  switch (choice.kind) {
    case 'bernoulli':
      return examples
        ? draws(examples)
        : means('compared with grey levels, which are not outcomes of a Bernoulli variable')
    case 'categorical':
      return examples || hasOnlyLevels(data, split, choice.levels)
        ? draws(examples ?? `examples of the same ${choice.levels} levels`)
        : means(`compared with values that are not among its ${choice.levels} levels`)
    case 'columns':
      return draws('rows of the table')
    case 'gaussian':
      return means(
        `without the noise σ of the likelihood${examples ? `, compared with ${examples}` : ''}`,
      )
  }
}

const isBinarySplit = (data: DataSet, split: SplitName) => hasOnlyLevels(data, split, 2)

const binaryExamples = ({ binarize }: DataSet): string =>
  binarize === 'dynamic'
    ? 'examples of 0 and 1, each drawn once from its grey levels'
    : 'examples of 0 and 1'

/**
 * Whether the decoder is trained by p(x|z). If a discriminator judges the decoder's output instead, that output is
 * itself the sample, and no distribution around it was ever fitted.
 */
export function isTrainedByLikelihood(model: BuiltModel): boolean {
  const { reconstruction } = termKinds(model, lastStage(model))
  return reconstruction !== undefined && !reconstruction.metric
}
