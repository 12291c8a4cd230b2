import { gradients } from '../../graph/autodiff.ts'
import { Tensor } from '../../graph/tensor.ts'
import type { Runtime, Session } from '../../runtime/session.ts'
import {
  requireMatrix,
  requireNumbers,
  requireOptions,
  requireRuntime,
  requireWatching,
  requireWhole,
} from '../../tensor/checks.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { labelFeed, labelInput, oneHot } from '../../train/labels.ts'
import { minimise, type Slope } from './l-bfgs.ts'
import { type ColumnScale, columnScale, standardised } from './standardise.ts'

/** A fitted softmax classifier of features: p(class | x) ∝ exp((x - mean) / deviation · W + b). */
export interface LinearProbe {
  readonly classes: number
  /** Of the training features. */
  readonly scale: ColumnScale
  /** W, row-major `[D, classes]`: of standardised features. */
  readonly weights: Float64Array
  /** b, `[classes]`, whose sum is 0. */
  readonly bias: Float64Array
  /** Cross-entropy of the training examples, nats per example, without the penalty. */
  readonly crossEntropy: number
  /** Largest component of the gradient of the objective at the end of the fit. */
  readonly steepness: number
  readonly iterations: number
  /** Whether that is below the tolerance. */
  readonly converged: boolean
}

export interface ProbeOptions extends ReadOptions {
  /** λ of the objective; `PENALTY` by default. */
  readonly penalty?: number | undefined
  /** By default one more than the largest label. */
  readonly classes?: number | undefined
  /** The fit has converged when no component of the gradient exceeds this, in nats per example; 1e-5 by default. */
  readonly tolerance?: number | undefined
  /** 2000 by default. */
  readonly mostIterations?: number | undefined
}

/** Default λ: in scikit-learn's terms C = 1000 / n. */
export const PENALTY = 1e-3

/**
 * Fits multinomial logistic regression, the linear probe of a representation (Alain and Bengio 2016): the minimum
 * over W and b of mean(-log p(label | x)) + λ/2 Σ W² for features x `[n, D]` that are standardised by their own
 * mean and deviation. The bias is not penalised. The objective is convex with a single minimum, so nothing is
 * drawn. For more than two classes it is that of scikit-learn's LogisticRegression with C = 1 / (λ n); with two
 * classes each has its own vector of weights here, so that the same λ corresponds to C = 2 / (λ n).
 *
 * The runtime computes the cross-entropy of each example and the gradient in one graph; the sum and L-BFGS are
 * float64 on the host. In float32 the gradient is exact to about 1e-7.
 *
 * @throws RangeError if labels are not classes, or not one for each row; the signal's reason if it is aborted
 */
export async function fitLinearProbe(
  runtime: Runtime,
  x: Floats,
  labels: ArrayLike<number>,
  options: ProbeOptions = {},
): Promise<LinearProbe> {
  requireRuntime(runtime)
  requireMatrix(x, 'x')
  requireNumbers(labels, 'labels')
  requireWatching(options)
  if (options.classes !== undefined) requireWhole(options.classes, 'classes', { low: 1 })
  const { penalty = PENALTY, tolerance = 1e-5, mostIterations = 2000, onProgress, signal } = options
  const classes = classesOf(x, labels, options.classes)
  const [count, width] = x.shape as readonly [number, number]
  const scale = columnScale(x)
  const session = await runtime.compile(slopeGraph(width, classes))
  const slopeAt = async (point: Float64Array) => {
    signal?.throwIfAborted()
    return penalised(
      await slopeOf(session, point, width, classes, count),
      point,
      width * classes,
      penalty,
    )
  }
  try {
    await session.bind({ x: standardised(x, scale), ...labelFeed(labels) })
    let first: number | undefined
    const minimum = await minimise(slopeAt, new Float64Array((width + 1) * classes), {
      tolerance,
      mostIterations,
      precision: 2 ** -22, // of float32, a few roundings together
      onIteration(steepness) {
        first ??= steepness
        // The gradient falls about geometrically.
        const share = Math.log(first / steepness) / Math.log(first / tolerance)
        onProgress?.(Math.min(1, Math.max(0, share || 0)))
      },
    })
    onProgress?.(1)
    const weights = minimum.point.slice(0, width * classes)
    return {
      classes,
      scale,
      weights,
      bias: minimum.point.slice(width * classes),
      crossEntropy: minimum.value - (penalty / 2) * squares(weights),
      steepness: minimum.steepness,
      iterations: minimum.iterations,
      converged: minimum.converged,
    }
  } finally {
    await session.close()
  }
}

