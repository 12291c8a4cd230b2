import { DISCRIMINATOR_ACTIVATION, networkOf } from '../../models/adversarial.ts'
import type { Table } from '../../report/table.ts'
import { sizeOf } from '../../tensor/host.ts'
import { grouped } from '../../tensor/numbers.ts'
import type { BuiltModel } from '../../train/build.ts'
import { relaxesCodes } from '../../train/capabilities.ts'
import { type Convolution, convolutions } from './convolutions.ts'

interface Layer {
  readonly network: string
  /** Its path within the network, counted from 1: `2`, `1 residual 2`. */
  readonly layer: string
  readonly weight?: readonly number[] | undefined
  /** Name of the weight. */
  readonly parameter?: string | undefined
  readonly numbers: number
}

/**
 * The layers of a model, from the names and shapes of its parameters: `encoder.0.weight` `[in, out]`. What a
 * convolution maps is read off the graph. Normalisation is part of the layer that it follows.
 */
export function architecture(model: BuiltModel): Table {
  const rows = layersOf(model)
  const convolved = convolutions(model)
  const total = rows.reduce((sum, { numbers }) => sum + numbers, 0)
  return {
    records: true,
    columns: [
      { title: 'network' },
      { title: 'layer', numeric: rows.every(isNumbered) },
      { title: 'maps' },
      { title: 'activation' },
      { title: 'parameters', numeric: true },
    ],
    rows: [
      ...rows.map((row) => [
        row.network,
        row.layer,
        mapText(model, row, convolved),
        activationOf(model, row, rows),
        grouped(row.numbers),
      ]),
      ['all', '', '', '', grouped(total)],
    ],
  }
}

function layersOf(model: BuiltModel): Layer[] {
  const layers = new Map<string, Layer>()
  for (const { name, shape } of model.parameters.values()) {
    const network = networkOf(name)
    const path = name.split('.').slice(1)
    const role = path.length > 1 ? path.pop() : undefined
    const layer = path
      .filter((part) => part !== 'norm')
      .map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : part))
      .join(' ')
    const key = `${network} ${layer}`
    const known: Layer = layers.get(key) ?? { network, layer, numbers: 0 }
    layers.set(key, {
      ...known,
      numbers: known.numbers + sizeOf(shape),
      ...(role === 'weight' && { weight: shape, parameter: name }),
    })
  }
  return [...layers.values()]
}

const isNumbered = ({ layer }: Layer): boolean => /^\d*$/.test(layer)

/** A cell that stays on one line. */
const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0')

function mapText(
  { config }: BuiltModel,
  { network, weight, parameter = '' }: Layer,
  convolved: ReadonlyMap<string, Convolution>,
): string {
  if (!weight) return config.tied && network === 'decoder' ? "the encoder's, transposed" : ''
  if (weight.length === 2) return unbroken(weight.map(grouped).join(' → '))
  const found = convolved.get(parameter)
  return found ? convolutionText(found) : ''
}

/** `conv 4×4, stride 2: 28×28×1 → 14×14×32`: heights, widths and channels. */
function convolutionText({ transposed, kernel, strides, from, to }: Convolution): string {
  const size = ([channels, height, width]: readonly number[]) => `${height}×${width}×${channels}`
  const [down, across] = strides
  const steps = down === across ? down : strides.join('×')
  const stride = steps === 1 ? '' : `, stride ${steps}`
  const name = transposed ? 'transposed conv' : 'conv'
  // It may break after the colon.
  return `${unbroken(`${name} ${kernel.join('×')}${stride}:`)} ${unbroken(`${size(from)} → ${size(to)}`)}`
}

/**
 * Hidden layers of encoder and decoder have the configured activations, in reverse order in the decoder, and those of
 * a discriminator its own; the last layer is linear, unless the code has its own activation.
 */
function activationOf(model: BuiltModel, row: Layer, rows: readonly Layer[]): string {
  const { config } = model
  const isDiscriminator = row.network === 'discriminator'
  const isKnown = isDiscriminator || row.network === 'encoder' || row.network === 'decoder'
  if (!isKnown || !isNumbered(row)) return ''
  const same = rows.filter((other) => other.network === row.network && isNumbered(other))
  const index = same.indexOf(row)
  if (index === same.length - 1) {
    const { codeActivation = 'linear' } = config as { codeActivation?: string }
    const own = row.network === 'encoder' && codeActivation !== 'linear' ? codeActivation : 'none'
    return `${own}: ${outputOf(model, row)}`
  }
  const { activation, discriminatorActivation = [DISCRIMINATOR_ACTIVATION] } = config as {
    activation?: readonly string[]
    discriminatorActivation?: readonly string[]
  }
  const own = isDiscriminator ? discriminatorActivation : activation
  if (!own) return ''
  if (own.length === 1) return own[0]!
  const order = row.network === 'decoder' ? [...own].reverse() : own
  return order[index] ?? ''
}

function outputOf(model: BuiltModel, { network, weight = [] }: Layer): string {
  const { latent, prior } = model
  const width = weight.at(-1)
  if (network === 'decoder') return 'parameters of p(x|z)'
  if (network === 'discriminator') return 'the logit of being real'
  if (prior && width === 2 * latent) return 'mean and log-variance of q(z|x)'
  if (relaxesCodes(model)) return 'logits of q(z|x)'
  return width === latent ? 'the code z' : 'linear'
}
