import type { Section } from '../../report/html.ts'
import type { Table } from '../../report/table.ts'
import { sizeOf } from '../../tensor/host.ts'
import type { BuiltModel } from '../../train/build.ts'
import { counted, dataName, likelihoodName, type ReportSource } from './source.ts'

/** What the model is, what it was fitted to, and its networks. */
export function modelSection({ run, data }: ReportSource): Section {
  const { model } = run
  const { definition, info, latent, prior } = model
  const codes = counted(latent, 'dimension')
  const perDimension = Number((info.dimension / latent).toFixed(1))
  const chance = prior
    ? 'Its code is random: the encoder gives a distribution q(z|x) for each example, which the KL term holds close to the prior p(z). So codes drawn from the prior can be decoded into new examples.'
    : 'Its code is a point and it has no prior: it restores what it is given, and says nothing of where new codes should lie.'
  const caption = [
    `${definition.summary} (${definition.paper}).`,
    `The encoder maps the ${info.dimension} values of an example x to a code z of ${codes}${info.dimension > latent ? ` (one for every ${perDimension} values)` : ''}, the decoder maps a code to the parameters of p(x|z), a ${likelihoodName(model)} distribution over examples.`,
    `The loss is its negative log-likelihood, −log p(x|z).`,
    chance,
  ]
  return {
    id: 'model',
    title: 'The model',
    caption: caption.join(' '),
    figures: [],
    table: { ...architecture(model), caption: dataLine(data) },
  }
}

function dataLine(data: ReportSource['data']): string {
  const { splits, exampleShape, classes, kind } = data
  const sizes = (['train', 'validation', 'test'] as const).map(
    (split) =>
      `${splits[split].rows.length} ${split === 'train' ? 'for training' : `for ${split}`}`,
  )
  const shape =
    kind === 'image' ? `images of ${exampleShape.join(' × ')}` : counted(exampleShape[0]!, 'column')
  const labels =
    classes === undefined
      ? 'no labels'
      : `${counted(classes, 'class').replace('classs', 'classes')}, not used in training`
  return `Data: ${dataName(data)}, ${shape}, ${labels}; examples: ${sizes.join(', ')}. The networks, layer by layer:`
}

interface Layer {
  readonly network: string
  readonly layer: string
  readonly weight?: readonly number[]
  readonly numbers: number
}

/** The layers, from the names and shapes of the parameters: `encoder.0.weight` `[in, out]`. */
export function architecture(model: BuiltModel): Table {
  const layers = new Map<string, Layer>()
  for (const { name, shape } of model.parameters.values()) {
    const [, network = name, layer = '', role] = /^(.*?)\.(\d+)\.(\w+)$/.exec(name) ?? [
      name,
      ...name.split('.'),
    ]
    const key = `${network}.${layer}`
    const known = layers.get(key) ?? { network, layer, numbers: 0 }
    layers.set(key, {
      ...known,
      numbers: known.numbers + sizeOf(shape),
      ...(role === 'weight' && { weight: shape }),
    })
  }
  const rows = [...layers.values()]
  const total = rows.reduce((sum, { numbers }) => sum + numbers, 0)
  return {
    columns: [
      { title: 'network' },
      { title: 'layer', numeric: true },
      { title: 'maps' },
      { title: 'activation' },
      { title: 'parameters', numeric: true },
    ],
    rows: [
      ...rows.map((row) => [
        row.network,
        /^\d+$/.test(row.layer) ? String(Number(row.layer) + 1) : row.layer,
        row.weight ? row.weight.join('\u00a0→\u00a0') : '',
        activationOf(model, row, rows),
        String(row.numbers),
      ]),
      ['all', '', '', '', String(total)],
    ],
  }
}

/** Hidden layers have the configured activation, in reverse order in the decoder; the last is linear. */
function activationOf(model: BuiltModel, row: Layer, rows: readonly Layer[]): string {
  if (!row.weight) return ''
  const same = rows.filter(({ network }) => network === row.network)
  const place = same.indexOf(row)
  if (place === same.length - 1) return `none: ${outputOf(model, row)}`
  const { activation } = model.config as { activation?: readonly string[] }
  if (!activation) return ''
  if (activation.length === 1) return activation[0]!
  const order = row.network === 'decoder' ? [...activation].reverse() : activation
  return order[place] ?? ''
}

function outputOf({ latent, prior }: BuiltModel, { network, weight }: Layer): string {
  const width = weight!.at(-1)
  if (network === 'decoder') return 'parameters of p(x|z)'
  if (network === 'encoder' && prior && width === 2 * latent)
    return 'mean and log-variance of q(z|x)'
  return network === 'encoder' && width === latent ? 'the code z' : 'linear'
}
