import { scheduledValue } from '../config/options.ts'
import type { DataSet, SplitName } from '../data/dataset.ts'
import type { TermMeans } from '../evaluate/terms.ts'
import { formatFigure, type LedgerEntry } from '../report/ledger.ts'
import type { Arrays } from '../runtime/session.ts'
import type { BuiltModel } from '../train/build.ts'
import { inputUnits, type LikelihoodWords, likelihoodWords } from './likelihood-words.ts'

/** A ledger entry with its standard error apart; its note has both remark and error. */
export interface MeasuredEntry extends LedgerEntry {
  /** What must be known to read the figure rightly. */
  readonly remark?: string
  /** Over the examples; of a sum of terms, an upper bound. */
  readonly standardError?: { readonly value: number; readonly atMost: boolean }
}

/** Mean over a split and its standard error. */
export interface Mean {
  readonly mean: number
  readonly error: number
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
  const remark = `of the reconstruction x̂, the decoder's mean for the encoder's mean with nothing sampled: Σ\u00a0(x\u00a0−\u00a0x̂)²${grey}${scaled}`
  const shared = { samples: 0, kind: 'error', remark } as const
  return [
    {
      ...shared,
      figure: 'squared error',
      value: mean,
      unit: 'squared error per example',
      standardError: { value: error, atMost: false },
    },
    {
      ...shared,
      figure: 'mean squared error',
      value: mean / dimension,
      unit: data.kind === 'image' ? 'squared error per pixel' : 'squared error per column',
      standardError: { value: error / dimension, atMost: false },
    },
  ]
}
