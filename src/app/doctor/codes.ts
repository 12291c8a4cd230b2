import type { DataSet } from '../../data/dataset.ts'
import { evenly } from '../../data/indices.ts'
import { rowsOf, splitValues } from '../../data/rows.ts'
import { isComparable } from '../../evaluate/compared-rows.ts'
import { activeAbove } from '../../evaluate/likelihood/active-units.ts'
import { columnScale } from '../../evaluate/representation/standardise.ts'
import { columnVariances, squaredError, totalVariance } from '../../evaluate/statistics/variance.ts'
import { sizeOf } from '../../tensor/host.ts'
import { counted } from '../../tensor/numbers.ts'
import { rowMoments } from '../../tensor/row-moments.ts'
import { symmetricEigen } from '../../tensor/symmetric-eigen.ts'
import { hasRandomCode } from '../../train/capabilities.ts'
import { advice, isRateOff, rounded, usualRate } from './advice.ts'
import { lastEpochs } from './curves.ts'
import type { Check, ExaminedRun, Options } from './finding.ts'
import { isSomeLearned } from './learned.ts'

/** Share of dimensions that may be unused: a variational code leaves the ones it does not need at the prior. */
const UNUSED = 0.5

/** Dimensions of the code that are the same for every example. */
export const collapsedLatents: Check = (examined) => {
  const { trained, config } = examined
  const codes = trained?.outputs.codes
  if (!trained || !codes) return undefined
  const random = hasRandomCode(trained.run.model)
  const variances = columnVariances(codes)
  const least = activeAbove(variances, random)
  const active = variances.filter((variance) => variance > least.variance).length
  const latent = variances.length
  if (latent - active <= UNUSED * latent) return undefined
  const all = active === 0
  const beta = config.options.beta
  const warmUp = random && typeof beta === 'number'
  const choices = [
    all && isRateOff(examined) && { lr: usualRate(examined) },
    warmUp && (all || beta > 1) && { beta: `0:${Math.min(beta, 1)}@10` },
    { latent: Math.max(1, active) },
  ]
  return {
    name: 'collapsed-latents',
    what: all
      ? 'The code has collapsed: it is the same for every example.'
      : 'Much of the code is not used.',
    evidence: `${latent - active} of ${latent} dimensions have a mean code that varies by less than ${least.text} over ${codes.shape[0]} test examples`,
    ...advice(
      examined,
      choices,
      all
        ? 'find out why the encoder gives every example the same code: are the examples different?'
        : `give the code ${counted(active, 'dimension')}`,
    ),
  }
}

/** With more columns than these, the eigenvalues take too long. */
const MOST_COLUMNS = 2000

/** Eigenvalues of a covariance below this share of the largest are rounding. */
const RANK = 1e-10

/** A code with more dimensions than the data varies in. */
export const latentWiderThanData: Check = async (examined) => {
  const { trained, data } = examined
  // The codes of a generator are only noise, which may have any number of dimensions.
  const latent = trained?.run.model.posterior ? trained.run.model.latent : 0
  const { width } = data.splits.train.store
  if (latent === 0 || width > MOST_COLUMNS || data.binarize === 'dynamic') return undefined
  if (data.splits.train.rows.length < 2) return undefined
  // Categories, counts and gaps span no dimensions.
  if (!isComparable(data.form.table?.columns)) return undefined
  if (fewRowsSpan(data, latent)) return undefined
  const rank = await rankOf(data)
  if (latent <= rank) return undefined
  return {
    name: 'latent-wider-than-data',
    what: 'The code has more dimensions than the data varies in.',
    evidence: `the training examples span ${rank} of ${width} dimensions (eigenvalues of their covariance above ${RANK} of the largest), and the code has ${latent}`,
    ...advice(
      examined,
      [{ latent: Math.max(1, rank) }],
      `give the code at most ${counted(Math.max(1, rank), 'dimension')}`,
    ),
  }
}

const ranks = new WeakMap<DataSet, Promise<number>>()

