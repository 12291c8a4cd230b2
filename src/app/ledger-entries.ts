import type { DataSet, SplitName } from '../data/dataset.ts'
import { SIGMA_FLOOR } from '../distributions/gaussian.ts'
import type { TermMeans } from '../evaluate/terms.ts'
import { likelihoodChoice } from '../models/likelihoods.ts'
import type { BuiltModel } from '../models/model.ts'
import { type LikelihoodChoice, scheduledValue } from '../models/options.ts'
import { formatFigure, type LedgerEntry } from '../report/ledger.ts'
import type { Arrays } from '../runtime/session.ts'
import type { Mean } from './evaluation.ts'

/** A ledger entry with its standard error apart; its note has both remark and error. */
export interface MeasuredEntry extends LedgerEntry {
  /** What must be known to read the figure rightly. */
  readonly remark?: string
  /** Over the examples; of a sum of terms, an upper bound. */
  readonly standardError?: { readonly value: number; readonly atMost: boolean }
}

export interface Measured {
  readonly model: BuiltModel
  readonly parameters: Arrays
  readonly data: DataSet
  readonly split: SplitName
  readonly seed: number
  readonly means: TermMeans
  /** Of the deterministic reconstruction, Σ over the values of an example. */
  readonly squaredError: Mean
}

/** What the numbers that -log p(x|z) gives are. */
interface LikelihoodWords {
  /** For the ledger's likelihood: `gaussian (σ = 1, fixed)`. */
  readonly label: string
  /** A probability of discrete values, a density, or the likelihood of nothing. */
  readonly kind: 'mass' | 'density' | 'none'
  /** What -log p(x|z) is called. */
  readonly reconstruction: string
  readonly remark?: string
}

type Figure = Omit<
  MeasuredEntry,
  'split' | 'examples' | 'likelihood' | 'binarize' | 'seed' | 'note'
>

const NATS = 'nats per example'

/**
 * Every figure of an evaluation with what it is. What training sums up is called a bound on log p(x) only
 * where the model has a prior and the likelihood is one of the data as it stands: cross-entropy of grey
 * levels is the likelihood of nothing, and an autoencoder's reconstruction has no bound.
 */
export function ledgerEntries(measured: Measured): MeasuredEntry[] {
  const { model, data, split, seed, means } = measured
  const words = likelihoodWords(measured)
  const figures = [
    ...sums(measured, words),
    ...Object.keys(means.terms).map((name) => termFigure(measured, words, name)),
    ...objectiveFigure(measured),
    ...squaredErrors(measured),
  ]
  return figures.map((figure) => {
    const note = [figure.remark, errorNote(figure.standardError)].filter(Boolean).join('; ')
    return {
      ...figure,
      split,
      examples: means.examples,
      likelihood: words.label,
      binarize: data.binarize,
      seed,
      // Where nothing was sampled, there is one exact value.
      samples: model.prior ? figure.samples : 0,
      ...(note && { note }),
    }
  })
}

function errorNote(error: MeasuredEntry['standardError']): string | undefined {
  return error && `standard error ${error.atMost ? 'at most ' : ''}${formatFigure(error.value)}`
}

/** The sum of a variational model's terms, unweighted: a bound where the likelihood is one. */
function sums({ model, means }: Measured, words: LikelihoodWords): Figure[] {
  if (!model.prior || means.bound === undefined) return []
  const [terms, rest] = [Object.values(means.errors), words.remark ? `; ${words.remark}` : '']
  const sum = {
    value: means.bound,
    unit: NATS,
    samples: 1,
    standardError: { value: terms.reduce((a, b) => a + b, 0), atMost: terms.length > 1 },
  }
  if (words.kind === 'none')
    return [
      {
        ...sum,
        figure: 'cross-entropy plus KL (grey level; no likelihood)',
        kind: 'objective',
        ...(words.remark && { remark: words.remark }),
      },
    ]
  const bound: Figure = {
    ...sum,
    figure: 'negative ELBO',
    kind: 'bound',
    remark: `upper bound on −log p(x)${rest}`,
  }
  if (words.kind === 'density') return [bound]
  const bits = (nats: number) => nats / (model.info.dimension * Math.LN2)
  const { value: error, atMost } = sum.standardError
  return [
    bound,
    {
      ...bound,
      value: bits(sum.value),
      unit: 'bits per dimension',
      remark: `the same bound: nats / (${model.info.dimension} ln 2)`,
      standardError: { value: bits(error), atMost },
    },
  ]
}

