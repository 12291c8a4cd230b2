import type { Distribution } from '../../distributions/distribution.ts'
import { isBernoulli } from '../../distributions/relaxed-bernoulli.ts'
import { type Dim, timesDim } from '../../graph/shape.ts'
import type { Tensor } from '../../graph/tensor.ts'
import type { Mode } from '../../nn/network.ts'
import type { Arrays } from '../../runtime/session.ts'
import { UserError } from '../../tensor/errors.ts'
import { type HostTensor, hostTensor } from '../../tensor/host.ts'
import type { BuiltModel } from '../../train/build.ts'
import { labelFeed } from '../../train/labels.ts'
import { conditions, inferenceMode, type Labels } from '../../train/trained.ts'

/** Examples `[n, D]` as the network sees them: normalised, and binarised if the data is. */
export type Examples = HostTensor<'float32'> | HostTensor<'float64'>

/**
 * What a model generates examples with: p(x|z) and p(z), with z of `latent` dimensions.
 *
 * @throws UserError if it has no code, or no prior over codes
 */
export function generatorOf({ definition, likelihood, prior, latent }: BuiltModel) {
  if (!likelihood || !prior)
    throw new UserError(
      `${definition.name} has no ${likelihood ? 'prior over codes' : 'code'}, so there is no likelihood p(x) to estimate`,
    )
  return { likelihood, prior, latent }
}

/** Whether codes are continuous, so that gradients with respect to them are meaningful. */
export const isContinuous = (prior: Distribution): boolean => !isBernoulli(prior)

/** Every row of `[E, n]` repeated `times` times, one after the other: `[E · times, n]`. */
export function repeatedRows(x: Tensor, times: number): Tensor {
  const [rows, width] = x.shape as readonly [Dim, number]
  if (times === 1) return x
  // Rows of a single example are left to broadcasting, which copies nothing.
  if (rows === 1) return x.expand([times, width])
  return x
    .unsqueeze(1)
    .expand([rows, times, width])
    .reshape([timesDim(rows, times), width])
}

/** A pass over `examples` examples, and one over `times` rows for each of them. */
export function repeatedMode(
  model: BuiltModel,
  examples: number,
  times: number,
): { readonly once: Mode; readonly repeated: Mode } {
  const once = inferenceMode(model, examples)
  const labels = once.labels && repeatedRows(once.labels, times)
  return { once, repeated: { ...once, ...(labels && { labels }) } }
}

/** Options of figures that draw codes for each example. */
export interface Drawing {
  readonly seed: number
  /** One class for each example, for a conditional model. */
  readonly labels?: Labels | undefined
  /** The number that each example draws by, such as `exampleNumbers`; by default its index. */
  readonly numbers?: ArrayLike<number> | undefined
  /** Rows of one call, at most; by default as many as suit the processor's caches. */
  readonly rowsPerCall?: number | undefined
}

/** Examples of one call, with the number that each draws by; the last is repeated if fewer are left. */
export interface Block {
  readonly start: number
  /** Examples that count. */
  readonly count: number
  readonly numbers: readonly number[]
  readonly feeds: Arrays
}

/**
 * Examples in blocks of one size, as feeds `x` `[size, D]` and, for a conditional model, `labels`.
 *
 * @throws UserError if the width of the examples is not the model's, or a conditional model lacks labels
 */
export function blocksOf(
  model: BuiltModel,
  x: Examples,
  { labels, numbers }: Pick<Drawing, 'labels' | 'numbers'>,
  size: number,
): Block[] {
  const [count = 0, width] = x.shape
  if (x.shape.length !== 2 || width !== model.info.dimension)
    throw new UserError(
      `examples must have ${model.info.dimension} columns for this model, got an array [${x.shape.join(', ')}]`,
    )
  const classes = conditions(model, x, labels).labels?.data
  return Array.from({ length: Math.ceil(count / size) }, (_, block) => {
    const start = block * size
    const indices = Array.from({ length: size }, (_, i) => Math.min(start + i, count - 1))
    const rows = new (x.data.constructor as Float32ArrayConstructor)(size * width)
    indices.forEach((index, i) => {
      rows.set(x.data.subarray(index * width, (index + 1) * width), i * width)
    })
    return {
      start,
      count: Math.min(size, count - start),
      numbers: indices.map((index) => numbers?.[index] ?? index),
      feeds: {
        x: hostTensor(x.dtype as 'float32', [size, width], rows),
        ...(classes && labelFeed(indices.map((index) => Number(classes[index])))),
      },
    }
  })
}
