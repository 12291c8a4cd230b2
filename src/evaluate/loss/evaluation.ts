import { networkOf } from '../../models/adversarial.ts'
import { type BuiltModel, lastStage } from '../../train/build.ts'
import { relaxesCodes } from '../../train/capabilities.ts'
import type { EvaluationContext, GroupEvaluation } from '../group-evaluation.ts'
import { type Figure, formatFigure } from '../ledger/entry.ts'
import { meanWithError } from '../statistics/mean.ts'
import type { LikelihoodWords } from './likelihood-words.ts'
import { perCell } from './observed-cells.ts'
import { NATS, type TermKind } from './stage-loss.ts'

type Measured = Pick<EvaluationContext, 'trained' | 'means' | 'words' | 'observed'>

/** The terms of the loss. */
export const loss: GroupEvaluation = {
  group: 'loss',
  what: 'loss terms',
  applies: () => true,
  async figures(context) {
    const labelsHash = context.trained.model.labels && context.hashes.labels
    return lossFigures(context).map((figure) => ({ ...figure, ...(labelsHash && { labelsHash }) }))
  },
}

/**
 * Every term of a loss, with what it is. The sum that training minimises is called a bound on log p(x) only if the
 * model has a prior, its terms are those of a bound, and the likelihood is one of the data as it stands: the
 * cross-entropy of grey levels is not a likelihood, and the reconstruction of an autoencoder bounds nothing.
 */
export function lossFigures(measured: Measured): Figure[] {
  const { words } = measured
  return [
    ...boundFigures(measured, words),
    ...Object.keys(measured.means.terms).flatMap((name) => termFigures(measured, words, name)),
    ...objectiveFigure(measured),
  ]
}

const joined = (...parts: readonly (string | undefined | false)[]): string =>
  parts.filter(Boolean).join('; ')

const isConditional = ({ labels }: BuiltModel): boolean => labels === 'condition'

/** The terms that form a bound together, if there is a prior. */
function boundTerms({ trained, means }: Measured): [name: string, kind: TermKind][] {
  return trained.model.prior ? Object.entries(means.kinds).filter(([, { bound }]) => bound) : []
}

/** The unweighted sum of a variational model's terms: a bound if the likelihood is one of the data. */
function boundFigures(measured: Measured, words: LikelihoodWords): Figure[] {
  const { means, observed } = measured
  const { model } = measured.trained
  const terms = boundTerms(measured)
  if (terms.length === 0 || means.bound === undefined) return []
  const samples = Math.max(...terms.map(([, kind]) => kind.samples))
  const values = means.boundValues
  const sum = {
    value: means.bound,
    unit: NATS,
    samples,
    ...(values && { standardError: meanWithError(values).error, values }),
  }
  const weighted = samples > 1
  if (words.kind === 'none')
    return [
      {
        ...sum,
        figure: weighted
          ? `importance-weighted sum, k = ${samples} (grey level; no likelihood)`
          : 'cross-entropy plus KL (grey level; no likelihood)',
        kind: 'objective',
        ...(words.remark && { note: words.remark }),
      },
    ]
  const name = weighted ? `importance-weighted bound, k = ${samples}` : 'negative ELBO'
  const bound: Figure = {
    ...sum,
    figure: isConditional(model) ? `${name}, given the label` : name,
    kind: 'bound',
    note: joined(
      `upper bound on −log p(${isConditional(model) ? 'x|y' : 'x'})`,
      words.remark,
      relaxesCodes(model) &&
        'codes are drawn from q(z|x) itself, while training uses a relaxation of it',
    ),
  }
  if (observed) return [bound, ...(values ? [ofCells(bound, values, observed)] : [])]
  if (words.kind === 'density') return [bound]
  const bits = (nats: number) => nats / (model.info.dimension * Math.LN2)
  return [
    bound,
    {
      ...bound,
      value: bits(sum.value),
      unit: 'bits per dimension',
      note: `the same bound: nats / (${model.info.dimension} ln 2)`,
      ...(values && {
        standardError: bits(sum.standardError!),
        values: values.map(bits),
      }),
    },
  ]
}

