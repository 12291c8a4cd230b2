import { Tensor } from '../../graph/tensor.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { modelNamed } from '../../models/registry.ts'
import type { Arrays } from '../../runtime/session.ts'
import { type Floats, type HostTensor, hostTensor, sizeOf } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'
import { build } from '../../train/build.ts'
import type { Laboratory } from '../laboratory.ts'
import { fitParameters } from '../models/fit-parameters.ts'

/** Layers of logistic units, from the example to the code, each decoded with the same (tied) weights. */
export interface Stack {
  readonly layers: number
  /** Named as in `stacked-ae`. */
  readonly parameters: Arrays
}

/** Trains hidden layers one by one, as `stacked-ae` or `stacked-dae` do, without training the whole network. */
export async function layersAlone(
  lab: Laboratory,
  model: 'stacked-ae' | 'stacked-dae',
  { hidden, epochs }: { readonly hidden: readonly number[]; readonly epochs: number },
): Promise<Stack> {
  const { data, layers } = { data: await lab.data(), layers: hidden.length }
  const whole = modelNamed(model)
  const definition: ModelDefinition = {
    ...whole,
    stages: (m) => whole.stages!(m).slice(0, layers),
  }
  const config = definition.config.parse({ hidden, latent: 1, pretrainEpochs: epochs })
  const { exampleShape } = data
  const info = { exampleShape, dimension: sizeOf(exampleShape) }
  lab.onStage(`layers of ${model}`)
  const parameters = await fitParameters(lab, build(definition, config, info), data, {
    training: {},
  })
  return { layers, parameters }
}

export interface StackDraws {
  /** Pixel probabilities, `[n, D]`. */
  readonly means: Floats
  /** Pixels sampled from them, 0 or 1. */
  readonly drawn: Floats
}

/**
 * Encodes examples `[n, D]` up to the probabilities of the top layer's units, samples these as 0 or 1, and then
 * samples each layer given the one above it (Vincent et al. 2010, section 6).
 */
export async function drawsOf(
  { runtime, seed }: Laboratory,
  { layers, parameters }: Stack,
  x: Floats,
): Promise<StackDraws> {
  const random = stream(seed, 'stacked draws')
  const feeds: Record<string, HostTensor> = { x }
  const input = (name: string) => {
    feeds[name] = parameters[name]!
    return Tensor.input(name, parameters[name]!.shape)
  }
  const drawn = (probability: Tensor, name: string) => {
    const shape = probability.shape as number[]
    const uniform = Float32Array.from({ length: sizeOf(shape) }, () => random.uniform())
    feeds[name] = hostTensor('float32', shape, uniform)
    return Tensor.input(name, shape).less(probability).cast('float')
  }
  const weights = Array.from({ length: layers }, (_, i) => input(`encoder.${i}.weight`))
  const top = weights.reduce(
    (below, weight, i) =>
      below
        .dot(weight)
        .add(input(`encoder.${i}.bias`))
        .sigmoid(),
    Tensor.input('x', x.shape),
  )
  const means = weights.reduceRight((above, weight, i) => {
    const bias = input(`decoder.${layers - i}.bias`)
    return drawn(above, `draws of layer ${i + 1}`)
      .dot(weight, false, true)
      .add(bias)
      .sigmoid()
  }, top)
  const session = await runtime.compile({ means, drawn: drawn(means, 'draws of pixels') })
  try {
    const results = await session.run(feeds)
    const floats = ({ shape, data }: HostTensor) =>
      hostTensor('float32', shape, Float32Array.from(data as Float32Array))
    return { means: floats(results.means!), drawn: floats(results.drawn!) }
  } finally {
    await session.close()
  }
}
