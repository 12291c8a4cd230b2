import { memoryLimit } from '../../data/memory-limit.ts'
import { UserError } from '../../tensor/errors.ts'
import { sizeOf } from '../../tensor/host.ts'
import { grouped } from '../../tensor/numbers.ts'
import type { BuiltModel } from '../../train/build.ts'
import { optimizer } from '../../train/optimizers.ts'
import type { RunConfig } from '../config.ts'

const BYTES = 4
const GIB = 2 ** 30

/**
 * Refuses a model that is too large to be trained here. A system that runs out of memory kills the process without
 * a message, so this is checked in advance. The estimate is a lower bound: parameters and moments in two sets of
 * buffers, gradients, and each layer's outputs for one batch.
 *
 * @param limit available memory, in bytes
 */
export function requireMemory(
  { train }: RunConfig,
  model: BuiltModel,
  limit: number = memoryLimit(),
): void {
  const shapes = [...model.parameters.values()].map(({ shape }) => shape)
  const numbers = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0)
  const outputs = shapes.reduce((sum, shape) => sum + (shape.length === 2 ? shape[1]! : 0), 0)
  const copies = 2 * (1 + optimizer(train).slots.length) + 1
  const bytes = BYTES * (numbers * copies + train.batch * outputs)
  if (bytes <= limit) return
  const inGib = (size: number) => `${(size / GIB).toFixed(1)} GiB`
  throw new UserError(
    `hidden, channels, latent or batch: training ${grouped(numbers)} parameters on batches of ${train.batch} takes more than ${inGib(bytes)} of memory, and there are ${inGib(limit)}; choose smaller ones`,
  )
}