/** A bound per cell, which compares tables with other gaps. */
function ofCells(bound: Figure, values: Float64Array, observed: Float64Array): Figure {
  const cells = formatFigure(meanWithError(observed).mean)
  return {
    ...bound,
    ...perCell(values, observed),
    figure: `${bound.figure} per observed cell`,
    unit: 'nats per observed cell',
    note: `the same bound, divided by the number of cells with a value: ${cells} in a row on average`,
  }
}

/** The figure of a term; none if the term is the whole bound, which is reported already. */
function termFigures(measured: Measured, words: LikelihoodWords, name: string): Figure[] {
  const { means } = measured
  const { model } = measured.trained
  const kind = means.kinds[name]!
  const inBound = boundTerms(measured).map(([term]) => term)
  if (inBound.length === 1 && inBound[0] === name) return []
  const shared = {
    value: means.terms[name]!,
    unit: kind.unit,
    samples: kind.samples,
    // A joint term has no spread over the examples.
    ...(kind.joint
      ? { examples: means.counts[name]! }
      : { standardError: means.errors[name]!, values: means.values[name]! }),
  }
  const measures = joined(
    kind.joint && `of ${means.counts[name]} examples together`,
    kind.metric && 'reported, not minimised',
    phaseRemark(measured, kind),
  )
  if (name !== 'reconstruction') {
    const title = isConditional(model) ? 'KL(q(z|x, y) ‖ p(z))' : 'KL(q(z|x) ‖ p(z))'
    const figure = name === 'kl' ? title : name
    const as = kind.metric ? 'metric' : 'objective'
    return [{ ...shared, figure, kind: as, ...(measures && { note: measures }) }]
  }
  const figure = words.reconstruction
  if (kind.metric)
    return [{ ...shared, figure, kind: 'metric', note: joined(measures, words.remark) }]
  if (inBound.includes(name)) return [{ ...shared, figure, kind: 'objective' }]
  const note = joined(unboundedRemark(model), measures, words.remark)
  return [{ ...shared, figure, kind: 'error', note }]
}

/** Which networks minimise the term, if several losses are minimised in turn. */
function phaseRemark({ trained }: Measured, { phase, metric }: TermKind): string | undefined {
  const { phases } = lastStage(trained.model)
  const found = phases.length > 1 && !metric && phases.find(({ name }) => name === phase)
  if (!found) return undefined
  const networks = [...new Set(found.trains.map(({ name }) => networkOf(name)))]
  return `minimised by ${networks.join(' and ')} alone, in the phase “${phase}”`
}

/** Why a reconstruction term is not part of a bound. */
function unboundedRemark({ prior, likelihood, corrupt }: BuiltModel): string {
  if (prior)
    return 'of the example given its own code: codes match the prior only as a whole, so no bound on log p(x)'
  if (!likelihood) return 'of the example given a corrupted one: no code, so no bound on log p(x)'
  const code = corrupt ? 'the code of a corrupted one' : 'its own code'
  return `of the example given ${code}: no prior, so no bound on log p(x)`
}

/**
 * What training minimises, unless that is a single term or the sum that is reported already. Phases that each
 * minimise a loss of their own have no objective in common.
 */
function objectiveFigure(measured: Measured): Figure[] {
  const { means } = measured
  const { model } = measured.trained
  if (lastStage(model).phases.length > 1) return []
  const parts = Object.entries(means.kinds).filter(([, { metric }]) => !metric)
  const plain = parts.every(([name, { replaced }]) => means.weights[name] === 1 && !replaced)
  const inBound = boundTerms(measured).length
  if (plain && (parts.length === 1 || parts.length === inBound)) return []
  const summands = parts.map(([name, { replaced }]) => {
    const weight = Number(means.weights[name]!.toPrecision(6)) // a float32 in the graph
    return `${weight === 1 ? '' : `${weight} · `}${name}${replaced ? ' as minimised' : ''}`
  })
  return [
    {
      figure: 'weighted objective',
      value: means.objective,
      unit: NATS,
      samples: Math.max(...parts.map(([, { samples }]) => samples)),
      kind: 'objective',
      note: `what training minimises at the end of its schedules: ${summands.join(' + ')}; it bounds nothing`,
    },
  ]
}
