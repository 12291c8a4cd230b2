import { rowsOf } from '../../data/rows.ts'
import { ACTIVE_VARIANCE } from '../../evaluate/likelihood/active-units.ts'
import { rowDistances } from '../../evaluate/neighbours/row-distances.ts'
import { columnScale } from '../../evaluate/representation/standardise.ts'
import { meanWithError } from '../../evaluate/statistics/mean.ts'
import type { HostTensor } from '../../tensor/host.ts'
import { rowMoments } from '../../tensor/row-moments.ts'
import { symmetricEigen } from '../../tensor/symmetric-eigen.ts'
import { hasRandomCode } from '../../train/capabilities.ts'
import type { Check } from './finding.ts'

/** Share of dimensions that may be unused: a variational code leaves the ones it does not need at the prior. */
const UNUSED = 0.5

/** Dimensions of the code that are the same for every example. */
export const collapsedLatents: Check = ({ trained, config }) => {
  const codes = trained?.outputs.codes
  if (!trained || !codes) return undefined
  const random = hasRandomCode(trained.run.model)
  const variances = columnVariances(codes)
  // A code without a distribution has no scale of its own: variances are compared with the largest.
  const scale = random ? 1 : variances.reduce((a, b) => Math.max(a, b), 0)
  const active = variances.filter(
    (variance) => variance > (random ? ACTIVE_VARIANCE : 1e-6 * scale),
  ).length
  const latent = variances.length
  if (latent - active <= UNUSED * latent) return undefined
  const all = active === 0
  const beta = config.options.beta
  const warmUp = random && typeof beta === 'number'
  return {
    name: 'collapsed-latents',
    what: all
      ? 'The code has collapsed: it is the same for every example.'
      : 'Much of the code is not used.',
    evidence: `${latent - active} of ${latent} dimensions have a mean code that varies by less than ${random ? `${ACTIVE_VARIANCE}` : 'a millionth of the largest variance'} over ${codes.shape[0]} test examples`,
    try:
      warmUp && (all || beta > 1)
        ? `--beta 0:${Math.min(beta, 1)}@10`
        : `--latent ${Math.max(1, active)}`,
  }
}

/** With more columns than these, the eigenvalues take too long. */
const MOST_COLUMNS = 2000

/** Eigenvalues of a covariance below this share of the largest are rounding. */
const RANK = 1e-10

/** A code with more dimensions than the data varies in. */
export const latentWiderThanData: Check = async ({ trained, data }) => {
  const latent = trained?.run.model.latent ?? 0
  const [width] = data.splits.train.store.shape.slice(-1) as [number]
  if (latent === 0 || width > MOST_COLUMNS || data.binarize === 'dynamic') return undefined
  if (data.splits.train.rows.length < 2) return undefined
  const { covariance } = await rowMoments(rowsOf(data.splits.train, data.scale))
  const { values } = symmetricEigen(covariance, width)
  const largest = values.reduce((a, b) => Math.max(a, b), 0)
  const rank = values.filter((value) => value > RANK * largest).length
  if (latent <= rank) return undefined
  return {
    name: 'latent-wider-than-data',
    what: 'The code has more dimensions than the data varies in.',
    evidence: `the training examples span ${rank} of ${width} dimensions (eigenvalues of their covariance above ${RANK} of the largest), and the code has ${latent}`,
    try: `--latent ${Math.max(1, rank)}`,
  }
}

/** Share of the variance of the data that reconstructions must explain. */
const EXPLAINED = 0.1

/** Reconstructions that are hardly better than the mean of the data. */
export const nothingLearned: Check = ({ trained, config }) => {
  const outputs = trained?.outputs
  if (!outputs?.restored) return undefined
  const { x, restored } = outputs
  const total = columnVariances(x).reduce((a, b) => a + b, 0)
  const error = meanWithError(rowDistances(x, restored)).mean
  if (total === 0 || error < (1 - EXPLAINED) * total) return undefined
  return {
    name: 'nothing-learned',
    what: 'Reconstructions are hardly better than the mean of the data.',
    evidence: `their squared error is ${error.toPrecision(4)} per example of ${x.shape[1]} values; that of the mean of the examples is ${total.toPrecision(4)}`,
    try: `--lr ${config.train.lr < 1e-3 ? 1e-3 : config.train.lr / 10}`,
  }
}

/** The variance of each column of `[n, D]` over the rows. */
const columnVariances = (x: HostTensor<'float32'>): Float64Array =>
  columnScale(x).deviation.map((deviation) => deviation ** 2)