/** How many dimensions the training examples span: computed once for each data set, as it takes seconds. */
function rankOf(data: DataSet): Promise<number> {
  const spanned = async () => {
    const { train } = data.splits
    const { covariance } = await rowMoments(rowsOf(train, data.scale))
    const { values } = symmetricEigen(covariance, train.store.width)
    const largest = values.reduce((a, b) => Math.max(a, b), 0)
    return values.filter((value) => value > RANK * largest).length
  }
  const rank = ranks.get(data) ?? spanned()
  ranks.set(data, rank)
  return rank
}

/** Eigenvalues above this share of the largest count among a few rows. */
const CLEAR = 1e-6

/**
 * Whether so few rows as twice the dimensions of the code span as many dimensions: then all rows do, and the
 * covariance of all of them, which takes seconds, is not needed. The products of n centred rows have the
 * eigenvalues of their covariance, times n.
 */
function fewRowsSpan(data: DataSet, latent: number): boolean {
  const { rows } = data.splits.train
  const count = Math.min(rows.length, 2 * latent)
  if (count > MOST_ROWS) return false
  const { data: values, shape } = splitValues(data, 'train', evenly(rows.length, count))
  const width = shape[1]!
  const { mean } = columnScale({ dtype: 'float32', shape, data: values })
  const centred = Float64Array.from(values, (value, at) => value - mean[at % width]!)
  const products = Float64Array.from({ length: count ** 2 }, (_, at) => {
    const [i, j] = [Math.floor(at / count) * width, (at % count) * width]
    let sum = 0
    for (let d = 0; d < width; d++) sum += centred[i + d]! * centred[j + d]!
    return sum
  })
  const eigenvalues = symmetricEigen(products, count).values
  return eigenvalues.filter((value) => value > CLEAR * eigenvalues[0]!).length >= latent
}

/** With more rows than these, their products take as long as the covariance. */
const MOST_ROWS = 512

/** Share of the variance of the data that reconstructions must explain. */
const EXPLAINED = 0.1

/** Reconstructions that are hardly better than the mean of the data. */
export const nothingLearned: Check = (examined) => {
  const outputs = examined.trained?.outputs
  if (!outputs?.restored) return undefined
  const { x, restored, cells } = outputs
  if (cells && isSomeLearned(outputs, EXPLAINED)) return undefined
  const [total, error] = [totalVariance(x), squaredError(x, restored)]
  if (total === 0 || error < (1 - EXPLAINED) * total) return undefined
  return {
    name: 'nothing-learned',
    what: 'Reconstructions are hardly better than the mean of the data.',
    evidence: cells
      ? `of no column do they explain ${100 * EXPLAINED} % of the variance`
      : `their squared error is ${error.toPrecision(4)} per example of ${x.shape[1]} values; that of the mean of the examples is ${total.toPrecision(4)}`,
    ...advice(
      examined,
      [...towardsUsualRate(examined), widerCode(examined)],
      'train on more examples',
    ),
  }
}

/** Fall of the training loss in an epoch that means it has not come to rest. */
const FALLING = 1e-3

/**
 * The rate of the model's definition where that of the run is ten times higher or lower. Near it, more epochs while
 * the loss falls, and else a lower rate, but never one that is then raised again.
 */
function towardsUsualRate(examined: ExaminedRun): Options[] {
  const { lr, epochs } = examined.config.train
  const longer = { epochs: 4 * epochs }
  if (isRateOff(examined)) return [{ lr: usualRate(examined) }, longer]
  const losses = lastEpochs(examined).map(({ train }) => train.objective)
  const [before, last] = losses.slice(-2)
  const rests = losses.length > 2 && !(before! - last! > FALLING * Math.abs(last!))
  const lower = usualRate(examined) / 5
  return rests && lr > 2 * lower ? [{ lr: rounded(lower) }, longer] : [longer]
}

/** Four times as many dimensions of the code, for a model in closed form, which has no rate and no epochs. */
function widerCode({ config, data }: ExaminedRun): Options | undefined {
  const { latent } = config.options
  const most = Math.min(sizeOf(data.exampleShape), data.splits.train.rows.length)
  return typeof latent === 'number' ? { latent: Math.min(4 * latent, most) } : undefined
}
