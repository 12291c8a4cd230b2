import { evaluatedValues, exampleNumbers } from '../../data/evaluated.ts'
import { evenIndices } from '../../data/indices.ts'
import { splitClasses, splitLabels } from '../../data/rows.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import { principalComponents } from '../../tensor/principal-components.ts'
import type { RowSource } from '../../tensor/row-source.ts'
import { canSample, hasRandomCode, priorKind } from '../../train/capabilities.ts'
import { COMPARED_NOTE, comparedRows, isComparable } from '../compared-rows.ts'
import type { EvaluationContext, GroupEvaluation } from '../group-evaluation.ts'
import { averaged, type Figure } from '../ledger/entry.ts'
import { klDecomposition } from '../likelihood/kl-decomposition.ts'
import { nearestNeighbours } from '../neighbours/nearest-neighbours.ts'
import { proportionInterval } from '../statistics/intervals.ts'
import { effectiveRank } from './effective-rank.ts'
import { fitLinearProbe, PENALTY, probedClasses } from './linear-probe.ts'
import { correctness, votedClasses } from './nearest-class.ts'

/** Neighbours that vote. */
const K = 5

/** Examples whose posteriors make up the aggregated one. */
const AGGREGATED = 2000

/** Labelled training examples that classes are learned from, by default. */
const LABELLED = 10_000

/**
 * What can be read from codes: classes, by a linear probe and by nearest neighbours, compared with the same from
 * the values themselves and from as many principal components; and how the code is used.
 */
export const representation: GroupEvaluation = {
  group: 'representation',
  what: 'codes',
  applies: ({ trained: { model } }) => model.posterior !== undefined,
  async figures(context) {
    const { data } = context
    const [codes, classes] = [await usage(context), data.classes ?? 0]
    // A code that is combined with the label need not contain it, so a probe says nothing about the data.
    const probed = classes > 1 && context.trained.model.labels !== 'condition'
    return [...codes, ...(probed ? await readings(context) : [])]
  },
}

/** How much of the code is used, and how much information it carries. */
async function usage(context: EvaluationContext): Promise<Figure[]> {
  const { data, split, trained, options, seed, omit } = context
  const { model } = trained
  const indices = evenIndices(data.splits[split], options.examples ?? AGGREGATED)
  if (indices.length < 2) {
    omit('how much of the code is used: needs 2 examples or more, got 1')
    return []
  }
  const x = evaluatedValues(data, split, indices, seed)
  const labels = splitLabels(data, split, indices)
  const shared = { examples: indices.length, samples: 0, kind: 'metric' } as const
  const { effectiveRank: rank, participationRatio } = await effectiveRank(
    await trained.encode(x, labels),
  )
  const ranks: Figure[] = [
    {
      ...shared,
      figure: 'effective rank of codes',
      value: rank,
      unit: `of ${model.latent}`,
      note: 'e to the entropy of the normalised singular values of the mean codes (Roy and Vetterli 2007)',
    },
    {
      ...shared,
      figure: 'participation ratio of codes',
      value: participationRatio,
      unit: `of ${model.latent}`,
      note: '(Σ λ)² / Σ λ² of the variances along the principal axes of the mean codes',
    },
  ]
  if (!canSample(model) || !hasRandomCode(model)) return ranks
  const found = await klDecomposition(trained, x, {
    seed,
    numbers: exampleNumbers(data, split, indices),
    labels,
    rowsPerCall: trained.rowsPerCall,
    signal: options.signal,
  })
  const kl = Array.from(found.perDimension).sort((a, b) => b - a)
  const most = Math.log(found.examples)
  return [
    ...ranks,
    ...(priorKind(model) === 'binary'
      ? []
      : [
          {
            ...shared,
            figure: 'active units',
            value: found.active.count,
            unit: `of ${model.latent}`,
            note: 'dimensions whose mean code varies by more than 0.01 (Burda et al. 2016)',
          } satisfies Figure,
        ]),
    {
      ...shared,
      ...averaged(found.kl),
      figure: 'KL(q(z|x) ‖ p(z)), of these examples',
      unit: 'nats per example',
      note: `by dimension, largest first: ${kl.map((value) => value.toFixed(2)).join(' ')}`,
    },
    {
      ...shared,
      figure: 'mutual information of x and z under q',
      value: found.mutualInformation.value,
      drawingError: found.mutualInformation.error,
      unit: 'nats',
      samples: 1,
      note: `the KL term minus that of the aggregated posterior (Hoffman and Johnson 2016); with ${counted(found.examples, 'example')} it cannot exceed ln ${grouped(found.examples)} = ${most.toFixed(2)}`,
    },
    {
      ...shared,
      figure: 'KL(q(z) ‖ p(z)) of the aggregated posterior',
      value: found.marginalKl.value,
      drawingError: found.marginalKl.error,
      unit: 'nats',
      samples: 1,
      note: `q(z) is the mean of the posteriors of the ${counted(found.examples, 'example')}`,
    },
  ]
}

