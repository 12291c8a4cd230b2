import { evaluatedValues, exampleNumbers } from '../../data/evaluated.ts'
import { evenIndices, evenly } from '../../data/indices.ts'
import { splitLabels } from '../../data/rows.ts'
import { canSample, hasRandomCode, priorKind } from '../../train/capabilities.ts'
import type { EvaluationContext, GroupEvaluation } from '../group-evaluation.ts'
import { averaged, type Figure } from '../ledger/entry.ts'
import { meanWithError } from '../statistics/mean.ts'
import { annealedImportance } from './annealed-importance.ts'
import { importanceBound } from './importance-bound.ts'
import type { Drawing, Examples } from './latent-model.ts'

/** Codes drawn for each example by default. */
const SAMPLES = 100

/** Examples, chains and steps of annealing, which takes a thousand times as long for each example. */
const ANNEALED = { examples: 32, chains: 16, steps: 500 } as const

/**
 * Estimates of log p(x) that are closer to it than the ELBO: the importance-weighted bound and, for continuous
 * codes, annealed importance sampling of some examples as a check.
 */
export const likelihood: GroupEvaluation = {
  group: 'likelihood',
  what: 'importance-weighted bound',
  applies: ({ trained: { model } }) => canSample(model) && hasRandomCode(model),
  async figures(context) {
    const { options, data, split } = context
    const { importanceSamples: k = SAMPLES } = options
    const indices = evenIndices(data.splits[split], options.examples ?? Infinity)
    const { x, ...drawing } = examplesAt(context, indices)
    const hooks = {
      ...drawing,
      signal: options.signal,
      onProgress: options.onProgress,
    }
    const found = await importanceBound(context.trained, x, {
      ...hooks,
      rowsPerCall: context.trained.rowsPerCall,
      samples: k,
    })
    const name = namesOf(context)
    const drawingError = (errors: Float64Array) =>
      Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0)) / errors.length
    const negative = (values: Float64Array, errors: Float64Array) => {
      const nll = values.map((value) => -value)
      return { ...averaged(nll), drawingError: drawingError(errors) }
    }
    const shared = { unit: 'nats per example', examples: indices.length, ...name.shared } as const
    const bound: Figure = {
      ...shared,
      ...negative(found.bound, found.boundError),
      figure: `importance-weighted ${name.bound}`,
      samples: k,
      note: [
        `−log 1/k Σ p(x, z) / q(z|x) over k = ${k} codes (Burda et al. 2016); their effective number is ${meanWithError(found.effectiveSamples).mean.toFixed(1)}, on average`,
        name.remark,
      ]
        .filter(Boolean)
        .join('; '),
    }
    const elbo: Figure = {
      ...shared,
      ...negative(found.elbo, found.elboError),
      figure: `${name.elbo}, mean of ${k} codes`,
      samples: k,
      note: 'the mean of log p(x, z) − log q(z|x) over the same codes',
    }
    const figures = [bound, elbo]
    if (k > 1 && !name.remark && context.trained.model.info.dimension > 0 && name.isMass)
      figures.splice(1, 0, inBits(bound, context.trained.model.info.dimension))
    if (priorKind(context.trained.model) === 'binary') return figures
    options.onStage?.('annealed importance sampling')
    return [...figures, ...(await annealed(context, indices))]
  },
}

function inBits(bound: Figure, dimension: number): Figure {
  const bits = (nats: number) => nats / (dimension * Math.LN2)
  return {
    ...bound,
    value: bits(bound.value),
    standardError: bits(bound.standardError!),
    drawingError: bits(bound.drawingError!),
    values: bound.values!.map(bits),
    unit: 'bits per dimension',
    note: `the same bound: nats / (${dimension} ln 2)`,
  }
}

/** Annealing, and the importance-weighted bound of the same examples to compare it with. */
async function annealed(context: EvaluationContext, among: readonly number[]): Promise<Figure[]> {
  const { options } = context
  const indices = evenly(among.length, ANNEALED.examples).map((i) => among[i]!)
  const { x, ...drawn } = examplesAt(context, indices)
  const hooks = { ...drawn, signal: options.signal }
  const found = await annealedImportance(context.trained, x, {
    ...hooks,
    chains: ANNEALED.chains,
    steps: ANNEALED.steps,
    start: 'posterior',
    onProgress: options.onProgress,
  })
  const samples = Math.max(options.importanceSamples ?? SAMPLES, 1000)
  const weighted = await importanceBound(context.trained, x, {
    ...hooks,
    rowsPerCall: context.trained.rowsPerCall,
    samples,
  })
  const name = namesOf(context)
  const nll = found.logLikelihood.map((value) => -value)
  const gap = meanWithError(weighted.bound.map((value, i) => found.logLikelihood[i]! - value))
  const { mean, error } = meanWithError(nll)
  const drawing =
    Math.sqrt(found.error.reduce((sum, e) => sum + e * e, 0)) / Math.max(1, found.error.length)
  return [
    {
      figure: `annealed importance sampling${name.given}`,
      value: mean,
      standardError: error,
      drawingError: drawing,
      values: nll,
      unit: 'nats per example',
      examples: indices.length,
      samples: ANNEALED.chains,
      ...name.shared,
      note: `Wu et al. 2017: ${ANNEALED.chains} chains of ${ANNEALED.steps} steps, started from q(z|x), ${found.leapfrogSteps} leapfrog steps each, ${Math.round(100 * meanWithError(found.acceptance).mean)} % accepted`,
    },
    {
      figure: 'annealing − importance weights',
      value: gap.mean,
      standardError: gap.error,
      unit: 'nats per example',
      kind: 'metric',
      examples: indices.length,
      samples,
      note: `how much higher log p(x) is by annealing than by ${samples} importance samples, on the same examples: near 0 if the bound can be trusted`,
    },
  ]
}

/** What estimates of log p(x) are called: a grey level has no likelihood under Bernoulli variables. */
function namesOf({ trained, words }: EvaluationContext) {
  const given = trained.model.labels === 'condition' ? ', given the label' : ''
  const isLikelihood = words.kind !== 'none'
  return {
    given,
    isMass: words.kind === 'mass',
    bound: `${isLikelihood ? 'bound' : 'sum (grey level; no likelihood)'}${given}`,
    elbo: `${isLikelihood ? 'negative ELBO' : 'cross-entropy plus KL (grey level)'}${given}`,
    remark: words.remark,
    shared: { kind: isLikelihood ? 'bound' : 'objective' } as const,
  }
}

/** Examples of the split at some indices, with what each draws by. */
function examplesAt(
  { data, split, seed }: EvaluationContext,
  indices: readonly number[],
): Drawing & { readonly x: Examples } {
  const labels = splitLabels(data, split, indices)
  return {
    x: evaluatedValues(data, split, indices, seed),
    seed,
    numbers: exampleNumbers(data, split, indices),
    labels,
  }
}
