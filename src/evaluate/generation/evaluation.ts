import type { SplitName } from '../../data/dataset.ts'
import { evaluatedValues } from '../../data/evaluated.ts'
import { evenIndices } from '../../data/indices.ts'
import { classLabelsOf } from '../../data/labels.ts'
import { splitLabels } from '../../data/rows.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Floats } from '../../tensor/host.ts'
import { arrayRows } from '../../tensor/row-source.ts'
import { worded } from '../../tensor/wording.ts'
import { canSample } from '../../train/capabilities.ts'
import { evenClasses } from '../../train/classes.ts'
import { comparedRows, isComparable, withGapsOf } from '../compared-rows.ts'
import type { EvaluationContext, GroupEvaluation } from '../group-evaluation.ts'
import type { Figure } from '../ledger/entry.ts'
import { meanWithError } from '../statistics/mean.ts'
import { densityAndCoverage } from './density-coverage.ts'
import { featureSpaceOf } from './feature-data.ts'
import type { FeatureSpace } from './feature-space.ts'
import { featureMoments, frechetDistance } from './frechet.ts'
import { nearerThanTest, novelty } from './novelty.ts'
import { precisionAndRecall } from './precision-recall.ts'
import { type SampleKind, sampleKind } from './sample-kind.ts'

type Measure = Omit<Figure, 'samples' | 'examples' | 'samplesAre'>

/** Number of samples by default, and of examples that they are compared with. */
const EXAMPLES = 5000

/**
 * How similar samples are to the examples of the split, and whether they cover them: in the values of the data
 * and, if it has labels, in the features of a classifier. There are as many samples as examples; `sampleKind`
 * decides whether they are draws or means of p(x|z). The same figures of training examples show how good a figure
 * can be.
 */
export const generation: GroupEvaluation = {
  group: 'generation',
  what: 'samples',
  applies: ({ trained: { model } }) => canSample(model),
  async figures(context) {
    const { data, split, trained, options, seed } = context
    const count = Math.min(
      options.examples ?? EXAMPLES,
      data.splits[split].rows.length,
      data.splits.train.rows.length,
    )
    const kind = sampleKind(trained.model, data, split)
    const withSampleKind = (figures: readonly Measure[]) => describedBy(kind, figures, count)
    const some = (name: SplitName, most: number) =>
      evaluatedValues(data, name, evenIndices(data.splits[name], most), seed)
    const { columns } = trained.model.info
    const compared = (rows: Floats) => comparedRows(trained.runtime, columns, rows)
    const real = some(split, count)
    const sets = {
      real: await compared(real),
      samples: await compared(withGapsOf(real, await samplesOf(context, count, kind))),
      training: await compared(some('train', count)),
    }
    const all = await novelty(trained.runtime, {
      samples: sets.samples,
      test: sets.real,
      training: await compared(some('train', Infinity)),
    })
    const values = {
      ...sets,
      where: 'values',
      words: isComparable(columns)
        ? `the ${data.kind === 'image' ? 'pixels' : 'values'} themselves`
        : `rows as the encoder sees them (numbers standardised, a place for each category, missing values 0; samples have the gaps of the ${split} rows)`,
    }
    const figures = [...(await similarity(context, values)), ...noveltyFigures(all, split)]
    if (data.classes === undefined || data.classes < 2) return withSampleKind(figures)
    options.onStage?.('the feature space')
    const space = await spaceOf(context)
    if (!space) return withSampleKind(figures)
    try {
      options.onStage?.('samples')
      const inFeatures = await similarity(context, {
        real: await space.features(sets.real),
        samples: await space.features(sets.samples),
        training: await space.features(sets.training),
        where: 'features',
        words: nameOf(space),
      })
      return withSampleKind([...inFeatures, ...figures])
    } finally {
      await space.close()
    }
  },
}

/** Figures with what their samples are. No draws belong to a single example. */
const describedBy = ({ kind, words }: SampleKind, figures: readonly Measure[], examples: number) =>
  figures.map(
    (figure): Figure => ({
      ...figure,
      note: `${figure.note}; ${words}`,
      samplesAre: kind,
      examples,
      samples: 0,
    }),
  )

/**
 * The feature space of the data; undefined, with the reason recorded, if no classifier can be trained on its
 * labels.
 */
async function spaceOf({ trained, data, options, omit }: EvaluationContext) {
  if (!isComparable(trained.model.info.columns)) {
    omit(
      'the features of a classifier: they are of real numbers, without categories, counts and missing values',
    )
    return undefined
  }
  try {
    return await (options.featureSpace ?? featureSpaceOf)(trained.runtime, data, {
      signal: options.signal,
      onProgress: options.onProgress,
    })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    omit(worded`the features of a classifier: ${error.wording}`)
    return undefined
  }
}

const nameOf = ({ name, test }: FeatureSpace): string =>
  test ? `${name}, ${(100 * test.accuracy).toFixed(2)} % correct on the test split` : name

