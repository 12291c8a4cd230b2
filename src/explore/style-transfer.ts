import { classLabelsOf } from '../data/labels.ts'
import { UserError } from '../tensor/errors.ts'
import { type Floats, hostTensor } from '../tensor/host.ts'
import type { BuiltModel } from '../train/build.ts'
import type { Labels, TrainedModel } from '../train/trained.ts'

/** Examples decoded as every class. */
export interface StyleTransfer {
  /** Codes of the examples under their own labels, `[n, L]`: what the label leaves open, the style. */
  readonly codes: Floats
  /** Each code decoded under every class, `[n · classes, D]`; row i · classes + c is example i as the c-th class. */
  readonly values: Floats
  readonly classes: number
  /** The label of each class, in that order. */
  readonly classLabels: readonly number[]
}

/**
 * Decodes the code of each example under every class (Kingma et al. 2014, "Semi-supervised learning with
 * deep generative models", figure 1).
 *
 * @param x examples `[n, D]`
 * @param labels their own classes
 * @throws UserError if the model is not conditioned on labels, or has no code
 */
export async function styleTransfer(
  model: TrainedModel,
  x: Floats,
  labels: Labels,
): Promise<StyleTransfer> {
  requireClasses(model.model)
  const classLabels = classLabelsOf(model.model.info)
  const classes = classLabels.length
  const codes = await model.encode(x, labels)
  const [count, width] = codes.shape as readonly [number, number]
  const repeated = new Float32Array(count * classes * width)
  for (let row = 0; row < count * classes; row++) {
    const i = Math.floor(row / classes)
    repeated.set(codes.data.subarray(i * width, (i + 1) * width), row * width)
  }
  const every = Int32Array.from(
    { length: count * classes },
    (_, row) => classLabels[row % classes]!,
  )
  const all = hostTensor('float32', [count * classes, width], repeated)
  return { codes, values: await model.decode(all, every), classes, classLabels }
}

/** Throws UserError if a model is not conditioned on labels. */
export function requireClasses({ labels, definition }: BuiltModel): void {
  if (labels !== 'condition')
    throw new UserError(
      `${definition.name} is not conditioned on labels, so its codes cannot be decoded as other classes`,
    )
}
