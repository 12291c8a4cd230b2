import { classLabelsOf } from '../../data/labels.ts'
import { comparedRows, withGapsOf } from '../../evaluate/compared-rows.ts'
import { sampleKind } from '../../evaluate/generation/sample-kind.ts'
import { nearestNeighbours } from '../../evaluate/neighbours/nearest-neighbours.ts'
import { totalVariance } from '../../evaluate/statistics/variance.ts'
import type { Runtime } from '../../runtime/session.ts'
import { type Floats, rowsBetween } from '../../tensor/host.ts'
import { canSample } from '../../train/capabilities.ts'
import { evenClasses } from '../../train/classes.ts'
import { balanced } from './adversary.ts'
import { advice, defaultOf, usualRate } from './advice.ts'
import type { Check, ExaminedRun, Suggestion } from './finding.ts'

/** Samples that are drawn, and test examples that they are compared with. */
const [SAMPLES, EXAMPLES] = [256, 1000]

/** Samples have collapsed below this share of the variance that they could have. */
const COLLAPSED = 0.2

/** Distance of a sample from the data, as a share of that of two examples, from which on it resembles none. */
const FAR = 0.75

/** Distances are measured between values below this. */
const MEASURABLE = 1e15

const isMeasurable = (value: number): boolean => Math.abs(value) < MEASURABLE

/** How samples compare with examples. */
export interface SampleMeasures {
  /** Total variance of the samples: the sum over the columns. */
  readonly variance: number
  /** Total variance of the examples. */
  readonly exampleVariance: number
  /** Median squared distance of a sample to its nearest example. */
  readonly nearest: number
  /** Median squared distance of an example to its nearest other example. */
  readonly exampleNearest: number
}

/**
 * Compares samples `[m, D]` with examples `[n, D]`. The mean squared distance of two independent rows is twice
 * their total variance, so `variance / exampleVariance` compares the diversity of samples with that of the data,
 * and `nearest / (2 exampleVariance)` their distance to the data with that of two examples picked at random.
 */
export async function measureSamples(
  runtime: Runtime,
  samples: Floats,
  examples: Floats,
): Promise<SampleMeasures> {
  const nearest = async (x: Floats, withoutSelf: boolean) =>
    median((await nearestNeighbours(runtime, x, examples, { k: 1, withoutSelf })).squaredDistances)
  return {
    variance: totalVariance(samples),
    exampleVariance: totalVariance(examples),
    nearest: await nearest(samples, false),
    exampleNearest: await nearest(examples, true),
  }
}

const median = (values: Float64Array): number => values.slice().sort()[values.length >> 1]!

/** Samples that are all alike, or that resemble no example. */
export const brokenSamples: Check = async (examined) => {
  const { trained } = examined
  if (!trained || !canSample(trained.run.model)) return undefined
  const { x, cells, restored } = trained.outputs
  if (x.shape[0]! < 2) return undefined
  const { runtime, model } = trained.run
  const drawn = await drawnSamples(examined)
  const samples = await comparedRows(
    runtime,
    model.info.columns,
    cells ? withGapsOf(cells, drawn) : drawn,
  )
  // Squares of these overflow float32; such data has outliers, and such a model numbers that are not finite.
  if (![samples, x].every(({ data }) => data.every(isMeasurable))) return undefined
  const some = rowsBetween(x, 0, Math.min(EXAMPLES, x.shape[0]!))
  const measures = await measureSamples(runtime, samples, some)
  // Noise of the data that a decoder does not reproduce is missing in its samples as in its reconstructions.
  const possible = restored
    ? Math.min(measures.exampleVariance, totalVariance(restored))
    : measures.exampleVariance
  return judged(examined, measures, possible)
}

function judged(
  examined: ExaminedRun,
  measures: SampleMeasures,
  possible: number,
): ReturnType<Check> {
  const { variance, exampleVariance, nearest, exampleNearest } = measures
  const share = variance / exampleVariance
  const distance = nearest / (2 * exampleVariance)
  if (variance < COLLAPSED * possible)
    return {
      name: 'collapsed-samples',
      what: 'Samples vary far less than the data: codes drawn from the prior are decoded to much the same example.',
      evidence: `the variance of ${SAMPLES} samples is ${percent(share)} of that of test examples${possible < exampleVariance ? `, and that of reconstructions ${percent(possible / exampleVariance)}` : ''}`,
      ...remedy(examined),
    }
  if (distance < FAR || nearest < 2 * exampleNearest) return undefined
  return {
    name: 'samples-unlike-data',
    what: 'Samples resemble no example.',
    evidence: `the squared distance of a sample to the nearest test example is ${nearest.toPrecision(3)} (median of ${SAMPLES}), ${percent(distance)} of that of two examples picked at random; that of a test example to the nearest other is ${exampleNearest.toPrecision(3)}`,
    ...remedy(examined),
  }
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`

/** Seeded samples: draws or means of p(x|z), whichever can be compared with examples. */
async function drawnSamples({ trained, data }: ExaminedRun): Promise<Floats> {
  const { run } = trained!
  const codes = await run.samplePrior(SAMPLES, 0)
  const labels =
    run.model.labels === 'condition'
      ? evenClasses(SAMPLES, classLabelsOf(run.model.info))
      : undefined
  return sampleKind(run.model, data, 'test').kind === 'draws'
    ? run.draw(codes, 0, labels)
    : run.decode(codes, labels)
}

/** Options that bring the decoder's codes and the prior together, or a generator to life. */
function remedy(examined: ExaminedRun): Suggestion {
  const { config } = examined
  const { lr, epochs } = config.train
  const isAdversarial = examined.trained!.run.model.stages.at(-1)!.phases.length > 1
  if (isAdversarial) return balanced(examined)
  // What pulls codes towards the prior, at less than its default.
  const weights = ['beta', 'lambda'].map((name) => {
    const [own, usual] = [config.options[name], Number(defaultOf(examined, name))]
    return typeof own === 'number' && own < usual && { [name]: usual }
  })
  const usual = usualRate(examined)
  const training = lr > 2 * usual ? { lr: usual } : { epochs: 2 * epochs }
  return advice(
    examined,
    [...weights, training],
    'give the term that pulls codes towards the prior a larger weight',
  )
}
