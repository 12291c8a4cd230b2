// Vincent, Larochelle, Lajoie, Bengio and Manzagol 2010, "Stacked denoising autoencoders", JMLR 11.
import type { Tensor } from '../graph/tensor.ts'
import type { Mode } from '../nn/network.ts'
import { UserError } from '../tensor/errors.ts'
import { corruptedBy, corruptions } from './corruptions.ts'
import { defineModel, type ExampleInfo } from './model.ts'
import { layerByLayer, stackedAe, stackedConfig, stackedNetworks } from './stacked-ae.ts'

/** Corrupts the input of a layer as its entry of the option says. */
function corruptedBelow(
  { corruption }: { corruption: string[] },
  below: Tensor,
  layer: number,
  mode: Mode,
  info: ExampleInfo,
) {
  const text = corruption.length === 1 ? corruption[0]! : corruption[layer]!
  return corruptedBy(text, below, mode, layer === 0 ? info : {})
}

export const stackedDae = defineModel({
  ...stackedAe,
  name: 'stacked-dae',
  summary: 'Stacked denoising autoencoder: each layer learns to undo a corruption',
  paper: 'Vincent et al. 2010',
  config: stackedConfig.extend({ corruption: corruptions().default(['masking:0.25']) }),
  defaults: { epochs: 10 },
  networks(config, info, to) {
    const [given, layers] = [config.corruption.length, config.hidden.length + 1]
    if (given !== 1 && given !== layers)
      throw new UserError(
        `corruption: got ${given} for ${layers} layers; give one for all or one for each`,
      )
    return stackedNetworks('stacked-dae', config, info, to)
  },
  corrupt: (m, x, mode) => corruptedBelow(m.config, x, 0, mode, m.info),
  stages: (m) => layerByLayer(m, (below, i, b) => corruptedBelow(m.config, below, i, b, m.info)),
})
