// Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural networks", Science 313;
// Bengio, Lamblin, Popovici and Larochelle 2007, "Greedy layer-wise training of deep networks", NIPS.
import { z } from 'zod'
import { integer } from '../config/options.ts'
import { bernoulli } from '../distributions/bernoulli.ts'
import { expand } from '../distributions/columns/expand.ts'
import { gaussian } from '../distributions/gaussian.ts'
import { point } from '../distributions/point.ts'
import { scalar, type Tensor } from '../graph/tensor.ts'
import { perLayer } from '../nn/coders.ts'
import { type Dense, dense } from '../nn/dense.ts'
import { type MlpLayer, mlpLayers, through } from '../nn/mlp.ts'
import type { Mode, Network } from '../nn/network.ts'
import type { Parameters } from '../nn/parameters.ts'
import { UserError } from '../tensor/errors.ts'
import { reconstruction } from './ae.ts'
import { classification } from './classification.ts'
import { coderConfig } from './coders.ts'
import { decoded, likelihoodOf, likelihoodParameters, outputsPerValue } from './likelihoods.ts'
import {
  type Batch,
  type Bound,
  defineModel,
  type ExampleInfo,
  type Stage,
  type Terms,
} from './model.ts'
import { activation } from './options.ts'
import { requirePlainColumns } from './plain-columns.ts'

export const stackedConfig = coderConfig
  .omit({ network: true, channels: true, residual: true, normalization: true })
  .extend({
    hidden: coderConfig.shape.hidden.default([1000, 500, 250]),
    activation: activation().default(['sigmoid']),
    latent: coderConfig.shape.latent.default(30),
    pretrainEpochs: integer(0, 1_000_000)
      .default(3)
      .describe(
        'epochs for which each layer is trained by itself, each time through the whole schedule and warm-up; 0 to train all at once',
      ),
    finetune: z
      .enum(['reconstruction', 'labels'])
      .default('reconstruction')
      .describe(
        'what all layers together are then trained on: reconstruction, or labels with a softmax layer',
      ),
  })

export type StackedConfig = z.infer<typeof stackedConfig>

export interface StackedNetworks {
  /** From the example inwards, and from the code outwards: layer i mirrors layer n - 1 - i of the other. */
  readonly layers: readonly MlpLayer[]
  readonly outwards: readonly MlpLayer[]
  readonly encoder: Network
  readonly decoder: Network
  readonly logSigma?: Tensor | undefined
  /** The softmax layer on the code, where the whole is trained on labels. */
  readonly classifier: Dense | undefined
}

type StackedBound = Pick<
  Bound<StackedConfig, StackedNetworks>,
  'config' | 'networks' | 'info' | 'likelihood'
>

/** Corrupts the input of layer i, `[B, n]`, before it is encoded: q(x̃|x). */
type Corrupt = (below: Tensor, layer: number, mode: Mode) => Tensor

/** The loss of layer i as an autoencoder, with tied weights, of the codes of the layer below. */
function layerLoss(m: StackedBound, b: Batch, i: number, corrupt: Corrupt): Terms {
  const { layers, outwards } = m.networks
  const below = through(layers.slice(0, i))(b.x, { ...b, training: false }) // [B, n]
  const code = layers[i]!.network(corrupt(below, i, b), b)
  const { bias } = outwards[layers.length - 1 - i]!
  const restored = code.dot(layers[i]!.weight, false, true).add(bias!)
  const p =
    i === 0
      ? likelihoodOf(m, restored)
      : perLayer(m.config.activation, layers.length - 1)[i - 1] === 'sigmoid'
        ? bernoulli(restored)
        : gaussian(restored, scalar(0))
  return { reconstruction: { value: p.logProb(below).neg(), bound: false } }
}

/** The loss of the softmax layer over codes. */
const labelTerms = (m: StackedBound, b: Batch): Terms =>
  classification(m.networks.classifier!.apply(m.networks.encoder(b.x, b)), b)

/** A stage for each layer, then one for all, which starts with the encoder's weights transposed as the decoder's. */
export function layerByLayer(m: StackedBound, corrupt: Corrupt): Stage<unknown>[] {
  const { layers } = m.networks
  const { pretrainEpochs, finetune } = m.config
  const mirror = (i: number) => layers.length - 1 - i
  const pretraining = layers.map((_, i) => ({
    name: `layer ${i + 1}`,
    epochs: pretrainEpochs,
    trains: [`encoder.${i}`, `decoder.${mirror(i)}.bias`, ...(i === 0 ? ['likelihood'] : [])],
    terms: (_m: unknown, b: Batch) => layerLoss(m, b, i, corrupt),
  }))
  const begin = layers.map(({ weight }, i) => [`decoder.${mirror(i)}.weight`, weight.transpose()])
  const whole = {
    name: 'fine-tuning',
    trains: finetune === 'labels' ? ['encoder', 'classifier'] : undefined,
    terms: (_m: unknown, b: Batch): Terms =>
      finetune === 'labels'
        ? labelTerms(m, b)
        : { reconstruction: reconstruction(m, b, m.networks.encoder(corrupt(b.x, 0, b), b)) },
  }
  if (pretrainEpochs === 0) return [whole]
  return [...pretraining, { ...whole, begin: Object.fromEntries(begin) }]
}

/** A layer whose inputs are the cells of a table, where there is one: a corrupted copy may have missing ones. */
const ofCells = (layer: MlpLayer, { columns }: ExampleInfo): MlpLayer =>
  columns ? { ...layer, network: (x, mode) => layer.network(expand(columns, x), mode) } : layer

/** @param model name of the model, for messages */
export function stackedNetworks(
  model: string,
  config: StackedConfig,
  info: ExampleInfo,
  to: Parameters,
): StackedNetworks {
  requirePlainColumns(model, 'trains each layer with tied weights', info)
  if (outputsPerValue(config.likelihood) !== 1)
    throw new UserError(
      `likelihood: ${config.likelihood} does not work with tied layers; use bernoulli or gaussian`,
    )
  const { hidden, latent, dropout, likelihood } = config
  const activations = perLayer(config.activation, hidden.length)
  const [first, ...others] = mlpLayers(to, 'encoder', {
    inputs: info.dimension,
    hidden,
    outputs: latent,
    activations,
    dropout,
  })
  const layers = [ofCells(first, info), ...others]
  const outwards = mlpLayers(to, 'decoder', {
    inputs: latent,
    hidden: [...hidden].reverse(),
    outputs: info.dimension,
    activations: [...activations].reverse(),
    dropout,
  })
  return {
    layers,
    outwards,
    encoder: through(layers),
    decoder: through(outwards),
    ...likelihoodParameters(likelihood, info, to),
    classifier:
      config.finetune === 'labels'
        ? dense(to, 'classifier', { inputs: latent, outputs: info.classes! })
        : undefined,
  }
}

export const stackedAe = defineModel({
  name: 'stacked-ae',
  summary: 'Stacked autoencoder: trained layer by layer, then as a whole',
  paper: 'Hinton and Salakhutdinov 2006, Bengio et al. 2007',
  config: stackedConfig,
  defaults: { epochs: 12 },
  labels: ({ finetune }) => (finetune === 'labels' ? 'loss' : undefined),
  networks: (config, info, to): StackedNetworks => stackedNetworks('stacked-ae', config, info, to),
  posterior: (m, x, mode) => point(m.networks.encoder(x, mode)),
  likelihood: decoded,
  stages: (m) => layerByLayer(m, (below) => below),
})
