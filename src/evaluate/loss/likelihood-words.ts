import type { DataSet, SplitName } from '../../data/dataset.ts'
import { SIGMA_FLOOR } from '../../distributions/gaussian.ts'
import type { LikelihoodChoice } from '../../distributions/likelihood-choice.ts'
import { likelihoodChoice } from '../../models/likelihoods.ts'
import type { Arrays } from '../../runtime/session.ts'
import { type BuiltModel, lastStage } from '../../train/build.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { formatFigure } from '../ledger/entry.ts'
import { columnWords } from './column-words.ts'
import { NATS, termKinds } from './stage-loss.ts'
import { hasOnlyLevels } from './value-levels.ts'

/** What kind of number -log p(x|z) is. */
export interface LikelihoodWords {
  /** The `likelihood` of the ledger: `gaussian (σ = 1, fixed)`. */
  readonly label: string
  /** A probability of discrete values, a density, or not a likelihood at all. */
  readonly kind: 'mass' | 'density' | 'none'
  /** What -log p(x|z) is called. */
  readonly reconstruction: string
  readonly remark?: string
}

interface Judged {
  readonly trained: Pick<TrainedModel, 'model' | 'parameters'>
  readonly data: DataSet
  readonly split: SplitName
}

/** What −log p(x|z) under a model's likelihood is for the data of a split. */
export function likelihoodWords(measured: Judged): LikelihoodWords {
  const { model, parameters } = measured.trained
  // A model that only generates examples restores none, so nothing is measured by its likelihood.
  if (!model.restore) return { label: 'none', kind: 'none', reconstruction: '' }
  const choice = likelihoodChoice(String(model.config.likelihood))
  const exact = `reconstruction −log p(x|${givenOf(model)})`
  const { columns } = model.info
  if (columns)
    return isInNats(model) ? { ...columnWords(columns), reconstruction: exact } : noLikelihood
  switch (choice.kind) {
    case 'bernoulli':
      return hasOnlyLevels(measured.data, measured.split, 2)
        ? { label: 'bernoulli', kind: 'mass', reconstruction: exact }
        : {
            label: 'bernoulli',
            kind: 'none',
            reconstruction: 'grey-level cross-entropy',
            remark:
              'grey levels are not outcomes of a Bernoulli variable, so this is not a likelihood; it cannot fall below the entropy of the grey levels',
          }
    case 'categorical':
      return {
        label: `categorical (${choice.levels} levels)`,
        kind: 'mass',
        reconstruction: exact,
        remark: levelsRemark(measured.data, choice.levels),
      }
    case 'gaussian':
      return {
        label: `gaussian (${sigmaLabel(choice, parameters)})`,
        kind: 'density',
        reconstruction: exact,
        remark: densityRemark(measured.data, model.info.dimension),
      }
    case 'columns':
      throw new Error('a likelihood of columns without columns')
  }
}

const isInNats = (model: BuiltModel): boolean =>
  (termKinds(model, lastStage(model)).reconstruction?.unit ?? NATS) === NATS

/** Of a model that measures a row by squared errors, as principal components do where there are categories. */
const noLikelihood: LikelihoodWords = {
  label: 'none',
  kind: 'none',
  reconstruction: 'half the squared error of what the encoder sees',
  remark:
    'of standardised numbers and of the places of categories, 0 or 1, where there is a value; categories and counts have no likelihood in it',
}

/**
 * What an example is restored from: its code, with its label if the model is conditioned on it, or a corrupted
 * version of it.
 */
function givenOf({ likelihood, labels }: BuiltModel): string {
  if (!likelihood) return 'x̃'
  return labels === 'condition' ? 'z, y' : 'z'
}

function levelsRemark({ scale, splits }: DataSet, levels: number): string {
  // Stored k is k / 255 in the network, and ⌊256 k / 255⌋ = k below 255.
  const exact = levels === 256 && scale === 1 / 255 && splits.train.store.dtype === 'uint8'
  return exact
    ? 'log of the probability of the stored 8-bit values'
    : `log of the probability of the values quantised to ${levels} equal bins of [0, 1], not of the values themselves`
}

/** A density depends on the unit of x; for whole numbers it can be made arbitrarily large. */
function densityRemark({ scale, splits }: DataSet, dimension: number): string {
  const whole = splits.train.store.dtype === 'uint8'
  const inverse = Math.round(1 / scale)
  const units =
    scale === 1
      ? "a density in the data's own units"
      : `a density in units of the network's input (${inputUnits(scale)}); per stored unit it is ${dimension} ln ${inverse} = ${formatFigure(-dimension * Math.log(scale))} nats more`
  return whole
    ? `${units}; the data are whole numbers, so bits per dimension would need dequantisation`
    : units
}

/** The units in which the network sees the data. */
export function inputUnits(scale: number): string {
  return `stored values / ${Math.round(1 / scale)}`
}

function sigmaLabel(choice: LikelihoodChoice & { kind: 'gaussian' }, parameters: Arrays): string {
  if (typeof choice.sigma === 'number') return `σ = ${choice.sigma}, fixed`
  const logSigma = parameters['likelihood.logSigma']
  if (!logSigma) return 'σ learned'
  const sigmas = Array.from(logSigma.data as Float32Array, (value) =>
    Math.max(SIGMA_FLOOR, Math.exp(Number(value))),
  )
  const low = sigmas.reduce((a, b) => Math.min(a, b)).toPrecision(3)
  const high = sigmas.reduce((a, b) => Math.max(a, b)).toPrecision(3)
  return choice.sigma === 'global'
    ? `σ = ${low}, learned`
    : `σ from ${low} to ${high}, learned for each dimension`
}

/** Says that squared errors are of grey levels, if training draws binary examples from them. */
export const greyLevels = ({ binarize }: DataSet): string =>
  binarize === 'dynamic' ? ', of the grey levels that are binarised in training' : ''
