import { Tensor } from '../graph/tensor.ts'
import type { BuiltModel } from '../models/model.ts'
import type { Mode } from '../nn/network.ts'
import type { Arrays, Runtime, Session } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import { type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'
import { stream } from '../tensor/random.ts'

type Floats = HostTensor<'float32'>

/** Examples that one call computes at most; larger inputs are cut into calls. */
const ROWS_PER_CALL = 1000

/**
 * A model with its parameters, ready for use. Examples are `[n, D]` floats as the network sees them
 * (images in [0, 1]), codes `[n, L]`.
 */
export interface TrainedModel {
  readonly model: BuiltModel
  readonly parameters: Arrays
  /** The mean of q(z|x). */
  encode(x: Floats): Promise<Floats>
  /** The mean of p(x|z). */
  decode(z: Floats): Promise<Floats>
  /** `decode(encode(x))`. */
  reconstruct(x: Floats): Promise<Floats>
  /** Codes drawn from the prior; a function of the seed. Throws UserError where there is no prior. */
  samplePrior(count: number, seed: number): Promise<Floats>
  /** Waits for calls under way and frees the compiled graphs; the runtime stays open. */
  release(): Promise<void>
}

/** Encoder and decoder as expressions over a batch of unknown size: what inference and export share. */
export function coderGraphs(model: BuiltModel) {
  const mode: Mode = {
    training: false,
    noise() {
      throw new Error('encoding and decoding draw no random numbers')
    },
  }
  const x = Tensor.input('x', ['batch', model.info.dimension])
  const z = Tensor.input('z', ['batch', model.latent])
  return {
    encoder: { z: model.posterior(x, mode).mean() },
    decoder: { x: model.likelihood(z, mode).mean() },
  }
}

export function trainedModel(
  runtime: Runtime,
  model: BuiltModel,
  parameters: Arrays,
): TrainedModel {
  const graphs = coderGraphs(model)
  const compiled = new Map<string, Promise<Session>>()
  const session = (name: string, outputs: Readonly<Record<string, Tensor>>) => {
    const known = compiled.get(name)
    if (known) return known
    const made = runtime.compile(outputs).then(async (s) => {
      await s.bind(parameters)
      return s
    })
    compiled.set(name, made)
    made.catch(() => compiled.delete(name))
    return made
  }
  const encode = async (x: Floats) => {
    requireWidth(x, model.info.dimension, 'examples')
    return inParts(await session('encoder', graphs.encoder), 'x', x, 'z', model.latent)
  }
  const decode = async (z: Floats) => {
    requireWidth(z, model.latent, 'codes')
    return inParts(await session('decoder', graphs.decoder), 'z', z, 'x', model.info.dimension)
  }
  return {
    model,
    parameters,
    encode,
    decode,
    reconstruct: async (x) => decode(await encode(x)),
    async samplePrior(count, seed) {
      if (!Number.isInteger(count) || count < 1)
        throw new UserError(`count: expected a whole number of samples, 1 or more, got ${count}`)
      if (!model.prior)
        throw new UserError(
          `${model.definition.name} has no prior to sample from; it can only decode given codes`,
        )
      const prior = model.prior([count, model.latent])
      const random = stream(seed, 'sample prior')
      const draws = (kind: 'normal' | 'uniform') => (shape: readonly number[]) => {
        const size = sizeOf(shape)
        const name = `${kind} ${Object.keys(feeds).length}`
        feeds[name] = hostTensor(
          'float32',
          shape,
          Float32Array.from({ length: size }, () => random[kind]()),
        )
        return Tensor.input(name, shape)
      }
      const feeds: Record<string, HostTensor> = {}
      const codes = prior.sample({ normal: draws('normal'), uniform: draws('uniform') })
      const drawing = await runtime.compile({ codes })
      try {
        await drawing.bind(parameters)
        const { codes: drawn } = await drawing.run(feeds)
        return asFloats(drawn!)
      } finally {
        await drawing.release()
      }
    },
    async release() {
      for (const made of compiled.values()) await (await made).release()
      compiled.clear()
    },
  }
}

const asFloats = ({ shape, data }: HostTensor): Floats =>
  hostTensor('float32', shape, Float32Array.from(data as Float32Array))

function requireWidth({ shape }: HostTensor, width: number, what: string): void {
  if (shape.length !== 2 || shape[1] !== width)
    throw new UserError(
      `${what} must have ${width} columns for this model, got an array [${shape.join(', ')}]`,
    )
}

/** Runs a session over the rows of an array, a thousand at a time. */
async function inParts(
  session: Session,
  input: string,
  { shape, data }: Floats,
  output: string,
  width: number,
): Promise<Floats> {
  const [count, columns] = shape as readonly [number, number]
  const all = new Float32Array(count * width)
  for (let start = 0; start < count; start += ROWS_PER_CALL) {
    const end = Math.min(count, start + ROWS_PER_CALL)
    const part = hostTensor(
      'float32',
      [end - start, columns],
      data.slice(start * columns, end * columns),
    )
    const results = await session.run({ [input]: part })
    all.set(results[output]!.data as Float32Array, start * width)
  }
  return hostTensor('float32', [count, width], all)
}