/** Classes read from the codes, values and components of the split, as learned from training examples. */
async function readings(context: EvaluationContext): Promise<Figure[]> {
  const { data, split, trained, options, seed, hashes, omit } = context
  const { model, runtime } = trained
  const trainIndices = evenIndices(data.splits.train, Math.max(options.examples ?? 0, LABELLED))
  // A training example must be neither its own neighbour nor one that the probe is fitted to.
  const testIndices =
    split === 'train' ? [] : evenIndices(data.splits[split], options.examples ?? Infinity)
  if (testIndices.length === 0) return []
  for (const name of ['train', split] as const)
    if (!data.splits[name].labels) {
      omit(`classes cannot be read from codes, because the ${name} examples have no labels`)
      return []
    }
  const trainClasses = splitClasses(data, 'train', trainIndices)!
  const testClasses = splitClasses(data, split, testIndices)!
  const cells = {
    train: evaluatedValues(data, 'train', trainIndices, seed),
    test: evaluatedValues(data, split, testIndices, seed),
  }
  const { columns } = model.info
  const train = await comparedRows(runtime, columns, cells.train)
  const test = await comparedRows(runtime, columns, cells.test)
  const isPlain = isComparable(columns)
  const identity = {
    examples: testIndices.length,
    ...(hashes.labels && { labelsHash: hashes.labels }),
  }
  const count = Math.min(model.latent, model.info.dimension, trainIndices.length)
  if (!isPlain) omit('principal components: categories, counts and missing values have none')
  const pca = isPlain ? await projected(context, count, [train, test]) : undefined
  const spaces: readonly [string, Floats, Floats][] = [
    [
      'codes',
      await trained.encode(cells.train, trainClasses),
      await trained.encode(cells.test, testClasses),
    ],
    ['values', train, test],
    ...(pca
      ? ([[`${count} principal components`, pca[0]!, pca[1]!]] satisfies [string, Floats, Floats][])
      : []),
  ]
  const seenAs = (space: string) => (isPlain || space === 'codes' ? '' : `; ${COMPARED_NOTE}`)
  const figures: Figure[] = []
  const { signal } = options
  for (const [name, a, b] of spaces) {
    options.onStage?.(`a linear probe of ${name}`)
    const probe = await fitLinearProbe(runtime, a, trainClasses, { classes: data.classes!, signal })
    const probed = correctness(await probedClasses(runtime, probe, b), testClasses)
    figures.push({
      ...share(probed),
      ...identity,
      figure: `linear probe accuracy, from ${name}`,
      note: `multinomial logistic regression on ${counted(trainIndices.length, 'labelled training example')}, standardised, penalty ${PENALTY} ‖W‖² / 2${seenAs(name)}`,
    })
  }
  if (trainIndices.length < K) {
    omit(
      `the vote of the ${K} nearest needs ${K} training examples or more, got ${trainIndices.length}`,
    )
    return figures
  }
  for (const [name, a, b] of spaces) {
    options.onStage?.(`neighbours by ${name}`)
    const neighbours = await nearestNeighbours(runtime, b, a, { k: K, signal })
    const voted = correctness(votedClasses(neighbours, trainClasses), testClasses)
    figures.push({
      ...share(voted),
      ...identity,
      figure: `nearest-neighbour accuracy, from ${name}`,
      note: `vote of the ${K} nearest of ${counted(trainIndices.length, 'labelled training example')} by Euclidean distance${seenAs(name)}`,
    })
  }
  return figures
}

/** A proportion with Wilson's interval. */
function share(correct: Float64Array): Omit<Figure, 'figure'> {
  const successes = correct.reduce((sum, value) => sum + value, 0)
  const { estimate, low, high } = proportionInterval(successes, correct.length)
  return {
    value: estimate,
    interval: [low, high],
    values: correct,
    unit: 'share',
    samples: 0,
    kind: 'metric',
  }
}

/** Coordinates of rows on the first principal components of the training split. */
async function projected(
  { data, seed }: EvaluationContext,
  count: number,
  sets: readonly Floats[],
): Promise<Floats[]> {
  const { store, rows } = data.splits.train
  const training: RowSource = {
    count: rows.length,
    dimension: store.width,
    dtype: 'float32',
    chunk: (start, end) =>
      evaluatedValues(
        data,
        'train',
        Array.from({ length: end - start }, (_, i) => start + i),
        seed,
      ).data,
  }
  const { mean, components } = await principalComponents(training, { count, seed: 0 })
  return sets.map(({ shape, data: values }) => {
    const [rows, width] = shape as readonly [number, number]
    const out = new Float32Array(rows * count)
    for (let i = 0; i < rows; i++)
      for (let c = 0; c < count; c++) {
        const component = components[c]!
        let sum = 0
        for (let d = 0; d < width; d++) sum += (values[i * width + d]! - mean[d]!) * component[d]!
        out[i * count + c] = sum
      }
    return hostTensor('float32', [rows, count], out)
  })
}
