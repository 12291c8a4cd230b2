import { Tensor, topological } from '../graph/tensor.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { inferenceMode } from '../train/trained.ts'
import type { TrainedRun } from './laboratory.ts'

type Floats = HostTensor<'float32'>

/**
 * What each layer of a decoder of rectified units makes of codes `[n, L]` before it is rectified, `[n, width]`,
 * and at last the decoder's own output: the logits of a Bernoulli likelihood. The layers are read off the
 * expression of the mean, as the arguments of its activations.
 */
export async function decoderLayers(
  { model, parameters, runtime }: Pick<TrainedRun, 'model' | 'parameters' | 'runtime'>,
  codes: Floats,
): Promise<Floats[]> {
  const rows = codes.shape[0]!
  const z = Tensor.input('z', codes.shape)
  const mean = model.likelihood!(z, inferenceMode(model, rows)).mean()
  const layers = topological([mean])
    .filter(({ op }) => op === 'relu' || op === 'sigmoid')
    .map(({ inputs }) => inputs[0]!)
  const session = await runtime.compile(
    Object.fromEntries(layers.map((layer, i) => [`layer ${i}`, layer])),
  )
  try {
    await session.bind(parameters)
    const results = await session.run({ z: codes })
    return layers.map((_, i) => {
      const { shape, data } = results[`layer ${i}`]!
      return hostTensor('float32', shape, Float32Array.from(data as Float32Array))
    })
  } finally {
    await session.close()
  }
}
