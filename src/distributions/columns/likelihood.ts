import { concat, scalar, type Tensor } from '../../graph/tensor.ts'
import { bernoulli } from '../bernoulli.ts'
import { choices } from '../choices.ts'
import { apart } from '../disjoint-noise.ts'
import type { Distribution, Independent, Noise } from '../distribution.ts'
import { flooredLogSigma, gaussian } from '../gaussian.ts'
import { boundedDispersion, negativeBinomial } from '../negative-binomial.ts'
import { ordinal } from '../ordinal.ts'
import { picked } from '../picked.ts'
import { LOG_RATE_BOUNDS, poisson } from '../poisson.ts'
import { boundedDegrees, studentT } from '../student-t.ts'
import type { TableColumn } from './column.ts'
import { categoriesOf, type Group, layoutOf, perColumn, ungrouped } from './layout.ts'
import type { ColumnsOptions, ColumnsParameters } from './parameters.ts'
import { logJacobian } from './units.ts'

/** p(row | decoder's output) over cells `[B, C]`, in the units of the file. */
export interface ColumnsDistribution extends Distribution {
  /**
   * log p of each cell, `[B, C]`, in nats: a density in the units of the file, or a probability; 0 where a cell is missing or
   * of a category that training has not seen.
   */
  logProbPerColumn(cells: Tensor): Tensor
  /** The number of cells that `logProb` counts, `[B]`. */
  observed(cells: Tensor): Tensor
  /** The most probable category of binary, categorical and ordinal columns, the mean of the cell of others. */
  mean(): Tensor
  /**
   * The cell of the mean of x in the units of the file: `mean`, but for positive columns, of which the mean is above the
   * median. A column that is mapped by quantiles has no such closed form: it is the mean of the cell.
   */
  expected(): Tensor
  /** Of each category of a binary, categorical or ordinal column, `[B, K]`. */
  probabilities(column: number): Tensor
}

/** What a group of columns is to the likelihood: a distribution over its cells, and what it knows beyond that. */
interface Part {
  readonly distribution: Independent
  /** Cells, where the mean is not one. */
  readonly mode?: () => Tensor
  /** The cell of E[x], where the mean of the cell is not that. */
  readonly expected?: () => Tensor
  /** log |d cell / dx|, `[B, n]` or broadcast to it. */
  readonly jacobian?: (cells: Tensor) => Tensor
  /** Of the categories of one of its columns, `[B, K]`. */
  readonly probabilities?: (column: number) => Tensor
}

/**
 * The product of the likelihoods of a table's columns, given what a decoder gives for them (HI-VAE: Nazábal et al. 2020,
 * section 3). Cells that are missing are not counted, so that the others' likelihood is that of their margin.
 *
 * @param outputs `[B, O]`, O as in `outputsOf`
 * @param parameters those of `columnParameters`
 */
export function columnsLikelihood(
  columns: readonly TableColumn[],
  outputs: Tensor,
  parameters: ColumnsParameters,
  options: ColumnsOptions = {},
): ColumnsDistribution {
  const layout = layoutOf(columns)
  const { groups, order } = layout
  const parts = groups.map((group) => {
    const own = outputs.slice(1, group.firstOutput, group.firstOutput + group.outputs)
    return makers[group.name](group, own, spreadOf(group, groups, parameters, options))
  })
  const sorted = order.map((i) => columns[i]!)
  // What is counted: NaN is not less than anything, nor is an unseen category, K, less than K.
  const limits = perColumn(sorted, (column) => column.categories?.length ?? Infinity)
  const grouped = (cells: Tensor) => {
    const x = picked(cells, order)
    const counted = x.less(limits)
    // Replaced before any arithmetic: the gradient of a NaN is NaN even where it is multiplied by 0.
    return { x: counted.select(x, 0), counted }
  }
  const logProbs = (cells: Tensor) => {
    const { x, counted } = grouped(cells)
    const terms = parts.map(({ distribution, jacobian }, i) => {
      const { start, columns: own } = groups[i]!
      const part = x.slice(1, start, start + own.length)
      const logProb = distribution.logProbPerDimension(part)
      return jacobian ? logProb.add(jacobian(part)) : logProb
    })
    return counted.select(concat(terms, 1), 0)
  }
  const each = (f: (part: Part) => Tensor) => ungrouped(concat(parts.map(f), 1), layout)
  return {
    logProb: (cells) => logProbs(cells).sum([1]),
    logProbPerColumn: (cells) => ungrouped(logProbs(cells), layout),
    observed: (cells) => grouped(cells).counted.cast('float').sum([1]),
    mean: () => each(({ distribution, mode }) => (mode ?? distribution.mean)()),
    expected: () =>
      each(({ distribution, mode, expected }) => (expected ?? mode ?? distribution.mean)()),
    sample: (noise) =>
      apart(noise, (own: Noise) => each(({ distribution }) => distribution.sample(own))),
    probabilities(column) {
      const position = order.indexOf(column)
      const at = groups.findIndex(
        ({ start, columns: own }) => position >= start && position < start + own.length,
      )
      const found = parts[at]?.probabilities
      if (!found) throw new Error(`column ${columns[column]?.name ?? column} has no categories`)
      return found(position - groups[at]!.start)
    },
    reparametrised: parts.every(({ distribution }) => distribution.reparametrised),
  }
}

