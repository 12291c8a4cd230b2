import type { Tensor } from '../graph/tensor.ts'
import { UserError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/host.ts'
import type { BatchMoments, Mode, Network } from './network.ts'
import type { Parameters } from './parameters.ts'

/** Normalisations by their names in configurations. */
export const normalizationNames = ['none', 'batch', 'layer'] as const
export type Normalization = (typeof normalizationNames)[number]

/** Added to variances, so that a constant feature is not divided by zero. */
const EPSILON = 1e-5

/** Weight of a batch's moments in the update of the running ones. */
const MOMENTUM = 0.1

/** Normalises `[B, F]` or `[B, C, H, W]`, `features` being F or C, by the method's name. */
export function normalization(
  to: Parameters,
  name: string,
  kind: Normalization,
  features: number,
): Network {
  if (kind === 'none') return (x) => x
  return kind === 'batch' ? batchNorm(to, name, features) : layerNorm(to, name, features)
}

/** Whether a linear map before the normalisation needs a bias: subtracting the batch's mean cancels one. */
export const needsBias = (kind: Normalization): boolean => kind !== 'batch'

/**
 * Batch normalisation (Ioffe & Szegedy 2015) of `[B, F]` or `[B, C, H, W]`: every feature has mean 0 and
 * variance 1 over the batch and over positions, then the learned `NAME.scale` and `NAME.shift`. Evaluation
 * uses the running moments `NAME.mean` and `NAME.variance`, which a training pass moves a tenth of the way
 * to the batch's, its variance taken as the unbiased estimate (PyTorch's BatchNorm).
 *
 * @throws UserError while training on a single value of each feature, which has no variance
 */
export function batchNorm(to: Parameters, name: string, features: number): Network {
  const affine = learnedAffine(to, name, features)
  const mean = to.keep(`${name}.mean`, [features], { kind: 'zeros' })
  const variance = to.keep(`${name}.variance`, [features], { kind: 'constant', value: 1 })
  return (x, mode) => {
    if (!mode.training) return affine(x.sub(perFeature(mean, x)), perFeature(variance, x))
    const held = mode.held?.get(mean)
    if (held) return affine(x.sub(held.mean), held.variance)
    const axes = axesBut(x, 1)
    const batch = momentsOf(x, axes)
    const count = sizeOf(axes.map((axis) => x.shape[axis] as number))
    if (count < 2)
      throw new UserError(
        `normalization: batch needs at least 2 values of each feature, and a batch of ${x.shape[0]} gives ${count}; use a larger batch, or layer`,
      )
    const move = (running: Tensor, seen: Tensor) =>
      mode.update?.(running, (current) =>
        current.mul(1 - MOMENTUM).add(seen.reshape([features]).mul(MOMENTUM)),
      )
    move(mean, batch.mean)
    move(variance, batch.variance.mul(count / (count - 1)))
    mode.observed?.set(mean, batch)
    return affine(batch.centred, batch.variance)
  }
}

/**
 * Modes for two passes over one training batch: the first as usual; in the second, batch normalisation uses the
 * moments of the first. There an example's output does not depend on the other examples, as in evaluation, and
 * the running moments stay as they are.
 */
export function heldMoments<M extends Mode>(mode: M) {
  const moments = new Map<Tensor, BatchMoments>()
  return { first: { ...mode, observed: moments }, second: { ...mode, held: moments } }
}

/**
 * The output y of a network for a batch, and its input x, such that each row of y depends on the same row of x
 * only. Under batch normalisation of a training batch that takes a second pass over the same values, with the
 * moments held.
 */
export function perExample(network: Network, batch: Tensor, mode: Mode): { x: Tensor; y: Tensor } {
  const { first, second } = heldMoments(mode)
  const y = network(batch, first)
  if (second.held.size === 0) return { x: batch, y }
  const x = batch.stopGradient() // the moments do not depend on it
  return { x, y: network(x, second) }
}

/**
 * Layer normalisation (Ba et al. 2016): every example has mean 0 and variance 1 over all its features, and
 * over positions where it is an image, then the learned `NAME.scale` and `NAME.shift` of each feature. For
 * `[B, C, H, W]` that is GroupNorm with one group (Wu & He 2018).
 *
 * @throws UserError where an example has a single value: it would always become 0
 */
export function layerNorm(to: Parameters, name: string, features: number): Network {
  const affine = learnedAffine(to, name, features)
  return (x) => {
    if (sizeOf(x.shape.slice(1) as number[]) < 2)
      throw new UserError(
        `normalization: layer would make the only unit of ${name} constant; use a wider layer, or none`,
      )
    const { centred, variance } = momentsOf(x, axesBut(x, 0))
    return affine(centred, variance)
  }
}

/** centred / √(variance + ε) · scale + shift. */
function learnedAffine(to: Parameters, name: string, features: number) {
  const scale = to.create(`${name}.scale`, [features], { kind: 'constant', value: 1 })
  const shift = to.create(`${name}.shift`, [features], { kind: 'zeros' })
  return (centred: Tensor, variance: Tensor): Tensor => {
    const factor = perFeature(scale, centred).div(variance.add(EPSILON).sqrt())
    return centred.mul(factor).add(perFeature(shift, centred))
  }
}

/** Mean, deviations from it, and the variance as their mean square; reduced axes stay with size 1. */
function momentsOf(x: Tensor, axes: readonly number[]) {
  const mean = x.mean(axes, true)
  const centred = x.sub(mean)
  return { mean, centred, variance: centred.square().mean(axes, true) }
}

const axesBut = (x: Tensor, kept: number) => x.shape.map((_, i) => i).filter((i) => i !== kept)

/** `[F]` so that it broadcasts along axis 1 of `x`. */
const perFeature = (values: Tensor, x: Tensor): Tensor =>
  values.reshape([...values.shape, ...new Array<number>(x.rank - 2).fill(1)])
