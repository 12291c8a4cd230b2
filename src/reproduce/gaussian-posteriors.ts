import type { Gaussian } from '../distributions/gaussian.ts'
import { Tensor } from '../graph/tensor.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { stream } from '../tensor/random.ts'
import type { BuiltModel } from '../train/build.ts'
import { inferenceMode } from '../train/trained.ts'

type Floats = HostTensor<'float32'>

/** q(z|x) of examples, `[n, L]` each. */
export interface Posteriors {
  readonly mu: Floats
  readonly logVar: Floats
}

/** What is needed of a VAE with Gaussian codes. */
export interface Variational {
  readonly model: BuiltModel
  readonly parameters: Arrays
  readonly runtime: Runtime
}

/** The parameters of q(z|x) of examples `[n, D]`. */
export async function gaussianPosteriors(
  { model, parameters, runtime }: Variational,
  x: Floats,
): Promise<Posteriors> {
  const input = Tensor.input('x', x.shape)
  const { mu, logVar } = model.posterior!(input, inferenceMode(model, x.shape[0]!)) as Gaussian
  const session = await runtime.compile({ mu, logVar })
  try {
    await session.bind(parameters)
    const results = await session.run({ x })
    const floats = (name: 'mu' | 'logVar') => {
      const { shape, data } = results[name]!
      return hostTensor('float32', shape, Float32Array.from(data as Float32Array))
    }
    return { mu: floats('mu'), logVar: floats('logVar') }
  } finally {
    await session.release()
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