/** The parameters of a group that no decoder gives. */
interface Spread {
  /** log σ, `[n]` or `[]`. */
  readonly logSigma: () => Tensor
  readonly degrees: () => Tensor
  readonly logDispersion: () => Tensor
  readonly cutPoints: () => Tensor
}

function spreadOf(
  { name, columns }: Group,
  groups: readonly Group[],
  parameters: ColumnsParameters,
  { sigma = 'per-column', degrees = 'per-column' }: ColumnsOptions,
): Spread {
  const learned = (of: keyof ColumnsParameters) => {
    const parameter = parameters[of]
    if (!parameter) throw new Error(`the likelihood of these columns needs the parameter ${of}`)
    return parameter
  }
  const gaussians = groups.find((group) => group.name === 'gaussian')?.columns.length ?? 0
  const start = name === 'gaussian' ? 0 : gaussians
  const logSigma = () =>
    sigma === 'global'
      ? learned('logSigma')
      : learned('logSigma').slice(0, start, start + columns.length)
  return {
    logSigma: () =>
      typeof sigma === 'number' ? scalar(Math.log(sigma)) : flooredLogSigma(logSigma()),
    degrees: () =>
      typeof degrees === 'number' ? scalar(degrees) : boundedDegrees(learned('logDegrees')),
    logDispersion: () => learned('logDispersion'),
    cutPoints: () => learned('cutPoints'),
  }
}

/** The rate of counts, the mean of the training rows where the output is 0; an encoder sees log(1 + x) in the same units. */
const rateOf = (columns: readonly TableColumn[], outputs: Tensor) =>
  outputs
    .mul(perColumn(columns, ({ scale }) => scale))
    .add(perColumn(columns, ({ centre, initial }) => (initial ? Math.log(initial.mean) : centre)))
    .clip(...LOG_RATE_BOUNDS)
    .exp()

type Maker = (group: Group, outputs: Tensor, spread: Spread) => Part

const makers: Readonly<Record<Group['name'], Maker>> = {
  gaussian: ({ columns }, outputs, { logSigma }) => ({
    distribution: gaussian(outputs, logSigma().mul(2)),
    // Of log x ~ N(c + s o, s² σ²), log E[x] = c + s (o + s σ² / 2).
    expected: () => {
      const halves = perColumn(columns, ({ kind, scale }) => (kind === 'positive' ? scale / 2 : 0))
      return outputs.add(halves.mul(logSigma().mul(2).exp()))
    },
    jacobian: (cells) => logJacobian(columns, cells),
  }),
  'student-t': ({ columns }, outputs, { logSigma, degrees }) => ({
    distribution: studentT(outputs, logSigma().exp(), degrees()),
    jacobian: (cells) => logJacobian(columns, cells),
  }),
  poisson: ({ columns }, outputs) => ({ distribution: poisson(rateOf(columns, outputs)) }),
  'negative-binomial': ({ columns }, outputs, { logDispersion }) => ({
    distribution: negativeBinomial(
      rateOf(columns, outputs),
      boundedDispersion(
        logDispersion().add(
          perColumn(columns, ({ initial }) => Math.log(initial?.dispersion ?? 1)),
        ),
      ),
    ),
  }),
  bernoulli: (_group, outputs) => {
    const distribution = bernoulli(outputs)
    return {
      distribution,
      mode: () => outputs.greater(0).cast('float'),
      probabilities(column) {
        const one = distribution.mean().slice(1, column, column + 1)
        return concat([one.neg().add(1), one], 1)
      },
    }
  },
  ordinal: ({ columns }, outputs, { cutPoints }) => {
    const sizes = columns.map(categoriesOf)
    const distribution = ordinal(outputs, cutPoints(), sizes)
    const probabilities = (column: number) =>
      distribution
        .probabilities()
        .slice(1, column, column + 1)
        .squeeze(1)
        .slice(1, 0, sizes[column]!)
    return { distribution, probabilities }
  },
  categorical: ({ columns }, outputs) => {
    const sizes = columns.map(categoriesOf)
    const distribution = choices(outputs, sizes)
    const probabilities = (column: number) => {
      const start = sizes.slice(0, column).reduce((a, b) => a + b, 0)
      return distribution.probabilities().slice(1, start, start + sizes[column]!)
    }
    return { distribution, probabilities }
  },
}
