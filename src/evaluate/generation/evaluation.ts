import type { SplitName } from '../../data/dataset.ts'
import { evaluatedValues } from '../../data/evaluated.ts'
import { evenPlaces } from '../../data/places.ts'
import { splitLabels } from '../../data/rows.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Floats } from '../../tensor/host.ts'
import { arrayRows } from '../../tensor/row-source.ts'
import { worded } from '../../tensor/wording.ts'
import { canSample } from '../../train/capabilities.ts'
import { evenClasses } from '../../train/classes.ts'
import { classLabelsOf } from '../../train/labels.ts'
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

/** Samples, and examples that they are compared with, unless another number is asked for. */
const EXAMPLES = 5000

/**
 * How like samples are to the examples of the split, and whether they cover them, in the features of a
 * classifier where the data has labels and in its own values. Samples are as many as examples, and draws
 * or means of p(x|z) as `sampleKind` has it; training examples in their place show how good a figure can be.
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
    const told = (figures: readonly Measure[]) => withKind(figures, kind, count)
    const some = (name: SplitName, most: number) =>
      evaluatedValues(data, name, evenPlaces(data.splits[name], most), seed)
    const sets = {
      real: some(split, count),
      samples: await samplesOf(context, count, kind),
      training: some('train', count),
    }
    const all = await novelty(trained.runtime, {
      samples: sets.samples,
      test: sets.real,
      training: some('train', Infinity),
    })
    const values = {
      ...sets,
      where: 'values',
      words: `the ${data.kind === 'image' ? 'pixels' : 'values'} themselves`,
    }
    const figures = [...(await likeness(context, values)), ...newness(all, split)]
    if (data.classes === undefined || data.classes < 2) return told(figures)
    options.onStage?.('the feature space')
    const space = await spaceOf(context)
    if (!space) return told(figures)
    try {
      options.onStage?.('samples')
      const inFeatures = await likeness(context, {
        real: await space.features(sets.real),
        samples: await space.features(sets.samples),
        training: await space.features(sets.training),
        where: 'features',
        words: nameOf(space),
      })
      return told([...inFeatures, ...figures])
    } finally {
      await space.close()
    }
  },
}

/** Figures that say what samples are. Nothing is drawn for a single example. */
const withKind = (figures: readonly Measure[], { kind, words }: SampleKind, examples: number) =>
  figures.map(
    (figure): Figure => ({
      ...figure,
      note: `${figure.note}; ${words}`,
      samplesAre: kind,
      examples,
      samples: 0,
    }),
  )

/** The feature space of the data; undefined, with a note, where no classifier can be trained on its labels. */
async function spaceOf({ trained, data, options, omit }: EvaluationContext) {
  try {
    return await (options.featureSpace ?? featureSpaceOf)(trained.runtime, data, {
      ...(options.signal && { signal: options.signal }),
      ...(options.onProgress && { onProgress: options.onProgress }),
    })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    omit(worded`the features of a classifier: ${error.wording}`)
    return undefined
  }
}

const nameOf = ({ name, test }: FeatureSpace): string =>
  test ? `${name}, ${(100 * test.accuracy).toFixed(2)} % right on the test split` : name

/** Draws or means of p(x|z) for codes from the prior; of a conditional model under the classes of the split. */
async function samplesOf(
  { trained, data, split, seed }: EvaluationContext,
  count: number,
  { kind }: SampleKind,
): Promise<Floats> {
  const codes = await trained.samplePrior(count, seed)
  const { model } = trained
  const places = evenPlaces(data.splits[split], count)
  const labels =
    model.labels === 'condition'
      ? (splitLabels(data, split, places) ?? evenClasses(count, classLabelsOf(model.info)))
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

async function likeness(context: EvaluationContext, sets: Compared): Promise<Measure[]> {
  const count = sets.real.shape[0]!
  const figures: Measure[] = []
  for (const { words, fewest, measured } of LIKENESS)
    if (count >= fewest) figures.push(...(await measured(context, sets)))
    else context.omit(`${words}: of ${fewest} examples and samples or more, got ${count}`)
  return figures
}

/** How samples are compared with examples, and how many of each it takes. */
const LIKENESS: readonly {
  readonly words: string
  readonly fewest: number
  measured(context: EvaluationContext, sets: Compared): Promise<Measure[]>
}[] = [
  { words: 'Fréchet distance', fewest: 2, measured: frechet },
  { words: 'precision and recall', fewest: 4, measured: precisionRecall },
  { words: 'density and coverage', fewest: 6, measured: densityCoverage },
]

const watching = ({ options: { signal } }: EvaluationContext) => (signal ? { signal } : {})

const share = (values: Float64Array) => {
  const { mean, error } = meanWithError(values)
  return { value: mean, standardError: error, unit: '', kind: 'metric' } as const
}

async function frechet(
  context: EvaluationContext,
  { real, samples, training, where, words }: Compared,
): Promise<Measure[]> {
  const moments = (x: Floats) => featureMoments(arrayRows(x), watching(context))
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
      note: `in ${words}; of as many training examples it is ${frechetDistance(ofReal, ofTraining).toPrecision(3)}; it depends on how many there are`,
    },
  ]
}

async function precisionRecall(
  context: EvaluationContext,
  { real, samples, where, words }: Compared,
): Promise<Measure[]> {
  const hooks = watching(context)
  const { precision, recall, k } = await precisionAndRecall(
    context.trained.runtime,
    { real, samples },
    hooks,
  )
  return [
    {
      ...share(precision),
      figure: `precision (${where})`,
      note: `share of samples among the examples (Kynkäänniemi et al. 2019, k = ${k}), in ${words}`,
    },
    {
      ...share(recall),
      figure: `recall (${where})`,
      note: `share of examples among the samples (k = ${k}), in ${words}`,
    },
  ]
}

async function densityCoverage(
  context: EvaluationContext,
  { real, samples, training, where, words }: Compared,
): Promise<Measure[]> {
  const { runtime } = context.trained
  const hooks = watching(context)
  const near = await densityAndCoverage(runtime, { real, samples }, hooks)
  const floor = await densityAndCoverage(runtime, { real, samples: training }, hooks)
  return (['density', 'coverage'] as const).map((which) => ({
    ...share(near[which]),
    figure: `${which} (${where})`,
    note: `Naeem et al. 2020, k = ${near.k}, in ${words}; of training examples ${meanWithError(floor[which]).mean.toFixed(3)}`,
  }))
}

function newness(
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
      note: `to the nearest training example, in the values; of ${split} examples it is ${usual.mean.toPrecision(4)}`,
    },
    {
      figure: 'samples nearer than examples',
      value: share.mean,
      standardError: share.error,
      unit: '',
      kind: 'metric',
      note: `probability that a sample is nearer to the training data than a ${split} example: 1/2 where it is as new, towards 1 where it is a copy (Meehan et al. 2020)`,
    },
  ]
}
