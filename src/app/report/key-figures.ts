import type { Evaluation } from '../../evaluate/evaluate.ts'
import { formatFigure, type MeasuredEntry } from '../../evaluate/ledger/entry.ts'
import { ACTIVE_VARIANCE } from '../../evaluate/likelihood/active-units.ts'
import { columnScale } from '../../evaluate/representation/standardise.ts'
import { columnVariances, squaredError, totalVariance } from '../../evaluate/statistics/variance.ts'
import { likelihoodChoice } from '../../models/likelihoods.ts'
import type { KeyFigure } from '../../report/verdict.ts'
import { counted, percent } from '../../tensor/numbers.ts'
import { lastStage } from '../../train/build.ts'
import { canSample, hasCode, hasRandomCode } from '../../train/capabilities.ts'
import { bestBaseline } from '../answers/detection.ts'
import type { TestOutputs } from '../doctor/finding.ts'
import { type ReportSource, SAMPLE_SEED } from './source.ts'

/** What the key figures are computed from. */
export interface Measured extends Pick<ReportSource, 'run' | 'data' | 'detection'> {
  /** Of the test split; undefined if it is empty. */
  readonly evaluation: Evaluation | undefined
  readonly outputs: TestOutputs | undefined
}

const MOST = 3
const SAMPLES = 256

/** The figure of reconstructions, which has a title of its own here, and the end of the name of its mean. */
const SQUARED_ERROR = 'squared error'

/**
 * Up to three figures that say how good a model is, each with what it is compared with: first those that fit what the
 * model is for, then the first of the ledger. They cost little beside the rest of a report.
 */
export async function keyFigures(measured: Measured): Promise<KeyFigure[]> {
  const { model } = measured.run
  const chosen = [
    detectionFigure(measured),
    lastStage(model).phases.length > 1 ? undefined : lossFigure(measured),
    reconstructionFigure(measured) ?? columnsFigure(measured),
    await varietyFigure(measured),
    hasRandomCode(model) ? informationFigure(measured) : undefined,
    discriminatorFigure(measured),
    hasRandomCode(model) ? undefined : codeFigure(measured),
  ].flatMap((found) => found ?? [])
  const shown = chosen.map(({ title }) => title)
  const others = (measured.evaluation?.ledger ?? [])
    .filter(({ figure }) => !shown.includes(figure) && !figure.endsWith(SQUARED_ERROR))
    .map((entry) => keyFigure(entry, KINDS[entry.kind]))
  return [...chosen, ...others].slice(0, MOST)
}

const KINDS = {
  bound: 'An upper bound on the negative log-likelihood: lower is better.',
  objective: 'A part of what training minimises: lower is better, and it bounds nothing.',
  error: 'An error of reconstructions: lower is better.',
  metric: 'Reported, and not minimised in training.',
} as const

function keyFigure(entry: MeasuredEntry, meaning: string): KeyFigure {
  const { standardError } = entry
  // As in the ledger of the same page.
  const error = standardError === undefined ? '' : `± ${formatFigure(standardError)} `
  return {
    title: entry.figure,
    value: formatFigure(entry.value),
    unit: `${error}${entry.unit}`,
    meaning,
  }
}

const found = ({ evaluation }: Measured, name: string): MeasuredEntry | undefined =>
  evaluation?.ledger.find(({ figure }) => figure === name)

/** How well `auto` finds the anomalies of the test split, where only normal examples were learned from. */
function detectionFigure({ detection }: Measured): KeyFigure | undefined {
  const test = detection?.find(({ split }) => split === 'test')
  if (!test) return undefined
  const own = test.scores[0]!
  const { estimate, low, high } = own.auroc
  const best = bestBaseline(test)
  return {
    title: 'AUROC',
    value: formatFigure(estimate),
    unit: `(95 % interval ${formatFigure(low)} – ${formatFigure(high)})`,
    meaning: `How often an anomaly has a higher score than a normal example, by ${own.name}: 0.5 is no better than guessing. The best baseline, ${best.name}, has ${formatFigure(best.auroc.estimate)}.`,
  }
}

/** The loss on test examples, which may be a bound. */
function lossFigure(measured: Measured): KeyFigure | undefined {
  const entry = measured.evaluation?.ledger.find(({ group }) => group === 'loss')
  if (!entry) return undefined
  const means =
    entry.kind === 'error'
      ? 'The negative log-likelihood of an example given its own code: lower is better.'
      : KINDS[entry.kind]
  return keyFigure(entry, [means, independentPixels(measured)].filter(Boolean).join(' '))
}