function termFigure({ model, means }: Measured, words: LikelihoodWords, name: string): Figure {
  const value = means.terms[name]!
  const entry = {
    value,
    unit: NATS,
    samples: 1,
    standardError: { value: means.errors[name]!, atMost: false },
  }
  if (name === 'reconstruction' && !model.prior) {
    const remark = [
      'of the example given its own code: no prior, so no bound on log p(x)',
      words.remark,
    ]
    return {
      ...entry,
      figure: words.reconstruction,
      kind: 'error',
      remark: remark.filter(Boolean).join('; '),
    }
  }
  const titles: Record<string, string> = {
    reconstruction: words.reconstruction,
    kl: 'KL(q(z|x) ‖ p(z))',
  }
  return { ...entry, figure: titles[name] ?? name, kind: 'objective' }
}

/** What training minimises, where weights make it another number than the sum of the bound's terms. */
function objectiveFigure({ model, means }: Measured): Figure[] {
  const { objective, bound } = means
  const same = bound !== undefined && Math.abs(objective - bound) <= 1e-9 * Math.abs(bound)
  if (same) return []
  const weights = [...model.schedules].map(
    ([name, { value }]) => `${name} = ${scheduledValue(value, Number.POSITIVE_INFINITY)}`,
  )
  const at = weights.length > 0 ? ` with ${weights.join(', ')}` : ''
  const remark = `what training minimises at the end of its schedules${at}; it bounds nothing`
  return [
    {
      figure: 'weighted objective',
      value: objective,
      unit: NATS,
      samples: 1,
      kind: 'objective',
      remark,
    },
  ]
}

function squaredErrors({ model, data, squaredError: { mean, error } }: Measured): Figure[] {
  const { dimension } = model.info
  const grey =
    data.binarize === 'dynamic' ? ', of the grey levels that are binarised in training' : ''
  const scaled =
    data.scale === 1 ? '' : `, in units of the network's input (${inputUnits(data.scale)})`
  const remark = `(x − x̂)² with x̂ the decoder's mean for the encoder's mean, nothing sampled${grey}${scaled}`
  const shared = { samples: 0, kind: 'error', remark } as const
  return [
    {
      ...shared,
      figure: 'squared error of the reconstruction',
      value: mean,
      unit: 'squared error per example',
      standardError: { value: error, atMost: false },
    },
    {
      ...shared,
      figure: 'mean squared error of the reconstruction',
      value: mean / dimension,
      unit: data.kind === 'image' ? 'squared error per pixel' : 'squared error per column',
      standardError: { value: error / dimension, atMost: false },
    },
  ]
}

function likelihoodWords(measured: Measured): LikelihoodWords {
  const choice = likelihoodChoice(String(measured.model.config.likelihood))
  const negative = 'negative log-likelihood −log p(x|z)'
  switch (choice.kind) {
    case 'bernoulli':
      return isBinary(measured.data, measured.split)
        ? { label: 'bernoulli', kind: 'mass', reconstruction: negative }
        : {
            label: 'bernoulli',
            kind: 'none',
            reconstruction: 'grey-level cross-entropy',
            remark:
              'grey levels are no outcomes of a Bernoulli variable, so this is the likelihood of nothing, and its least possible value is the entropy of the grey levels, not 0',
          }
    case 'categorical':
      return {
        label: `categorical (${choice.levels} levels)`,
        kind: 'mass',
        reconstruction: negative,
        remark: levelsRemark(measured.data, choice.levels),
      }
    case 'gaussian':
      return {
        label: `gaussian (${sigmaLabel(choice, measured.parameters)})`,
        kind: 'density',
        reconstruction: negative,
        remark: densityRemark(measured.data, measured.model.info.dimension),
      }
  }
}

function levelsRemark({ scale, splits }: DataSet, levels: number): string {
  // Stored k is k / 255 in the network, and ⌊256 k / 255⌋ = k below 255.
  const exact = levels === 256 && scale === 1 / 255 && splits.train.store.dtype === 'uint8'
  return exact
    ? 'log of the probability of the stored 8-bit values'
    : `log of the probability of the values quantised to ${levels} equal bins of [0, 1], not of the values themselves`
}

/** A density changes with the unit of x; of whole numbers it can be made as large as one likes. */
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

function inputUnits(scale: number): string {
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

/** Whether all values that the network sees of a split are 0 or 1. */
function isBinary(data: DataSet, split: SplitName): boolean {
  if (data.binarize !== 'none') return true
  const { store, rows } = data.splits[split]
  const width = store.shape[1]!
  for (const row of rows)
    for (let at = row * width; at < (row + 1) * width; at++) {
      const value = store.data[at]! * data.scale
      if (value !== 0 && value !== 1) return false
    }
  return true
}
