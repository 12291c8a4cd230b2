import { finiteFloats } from '../data/form.ts'
import { classIndices, classLabelsOf } from '../data/labels.ts'
import { corruptCells } from '../distributions/columns/corrupt-cells.ts'
import { type Corruption, corrupt as corruptValues } from '../distributions/corruption.ts'
import type { Noise } from '../distributions/distribution.ts'
import type { Dim } from '../graph/shape.ts'
import { Tensor } from '../graph/tensor.ts'
import type { ExampleInfo } from '../models/model.ts'
import type { Mode } from '../nn/network.ts'
import type { Arrays, Runtime, Session } from '../runtime/session.ts'
import { type Closable, closable } from '../tensor/closable.ts'
import { cellText, described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { asFloats, type Floats, type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'
import { keptIn } from '../tensor/kept.ts'
import { stream } from '../tensor/random.ts'
import type { BuiltModel } from './build.ts'
import { type ExampleDraws, exampleDraws } from './example-draws.ts'
import { inParts, ROWS_PER_CALL } from './in-parts.ts'
import { labelFeed, labelInput, oneHot } from './labels.ts'

/** Examples drawn by one call: a categorical draw needs a random number for each level of each value. */
const DRAWS_PER_CALL = 100

/** A label for each example, of the classes that the model was trained on. */
export type Labels = ArrayLike<number>

/** What a computation with graphs of its own needs of a trained model. */
export interface WithParameters {
  readonly model: BuiltModel
  readonly parameters: Arrays
  /** Where its graphs run. */
  readonly runtime: Runtime
}

/**
 * A model with its parameters, ready for use. Examples are `[n, D]` floats as the network sees them
 * (images in [0, 1]), codes `[n, L]`. Each method throws UserError if the model lacks what it needs (an
 * encoder, a decoder, a prior), and if a conditional model is given no labels. Closing it frees the
 * compiled graphs; the runtime stays open.
 */
export interface TrainedModel extends WithParameters, Closable {
  /** Rows computed at once, where each computation does not choose for itself; no figure depends on it. */
  readonly rowsPerCall?: number | undefined
  /** The mean of q(z|x). */
  encode(x: Floats, labels?: Labels): Promise<Floats>
  /** The mean of p(x|z). */
  decode(z: Floats, labels?: Labels): Promise<Floats>
  /** A draw x ~ p(x|z) for each code: a function of the seed, the code and its index. */
  draw(z: Floats, seed: number, labels?: Labels): Promise<Floats>
  /** Reconstructions of examples: `decode(encode(x))` if the model has a code. */
  reconstruct(x: Floats, labels?: Labels): Promise<Floats>
  /** Codes drawn from the prior; a function of the seed. */
  samplePrior(count: number, seed: number): Promise<Floats>
  /**
   * Examples corrupted as in training, by a draw of q(x̃|x), or by another corruption; a function of the
   * seed.
   */
  corrupt(x: Floats, seed: number, by?: Corruption): Promise<Floats>
}

/** A pass without random numbers. The classes of a conditional model are the input `labels` `[batch]`. */
export function inferenceMode({ labels, info }: BuiltModel, batch: Dim = 'batch'): Mode {
  return {
    training: false,
    noise() {
      throw new Error('encoding and decoding draw no random numbers')
    },
    labels: labels === 'condition' ? oneHot(labelInput(batch), info.classes!) : undefined,
  }
}

/** Encoder, decoder and restorer of a trained model, as expressions over a batch of unknown size. */
export function inferenceGraphs(model: BuiltModel) {
  const { posterior, likelihood, restore, info, latent } = model
  const mode = inferenceMode(model)
  const x = Tensor.input('x', ['batch', info.dimension])
  const z = Tensor.input('z', ['batch', latent])
  return {
    encoder: posterior && { z: posterior(x, mode).mean() },
    decoder: likelihood && { x: likelihood(z, mode).mean() },
    restorer: restore && !posterior ? { restored: restore(x, mode).mean() } : undefined,
  }
}

type Outputs = Readonly<Record<string, Tensor>>

export function trainedModel(
  runtime: Runtime,
  model: BuiltModel,
  parameters: Arrays,
  rowsPerCall?: number,
): TrainedModel {
  const rows = rowsPerCall ?? ROWS_PER_CALL
  const { name } = model.definition
  const { dimension, columns } = model.info
  const hasGaps = columns !== undefined
  const graphs = inferenceGraphs(model)
  const compiled = new Map<Outputs, Promise<Session>>()
  const session = (outputs: Outputs) =>
    keptIn(compiled, outputs, async () => {
      const made = await runtime.compile(outputs)
      await made.bind(parameters)
      return made
    })
  const encode = async (x: Floats, labels?: Labels) => {
    if (!graphs.encoder) throw new UserError(graphs.decoder ? lacksEncoder(name) : lacksCode(name))
    requireRows(x, dimension, 'examples', hasGaps)
    const io = { rows, input: 'x', output: 'z', width: model.latent }
    return inParts(await session(graphs.encoder), x, conditions(model, x, labels), io)
  }
  const decode = async (z: Floats, labels?: Labels) => {
    if (!graphs.decoder) throw new UserError(lacksCode(name))
    requireRows(z, model.latent, 'codes')
    const io = { rows, input: 'z', output: 'x', width: dimension }
    return inParts(await session(graphs.decoder), z, conditions(model, z, labels), io)
  }
  let draws: ExampleDraws | undefined
  const draw = async (z: Floats, seed: number, labels?: Labels) => {
    if (!model.likelihood) throw new UserError(lacksCode(name))
    requireRows(z, model.latent, 'codes')
    draws ??= exampleDraws(model, model.likelihood, inferenceMode(model))
    const { feeds } = draws
    return inParts(await session(draws.outputs), z, conditions(model, z, labels), {
      input: 'z',
      output: 'x',
      width: dimension,
      rows: DRAWS_PER_CALL,
      feeds: (start, end) => feeds(seed, start, end),
    })
  }
  /** Random numbers from the host, by a graph of its own. */
  const drawn = async (
    seed: number,
    what: string,
    make: (noise: Noise) => Tensor,
    feeds: Record<string, HostTensor> = {},
  ) => {
    const random = stream(seed, what)
    const draws = (kind: 'normal' | 'uniform') => (shape: readonly number[]) => {
      const key = `${kind} [${shape}]`
      feeds[key] ??= hostTensor(
        'float32',
        shape,
        Float32Array.from({ length: sizeOf(shape) }, () => random[kind]()),
      )
      return Tensor.input(key, shape)
    }
    const result = make({ normal: draws('normal'), uniform: draws('uniform') })
    const drawing = await runtime.compile({ result })
    try {
      await drawing.bind(parameters)
      return asFloats((await drawing.run(feeds)).result!)
    } finally {
      await drawing.close()
    }
  }
  return closable<TrainedModel>('the model', {
    model,
    parameters,
    runtime,
    rowsPerCall,
    encode,
    decode,
    draw,
    async reconstruct(x, labels) {
      if (!graphs.restorer && !graphs.encoder)
        throw new UserError(`${name} has no encoder: it cannot reconstruct examples`)
      if (!graphs.restorer) return decode(await encode(x, labels), labels)
      requireRows(x, dimension, 'examples', hasGaps)
      const io = { rows, input: 'x', output: 'restored', width: dimension }
      return inParts(await session(graphs.restorer), x, {}, io)
    },
    async samplePrior(count, seed) {
      if (!Number.isInteger(count) || count < 1)
        throw new UserError(
          `count: expected a whole number of samples, 1 or more, got ${described(count)}`,
        )
      if (!model.prior)
        throw new UserError(
          `${name} has no prior to sample from; it can only ${graphs.decoder ? 'decode given codes' : 'restore given examples'}`,
        )
      const prior = model.prior([count, model.latent])
      return drawn(seed, 'sample prior', (noise) => prior.sample(noise))
    },
    async corrupt(x, seed, by) {
      const { corrupt } = model
      if (!corrupt) throw new UserError(`${name} is not trained on corrupted examples`)
      requireRows(x, dimension, 'examples', hasGaps)
      const symbol = Tensor.input('x', x.shape)
      const make = (noise: Noise) =>
        by
          ? corruptBy(model.info, symbol, by, noise)
          : corrupt(symbol, { training: false, noise: () => noise })
      return drawn(seed, 'corruption', make, { x })
    },
    async close() {
      for (const made of compiled.values()) await (await made).close()
      compiled.clear()
    },
  })
}

const corruptBy = ({ columns }: ExampleInfo, x: Tensor, by: Corruption, noise: Noise): Tensor =>
  columns ? corruptCells(columns, x, by, noise) : corruptValues(x, by, noise)

const lacksEncoder = (name: string): string => `${name} has no encoder: it cannot encode examples`

/** The message if a code is needed and the network maps examples directly to examples. */
export const lacksCode = (name: string): string =>
  `${name} has no code with this network: it maps examples directly to examples`

/**
 * The feed of a conditional model's labels; empty for other models, which ignore labels.
 *
 * @throws UserError if a conditional model is not given one known class for each row
 */
export function conditions(
  { definition, labels: use, info }: BuiltModel,
  { shape }: Pick<HostTensor, 'shape'>,
  labels: Labels | undefined,
): { labels?: HostTensor<'int64'> } {
  if (use !== 'condition') return {}
  const [count = 0] = shape
  if (labels?.length !== count)
    throw new UserError(
      `${definition.name} is conditioned on labels: it needs one for each of ${count} rows, got ${labels?.length ?? 'none'}`,
    )
  return labelFeed(classIndices(labels, classLabelsOf(info), 'labels'))
}

/**
 * Refuses rows of another width or type, and values that are not finite, which would spread unnoticed.
 *
 * @param hasGaps whether NaN is a missing value
 */
function requireRows(
  { shape, dtype, data }: HostTensor,
  width: number,
  what: string,
  hasGaps = false,
): void {
  if (shape.length !== 2 || shape[1] !== width)
    throw new UserError(
      `${what} must have ${width} columns for this model, got an array [${shape.join(', ')}]`,
    )
  if (dtype !== 'float32') throw new UserError(`${what} must be float32, got ${dtype}`)
  if (hasGaps) requireNoInfinity(data as Float32Array, width, what)
  else finiteFloats({ data }, width, what)
}

function requireNoInfinity(cells: Float32Array, width: number, what: string): void {
  const at = cells.findIndex((cell) => cell === Infinity || cell === -Infinity)
  if (at >= 0) throw new UserError(`${what}: ${cellText(at, width)} is ${cells[at]}`)
}