/** The loss of a Bernoulli model without a code, which predicts the mean of each value. */
function independentPixels({ run: { model }, outputs }: Measured): string {
  const choice = model.restore && likelihoodChoice(String(model.config.likelihood))
  if (!outputs || choice?.kind !== 'bernoulli') return ''
  const { mean } = columnScale(outputs.x)
  const entropy = (p: number) => (p > 0 && p < 1 ? -p * Math.log(p) - (1 - p) * Math.log(1 - p) : 0)
  const nats = mean.reduce((sum, p) => sum + entropy(p), 0)
  return `A model without a code, which predicts the mean of every value, has ${formatFigure(nats)}.`
}

/** The squared error of reconstructions, beside that of the mean of the data. */
function reconstructionFigure(measured: Measured): KeyFigure | undefined {
  const { outputs } = measured
  const entry = found(measured, SQUARED_ERROR)
  if (!outputs?.restored || !entry) return undefined
  const total = totalVariance(outputs.x)
  const error = squaredError(outputs.x, outputs.restored)
  const explained =
    error < total
      ? `Reconstructions explain ${percent(1 - error / total)} of the variance.`
      : 'Reconstructions are no better than that.'
  return {
    ...keyFigure(entry, `The mean of the examples has ${formatFigure(total)}. ${explained}`),
    title: 'squared error of reconstructions',
  }
}

/** How many columns of a table are restored better than without a model. */
function columnsFigure({ evaluation }: Measured): KeyFigure | undefined {
  const entries = evaluation?.ledger.filter(({ baseline }) => baseline !== undefined) ?? []
  if (entries.length === 0) return undefined
  const better = entries.filter(({ value, baseline }) => value < baseline!).length
  return {
    title: 'columns restored better than by mean or mode',
    value: `${better} of ${entries.length}`,
    unit: '',
    meaning:
      'Those whose reconstructions of test rows have a smaller error than the mean or the most frequent category of the training rows.',
  }
}

/** How far samples differ from each other, compared with examples: for models without an encoder. */
async function varietyFigure({ run, outputs }: Measured): Promise<KeyFigure | undefined> {
  if (run.model.posterior || run.model.labels || !canSample(run.model) || !outputs) return undefined
  const samples = await run.decode(await run.samplePrior(SAMPLES, SAMPLE_SEED))
  const [own, data] = [samples, outputs.x].map(totalVariance) as [number, number]
  if (!(data > 0)) return undefined
  return {
    title: 'variety of samples',
    value: percent(own / data),
    unit: 'of the variance of the data',
    meaning: `The variance of ${counted(SAMPLES, 'sample')}: ${formatFigure(own)}; that of test examples: ${formatFigure(data)}. Near 0\u00a0%, all samples look alike.`,
  }
}

/** The information in a random code, and how many of its dimensions carry some. */
function informationFigure(measured: Measured): KeyFigure | undefined {
  const { outputs, evaluation } = measured
  const entry = evaluation?.ledger.find(({ figure }) => figure.startsWith('KL(q(z|x'))
  if (!entry || !outputs?.codes) return undefined
  const variances = columnVariances(outputs.codes)
  const active = variances.filter((variance) => variance > ACTIVE_VARIANCE).length
  return keyFigure(
    entry,
    `The code carries at most this much information about an example; ${active} of its ${counted(variances.length, 'dimension')} ${active === 1 ? 'is' : 'are'} in use. A collapsed code has 0 nats.`,
  )
}

function discriminatorFigure(measured: Measured): KeyFigure | undefined {
  const entry = found(measured, 'discriminator accuracy')
  return (
    entry &&
    keyFigure(
      entry,
      'How often the discriminator is right: 0.5 is no better than guessing; near 1 its gradients carry little information.',
    )
  )
}

/** Dimensions of a code without a distribution that differ between examples. */
function codeFigure({ run, outputs }: Measured): KeyFigure | undefined {
  if (!hasCode(run.model) || !outputs?.codes) return undefined
  const variances = columnVariances(outputs.codes)
  const largest = variances.reduce((a, b) => Math.max(a, b), 0)
  const used = variances.filter((variance) => variance > UNUSED * largest).length
  const { dimension } = run.model.info
  return {
    title: 'dimensions of the code in use',
    value: `${used} of ${variances.length}`,
    unit: '',
    meaning: `Those that vary between examples. The code replaces ${counted(dimension, 'value')} of an example.`,
  }
}

/** Share of the largest variance below which a dimension is the same for all examples. */
const UNUSED = 1e-6