/** The most probable class of each row of x `[n, D]`. */
export async function probedClasses(
  runtime: Runtime,
  probe: LinearProbe,
  x: Floats,
): Promise<Int32Array> {
  requireRuntime(runtime)
  requireOptions(probe, 'probe')
  const { scale, weights, bias, classes } = probe
  requireWhole(classes, 'probe.classes', { low: 1 })
  requireOptions(scale, 'probe.scale')
  requireNumbers(scale.mean, 'probe.scale.mean', 'finite')
  requireMatrix(x, 'x')
  if (x.shape[1] !== scale.mean.length)
    throw new RangeError(
      `x: expected rows of ${scale.mean.length} features, as the probe was fitted to, got ${x.shape[1]}`,
    )
  const { logits } = probeGraph(scale.mean.length, classes)
  if (x.shape[0] === 0) return new Int32Array(0)
  const session = await runtime.compile({ best: logits.argMax(1) })
  try {
    const { best } = await session.run({
      x: standardised(x, scale),
      weights: hostTensor('float64', [scale.mean.length, classes], weights),
      bias: hostTensor('float64', [classes], bias),
    })
    return Int32Array.from(best!.data as BigInt64Array, Number)
  } finally {
    await session.close()
  }
}

function probeGraph(width: number, classes: number) {
  const x = Tensor.input('x', ['n', width])
  const weights = Tensor.input('weights', [width, classes])
  const bias = Tensor.input('bias', [classes])
  return { weights, bias, logits: x.dot(weights).add(bias) } // logits: [n, classes]
}

/** The cross-entropy of each example `[n]`, and the gradient of their sum. */
function slopeGraph(width: number, classes: number): Record<string, Tensor> {
  const { weights, bias, logits } = probeGraph(width, classes)
  const chosen = logits.mul(oneHot(labelInput('n'), classes)).sum([1])
  const losses = logits.logSumExp(1).sub(chosen)
  const [byWeights, byBias] = gradients(losses.sum(), [weights, bias])
  return { losses, byWeights: byWeights!, byBias: byBias! }
}

/** Mean cross-entropy and its gradient at a point: the weights, then the bias. */
async function slopeOf(
  session: Session,
  point: Float64Array,
  width: number,
  classes: number,
  count: number,
): Promise<Slope> {
  const { losses, byWeights, byBias } = await session.run({
    weights: hostTensor('float64', [width, classes], point.slice(0, width * classes)),
    bias: hostTensor('float64', [classes], point.slice(width * classes)),
  })
  const gradient = new Float64Array(point.length)
  gradient.set(byWeights!.data as Float32Array)
  gradient.set(byBias!.data as Float32Array, width * classes)
  let sum = 0
  for (const loss of losses!.data as Float32Array) sum += loss
  return { value: sum / count, gradient: gradient.map((value) => value / count) }
}

function penalised(
  { value, gradient }: Slope,
  point: Float64Array,
  weights: number,
  penalty: number,
): Slope {
  return {
    value: value + (penalty / 2) * squares(point.subarray(0, weights)),
    gradient: gradient.map((slope, d) => (d < weights ? slope + penalty * point[d]! : slope)),
  }
}

const squares = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value * value, 0)

function classesOf(
  { shape }: Floats,
  labels: ArrayLike<number>,
  given: number | undefined,
): number {
  const all = Array.from(labels)
  const classes = given ?? all.reduce((most, label) => Math.max(most, label + 1), 0)
  const [count = 0] = shape
  if (shape.length !== 2 || count === 0 || all.length !== count)
    throw new RangeError(
      `a linear probe needs features [n, D] and n labels, got [${shape.join(', ')}] and ${all.length}`,
    )
  const wrong = all.find((label) => !Number.isInteger(label) || label < 0 || label >= classes)
  if (wrong !== undefined)
    throw new RangeError(`label: expected a class, 0 or more and below ${classes}, got ${wrong}`)
  return classes
}
