import { sizeOf } from '../../tensor/host.ts'
import type { EpochEvent } from '../report/metrics.ts'
import { gentler } from './adversary.ts'
import { advice, isRateOff, rounded, usualRate } from './advice.ts'
import type { CurveCheck, ExaminedCurves, Suggestion } from './finding.ts'

/** The epochs of the last stage that have finite losses: a run is judged by these. */
export function lastEpochs({ epochs }: ExaminedCurves): readonly EpochEvent[] {
  const last = epochs.at(-1)?.stage
  return epochs.filter(
    ({ stage, train, validation }) =>
      stage === last &&
      Number.isFinite(train.objective) &&
      (validation === undefined || Number.isFinite(validation.objective)),
  )
}

/** Whether a single loss is minimised: the sum of several losses means nothing. */
const hasOneLoss = ({ trained }: ExaminedCurves): boolean =>
  trained === undefined || trained.run.model.stages.at(-1)!.phases.length === 1

const short = (value: number): string => value.toPrecision(4)

/**
 * What a change of a loss is compared with: the loss, or a tenth of its fall since the first epoch, or half a nat for
 * each value under a Gaussian likelihood. A density can have a loss near 0, but squared errors of the size of σ
 * are always half a nat each.
 */
function scaleOf(value: number, first: number, { config, data }: ExaminedCurves): number {
  const isGaussian = String(config.options.likelihood).startsWith('gaussian')
  const errors = isGaussian ? sizeOf(data.exampleShape) / 2 : 0
  return Math.max(Math.abs(value), 0.1 * (first - value), errors)
}

/** Share of the best validation loss by which a later one must be worse. */
const WORSE = 0.02

/** The validation loss has long been rising while the training loss falls. */
export const overfitting: CurveCheck = (examined) => {
  if (!hasOneLoss(examined) || hasStoppedEarly(examined)) return undefined
  const measured = lastEpochs(examined).filter(({ validation }) => validation !== undefined)
  const last = measured.at(-1)
  if (!last || measured.length < 5) return undefined
  // Averages, since single epochs may be as far apart as over-fitting counts.
  const window = Math.max(1, Math.round(measured.length / 10))
  const losses = runningMeans(measured, window)
  const best = Math.min(...losses)
  const at = losses.indexOf(best) + window - 1
  const rise = losses.at(-1)! - best
  const trained = measured[at]!.train.objective - last.train.objective
  if (
    rise < WORSE * scaleOf(best, losses[0]!, examined) ||
    trained <= 0 ||
    at >= measured.length - 2
  )
    return undefined
  const averaged = window === 1 ? '' : `, averaged over ${window} epochs,`
  return {
    name: 'over-fitting',
    what: 'The model is memorising the training examples.',
    evidence: `the validation loss${averaged} was lowest after epoch ${measured[at]!.epoch} (${short(best)}) and has risen to ${short(losses.at(-1)!)} by epoch ${last.epoch}, while the training loss fell from ${short(measured[at]!.train.objective)} to ${short(last.train.objective)}`,
    ...stoppingEarly(examined),
  }
}

/** The means of the validation loss over `window` consecutive epochs. */
const runningMeans = (measured: readonly EpochEvent[], window: number): number[] =>
  measured.slice(window - 1).map((_, i) => {
    const some = measured.slice(i, i + window)
    return some.reduce((sum, { validation }) => sum + validation!.objective, 0) / window
  })

/** Whether the model that is used is the best by validation, and training ended soon after it. */
const hasStoppedEarly = ({ config, trained }: ExaminedCurves): boolean =>
  config.train.patience > 0 && trained?.run.checkpoint === 'best'

function stoppingEarly(examined: ExaminedCurves): Suggestion {
  const { options, train } = examined.config
  const sooner = { patience: 5, ...(train.monitor === 'none' && { monitor: 'objective' }) }
  const choices = [options.dropout === 0 && { dropout: 0.2, ...sooner }, sooner]
  return advice(examined, choices, 'train on more examples')
}

/** Twice as many epochs. */
const longer = (examined: ExaminedCurves): Suggestion =>
  advice(examined, [{ epochs: 2 * examined.config.train.epochs }], 'train for more epochs')

