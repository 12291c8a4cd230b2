import type { DataSet } from '../../data/dataset.ts'
import { storedForm } from '../../data/form.ts'
import { arrayStore } from '../../data/row-store.ts'
import { modelNamed } from '../../models/registry.ts'
import type { Arrays } from '../../runtime/session.ts'
import type { Floats } from '../../tensor/host.ts'
import { type BuiltModel, build } from '../../train/build.ts'
import type { Figures } from '../../train/events.ts'
import type { Laboratory } from '../laboratory.ts'
import { fitParameters } from './fit-parameters.ts'
import { EXAMPLE, type LinearGaussian } from './linear-gaussian.ts'

export interface FittedLinearVae {
  readonly model: BuiltModel
  readonly parameters: Arrays
  /** The linear Gaussian model that its decoder and its σ define. */
  readonly generator: LinearGaussian
  /** Mean terms over the steps of each epoch. */
  readonly epochs: readonly Figures[]
}

export const LINEAR_VAE_TRAINING = {
  epochs: 100,
  batch: 100,
  lr: 1e-2,
  schedule: 'cosine',
} as const

/**
 * Trains a `vae` without hidden layers and with a σ of its own on examples `[n, D]`: linear maps both ways,
 * which is probabilistic PCA (Lucas et al. 2019, "Don't blame the ELBO!").
 *
 * @throws UserError if it is interrupted
 */
export async function fitLinearVae(lab: Laboratory, x: Floats): Promise<FittedLinearVae> {
  const [, dimension] = x.shape as readonly [number, number]
  const definition = modelNamed('vae')
  const options = { hidden: [], latent: EXAMPLE.latent, likelihood: 'gaussian:global' }
  const model = build(definition, definition.config.parse(options), {
    exampleShape: [dimension],
    dimension,
  })
  const epochs: Figures[] = []
  const parameters = await fitParameters(lab, model, inMemory(x), {
    training: LINEAR_VAE_TRAINING,
    onEvent: (event) => {
      if (event.type === 'epoch') epochs.push(event.train)
    },
  })
  return { model, parameters, generator: generatorOf(parameters), epochs }
}

function inMemory(examples: Floats): DataSet {
  const store = arrayStore(examples)
  const rows = Int32Array.from({ length: store.count }, (_, i) => i)
  return {
    name: 'linear Gaussian examples',
    kind: 'table',
    exampleShape: [store.width],
    scale: 1,
    form: storedForm([store.width], store, 1),
    binarize: 'none',
    hash: '',
    splits: {
      train: { name: 'train', store, rows },
      validation: { name: 'validation', store, rows: new Int32Array() },
      test: { name: 'test', store, rows: new Int32Array() },
    },
  }
}

function generatorOf(parameters: Arrays): LinearGaussian {
  const { shape, data } = parameters['decoder.0.weight'] as Floats
  const [L, D] = shape as readonly [number, number]
  return {
    loadings: Array.from({ length: L }, (_, l) => data.slice(l * D, (l + 1) * D)),
    mean: parameters['decoder.0.bias']!.data as Float32Array,
    sigma: Math.exp(Number(parameters['likelihood.logSigma']!.data[0])),
  }
}