/** Draws or means of p(x|z) for codes from the prior; for a conditional model, given the classes of the split. */
async function samplesOf(
  { trained, data, split, seed }: EvaluationContext,
  count: number,
  { kind }: SampleKind,
): Promise<Floats> {
  const codes = await trained.samplePrior(count, seed)
  const { model } = trained
  const indices = evenIndices(data.splits[split], count)
  const labels =
    model.labels === 'condition'
      ? (splitLabels(data, split, indices) ?? evenClasses(count, classLabelsOf(model.info)))
      : undefined
  return kind === 'draws' ? trained.draw(codes, seed, labels) : trained.decode(codes, labels)
}

interface Compared {
  readonly real: Floats
  readonly samples: Floats
  readonly training: Floats
  /** `features` or `values`. */
  readonly where: string
  /** What is compared, in words. */
  readonly words: string
}

async function similarity(context: EvaluationContext, sets: Compared): Promise<Measure[]> {
  const count = sets.real.shape[0]!
  const figures: Measure[] = []
  for (const { words, fewest, measured } of SIMILARITY)
    if (count >= fewest) figures.push(...(await measured(context, sets)))
    else context.omit(`${words}: needs ${fewest} examples and samples or more, got ${count}`)
  return figures
}

/** Ways to compare samples with examples, and how many of each they need. */
const SIMILARITY: readonly {
  readonly words: string
  readonly fewest: number
  measured(context: EvaluationContext, sets: Compared): Promise<Measure[]>
}[] = [
  { words: 'Fréchet distance', fewest: 2, measured: frechet },
  { words: 'precision and recall', fewest: 4, measured: precisionRecall },
  { words: 'density and coverage', fewest: 6, measured: densityCoverage },
]

const share = (values: Float64Array) => {
  const { mean, error } = meanWithError(values)
  return { value: mean, standardError: error, unit: '', kind: 'metric' } as const
}

async function frechet(
  context: EvaluationContext,
  { real, samples, training, where, words }: Compared,
): Promise<Measure[]> {
  const moments = (x: Floats) => featureMoments(arrayRows(x), { signal: context.options.signal })
  const [ofReal, ofSamples, ofTraining] = [
    await moments(real),
    await moments(samples),
    await moments(training),
  ]
  return [
    {
      figure: `Fréchet distance (${where})`,
      value: frechetDistance(ofReal, ofSamples),
      unit: `squared ${where}`,
      kind: 'metric',
      note: `in ${words}; for as many training examples it is ${frechetDistance(ofReal, ofTraining).toPrecision(3)}; depends on the number of examples`,
    },
  ]
}

async function precisionRecall(
  context: EvaluationContext,
  { real, samples, where, words }: Compared,
): Promise<Measure[]> {
  const { trained, options } = context
  const sets = { real, samples }
  const { precision, recall, k } = await precisionAndRecall(trained.runtime, sets, {
    signal: options.signal,
  })
  return [
    {
      ...share(precision),
      figure: `precision (${where})`,
      note: `share of samples that lie among the examples (Kynkäänniemi et al. 2019, k = ${k}), in ${words}`,
    },
    {
      ...share(recall),
      figure: `recall (${where})`,
      note: `share of examples that lie among the samples (k = ${k}), in ${words}`,
    },
  ]
}

async function densityCoverage(
  context: EvaluationContext,
  { real, samples, training, where, words }: Compared,
): Promise<Measure[]> {
  const { runtime } = context.trained
  const { signal } = context.options
  const near = await densityAndCoverage(runtime, { real, samples }, { signal })
  const floor = await densityAndCoverage(runtime, { real, samples: training }, { signal })
  return (['density', 'coverage'] as const).map((which) => ({
    ...share(near[which]),
    figure: `${which} (${where})`,
    note: `Naeem et al. 2020, k = ${near.k}, in ${words}; for training examples ${meanWithError(floor[which]).mean.toFixed(3)}`,
  }))
}

function noveltyFigures(
  distances: { readonly samples: Float64Array; readonly test: Float64Array },
  split: string,
): Measure[] {
  const { samples, test } = distances
  const [near, usual] = [meanWithError(samples), meanWithError(test)]
  const share = meanWithError(nearerThanTest({ samples, test }))
  return [
    {
      figure: 'distance of samples to training',
      value: near.mean,
      standardError: near.error,
      unit: 'Euclidean distance',
      kind: 'metric',
      note: `to the nearest training example, in the values; for ${split} examples it is ${usual.mean.toPrecision(4)}`,
    },
    {
      figure: 'samples nearer than examples',
      value: share.mean,
      standardError: share.error,
      unit: '',
      kind: 'metric',
      note: `probability that a sample is nearer to the training data than a ${split} example: 1/2 if samples are as new, near 1 if they are copies (Meehan et al. 2020)`,
    },
  ]
}
