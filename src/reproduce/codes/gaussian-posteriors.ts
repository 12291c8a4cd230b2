import { posteriorParts } from '../../evaluate/likelihood/posterior-rows.ts'
import { Tensor } from '../../graph/tensor.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'
import type { WithParameters } from '../../train/trained.ts'
import { inferenceMode } from '../../train/trained.ts'

/** q(z|x) of examples, `[n, L]` each. */
export interface Posteriors {
  readonly mu: Floats
  readonly logVar: Floats
}

/** The parameters of q(z|x) of examples `[n, D]`. */
export async function gaussianPosteriors(
  { model, parameters, runtime }: WithParameters,
  x: Floats,
): Promise<Posteriors> {
  const input = Tensor.input('x', x.shape)
  const { parameters: parts } = posteriorParts(model, input, inferenceMode(model, x.shape[0]!))
  const session = await runtime.compile(parts)
  try {
    await session.bind(parameters)
    const results = await session.run({ x })
    const floats = (name: 'mu' | 'logVar') => {
      const { shape, data } = results[name]!
      return hostTensor('float32', shape, Float32Array.from(data as Float32Array))
    }
    return { mu: floats('mu'), logVar: floats('logVar') }
  } finally {
    await session.close()
  }
}

/** One code for each example, drawn from q(z|x). */
export function drawnCodes({ mu, logVar }: Posteriors, seed: number): Floats {
  const random = stream(seed, 'codes from posteriors')
  return hostTensor(
    'float32',
    mu.shape,
    mu.data.map((mean, i) => mean + Math.exp(logVar.data[i]! / 2) * random.normal()),
  )
}