/** The last quarter of the epochs, but at least this many. */
const FEWEST = 3

/** Rise of the KL term over the last quarter of training that means training ended too early. */
const RISING = 0.05

/** Codes were still gaining information when training ended. */
export const klStillRising: CurveCheck = (examined) => {
  const epochs = lastEpochs(examined)
  const window = Math.max(FEWEST, Math.ceil(epochs.length / 4))
  const [before, last] = [epochs.at(-1 - window), epochs.at(-1)]
  const [was, is] = [before?.train.terms.kl, last?.train.terms.kl]
  // Also where one of them was not finite.
  if (was === undefined || is === undefined || !(is > 0 && is - was >= RISING * is))
    return undefined
  return {
    name: 'kl-still-rising',
    what: 'The code was still gaining information: training ended too early.',
    evidence: `the KL term rose from ${short(was)} to ${short(is)} nats in the last ${window} of ${epochs.length} epochs, ${Math.round((100 * (is - was)) / is)} % of it`,
    ...longer(examined),
  }
}

/** Fall of the loss over the last tenth of training that means training ended too early. */
const FALLING = 0.02

/** The loss was still falling steeply when training ended. */
export const stillFalling: CurveCheck = (examined) => {
  if (!hasOneLoss(examined)) return undefined
  const epochs = lastEpochs(examined)
  const window = Math.max(1, Math.ceil(epochs.length / 10))
  const [before, last] = [epochs.at(-1 - window), epochs.at(-1)]
  if (!before || !last) return undefined
  const loss = ({ validation, train }: EpochEvent) => (validation ?? train).objective
  const fall = loss(before) - loss(last)
  const scale = scaleOf(loss(last), loss(epochs[0]!), examined)
  if (fall < FALLING * scale) return undefined
  return {
    name: 'loss-still-falling',
    what: 'The loss was still falling steeply when training ended.',
    evidence: `it fell from ${short(loss(before))} to ${short(loss(last))} in the last ${window === 1 ? 'epoch' : `${window} epochs`} of ${epochs.length}, by ${((100 * fall) / scale).toFixed(1)} %`,
    ...longer(examined),
  }
}

/** Accuracies of a discriminator at which its gradients are useless, and at which it has learned nothing. */
const [WINNING, LOSING] = [0.95, 0.3]

/** One side of an adversarial game has won. */
export const adversaryOutOfBalance: CurveCheck = (examined) => {
  const epochs = lastEpochs(examined).slice(-3)
  const accuracies = epochs
    .flatMap(({ train }) => train.terms['discriminator accuracy'] ?? [])
    .filter(Number.isFinite)
  if (accuracies.length === 0) return undefined
  const mean = accuracies.reduce((a, b) => a + b, 0) / accuracies.length
  if (mean < WINNING && mean > LOSING) return undefined
  const wins = mean >= WINNING
  return {
    name: 'adversary-out-of-balance',
    what: wins
      ? 'The discriminator has won: it separates generated from real without fail, so its gradients carry little information.'
      : 'The discriminator has lost: it is wrong more often than guessing.',
    evidence: `the discriminator was right in ${(100 * mean).toFixed(1)} % of the cases over the last ${epochs.length === 1 ? 'epoch' : `${epochs.length} epochs`}; a balance lies between ${100 * LOSING} and ${100 * WINNING} %`,
    ...(wins ? gentler(examined) : slower(examined)),
  }
}

const slower = (examined: ExaminedCurves): Suggestion =>
  advice(examined, [{ lr: rounded(examined.config.train.lr / 2) }], 'train at a lower rate')

/** The origin of a number that was not finite. */
export const notFinite: CurveCheck = (examined) => {
  const { failure, config } = examined
  if (!failure) return undefined
  const { lr, clip } = config.train
  return {
    name: 'not-finite',
    what: 'Training ended because a number was no longer finite.',
    // The rest of the message says what to try.
    evidence: failure.message.split('; the last good checkpoint')[0]!,
    ...advice(
      examined,
      [
        {
          lr: rounded(isRateOff(examined) ? usualRate(examined) : lr / 10),
          ...(clip === 0 && { clip: 1 }),
        },
      ],
      'look at the term and the rows that the evidence names',
    ),
  }
}
