import type { EpochEvent } from '../report/metrics.ts'
import type { Check, Patient } from './finding.ts'

/** Epochs of the last stage, those with finite losses: what a run is judged by. */
function lastEpochs({ epochs }: Patient): readonly EpochEvent[] {
  const last = epochs.at(-1)?.stage
  return epochs.filter(
    ({ stage, train, validation }) =>
      stage === last &&
      Number.isFinite(train.objective) &&
      (validation === undefined || Number.isFinite(validation.objective)),
  )
}

/** Whether a single loss is minimised: of several there is no sum that says anything. */
const hasOneLoss = ({ trained }: Patient): boolean =>
  trained === undefined || trained.run.model.stages.at(-1)!.phases.length === 1

const short = (value: number): string => value.toPrecision(4)

/** Share of the best validation loss by which a later one must be worse. */
const WORSE = 0.02

/** The validation loss has long been rising while the training loss falls. */
export const overfitting: Check = (patient) => {
  if (!hasOneLoss(patient)) return undefined
  const measured = lastEpochs(patient).filter(({ validation }) => validation !== undefined)
  const last = measured.at(-1)
  if (!last || measured.length < 5) return undefined
  const losses = measured.map(({ validation }) => validation!.objective)
  const best = Math.min(...losses)
  const at = losses.indexOf(best)
  const rise = losses.at(-1)! - best
  const trained = measured[at]!.train.objective - last.train.objective
  if (rise < WORSE * Math.abs(best) || trained <= 0 || at >= measured.length - 2) return undefined
  return {
    name: 'over-fitting',
    what: 'The model learns the training examples by heart.',
    evidence: `the validation loss was lowest after epoch ${measured[at]!.epoch} (${short(best)}) and has risen to ${short(losses.at(-1)!)} by epoch ${last.epoch}, while the training loss fell from ${short(measured[at]!.train.objective)} to ${short(last.train.objective)}`,
    try: patient.config.options.dropout === 0 ? '--dropout 0.2 --patience 5' : '--patience 5',
  }
}

/** Of the last quarter of the epochs, at least this many. */
const FEWEST = 3

/** Rise of the KL term over the last quarter of the training that says it is not done. */
const RISING = 0.05

/** Codes still take on information when the training ends. */
export const klStillRising: Check = (patient) => {
  const epochs = lastEpochs(patient)
  const window = Math.max(FEWEST, Math.ceil(epochs.length / 4))
  const [before, last] = [epochs.at(-1 - window), epochs.at(-1)]
  const [was, is] = [before?.train.terms.kl, last?.train.terms.kl]
  // Also where one of them was not finite.
  if (was === undefined || is === undefined || !(is > 0 && is - was >= RISING * is))
    return undefined
  return {
    name: 'kl-still-rising',
    what: 'The code is still taking on information: the training ended too early.',
    evidence: `the KL term rose from ${short(was)} to ${short(is)} nats in the last ${window} of ${epochs.length} epochs, ${Math.round((100 * (is - was)) / is)} % of it`,
    try: `--epochs ${2 * patient.config.train.epochs}`,
  }
}

/** Fall of the loss over the last tenth of the training that says it is not done. */
const FALLING = 0.02

/** The loss still falls steeply when the training ends. */
export const stillFalling: Check = (patient) => {
  if (!hasOneLoss(patient)) return undefined
  const epochs = lastEpochs(patient)
  const window = Math.max(1, Math.ceil(epochs.length / 10))
  const [before, last] = [epochs.at(-1 - window), epochs.at(-1)]
  if (!before || !last) return undefined
  const loss = ({ validation, train }: EpochEvent) => (validation ?? train).objective
  const fall = loss(before) - loss(last)
  if (fall < FALLING * Math.abs(loss(last))) return undefined
  return {
    name: 'loss-still-falling',
    what: 'The loss was still falling steeply when the training ended.',
    evidence: `it fell from ${short(loss(before))} to ${short(loss(last))} in the last ${window === 1 ? 'epoch' : `${window} epochs`} of ${epochs.length}, by ${((100 * fall) / Math.abs(loss(last))).toFixed(1)} %`,
    try: `--epochs ${2 * patient.config.train.epochs}`,
  }
}

/** Accuracies of a discriminator at which its gradients are useless, and at which it has learned nothing. */
const [WINNING, LOSING] = [0.95, 0.3]

/** One side of an adversarial game has won. */
export const adversaryOutOfBalance: Check = (patient) => {
  const epochs = lastEpochs(patient).slice(-3)
  const accuracies = epochs
    .flatMap(({ train }) => train.terms['discriminator accuracy'] ?? [])
    .filter(Number.isFinite)
  if (accuracies.length === 0) return undefined
  const mean = accuracies.reduce((a, b) => a + b, 0) / accuracies.length
  if (mean < WINNING && mean > LOSING) return undefined
  const wins = mean >= WINNING
  const { lr } = patient.config.train
  return {
    name: 'adversary-out-of-balance',
    what: wins
      ? 'The discriminator has won: it separates generated from real without fail, so its gradients carry little information.'
      : 'The discriminator has lost: it is wrong more often than guessing.',
    evidence: `the discriminator was right in ${(100 * mean).toFixed(1)} % of the cases over the last ${epochs.length === 1 ? 'epoch' : `${epochs.length} epochs`}; a balance lies between ${100 * LOSING} and ${100 * WINNING} %`,
    try: wins ? gentler(patient) : `--lr ${lr / 2}`,
  }
}

/** Options for a weaker discriminator: narrower layers where their width is an option, else smoother ones. */
function gentler({ config }: Patient): string {
  const { discriminatorHidden, discriminatorActivation, normalization } = config.options
  if (Array.isArray(discriminatorHidden))
    return `--discriminator-hidden ${discriminatorHidden.map((width) => Math.ceil(Number(width) / 4)).join(',')}`
  const smooth = [
    ...(discriminatorActivation !== undefined && discriminatorActivation !== 'elu'
      ? ['--discriminator-activation elu']
      : []),
    ...(normalization === 'none' ? ['--normalization batch'] : []),
  ]
  return smooth.length > 0 ? smooth.join(' ') : `--lr ${config.train.lr / 2}`
}

/** Where a number came from that was not finite. */
export const notFinite: Check = ({ failure, config }) =>
  failure && {
    name: 'not-finite',
    what: 'The training ended because a number was no longer finite.',
    evidence: failure.message,
    try:
      config.train.clip === 0
        ? `--lr ${config.train.lr / 10} --clip 1`
        : `--lr ${config.train.lr / 10}`,
  }
