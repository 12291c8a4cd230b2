import type { ModelDefinition } from '../../../src/models/model.ts'
import { models } from '../../../src/models/registry.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { sizeOf } from '../../../src/tensor/host.ts'
import { type BuiltModel, build } from '../../../src/train/build.ts'
import type { Setting } from './data.ts'
import { choices, fieldNames, known, tinyOptions } from './tiny-options.ts'

/** A member of the family, made small, on examples of a kind. */
export interface Subject {
  readonly title: string
  readonly setting: Setting
  readonly definition: ModelDefinition
  readonly config: object
  readonly model: BuiltModel
}

export function subject(
  definition: ModelDefinition,
  setting: Setting,
  options: Readonly<Record<string, unknown>> = {},
): Subject {
  const config = tinyOptions(definition, { ...setting.options, ...options })
  const { exampleShape, classes } = setting.data
  const info = { exampleShape, dimension: sizeOf(exampleShape), classes: classes! }
  const said = Object.entries(known(definition, options)).map(([name, value]) => `${name} ${value}`)
  return {
    title: [definition.name, ...said].join(', '),
    setting,
    definition,
    config,
    model: build(definition, config, info),
  }
}

/** Every member of the family, with each of the networks that take such examples. */
export function everyMember(setting: Setting): Subject[] {
  const images = setting.data.kind === 'image'
  return models.flatMap((definition) => {
    const networks = choices(definition, 'network').filter((name) => images || name === 'mlp')
    return networks.length > 0
      ? networks.map((network) => subject(definition, setting, { network, ...untied(network) }))
      : [subject(definition, setting)]
  })
}

/** Convolutions have no mirror image to share weights with. */
const untied = (network: unknown) => (network === 'mlp' ? {} : { tied: false })

/** Options that are not chosen from a list; each is tried where a model has all of its fields. */
const FURTHER: readonly Readonly<Record<string, unknown>>[] = [
  { dropout: 0.2 },
  { hidden: [] },
  { hidden: [5] },
  { likelihood: 'gaussian:global' },
  { likelihood: 'gaussian:per-dimension' },
  { likelihood: 'categorical:3' },
  { beta: '0:1@2', freeBits: 0.1 },
  { importanceSamples: 3 },
  { contraction: 'projections:2' },
  { lambda: '0:1@2' },
  { corruption: 'gaussian:0.3' },
  { corruption: 'salt-pepper:0.3' },
  { pretrainEpochs: 0 },
  { network: 'conv', tied: false, normalization: 'batch' },
  { network: 'conv', tied: false, residual: true },
]

/** Every member once more for each other choice of each of its fields. */
export function everyChoice(setting: Setting): Subject[] {
  return models.flatMap((definition) => {
    const standard = tinyOptions(definition) as Readonly<Record<string, unknown>>
    const listed = fieldNames(definition)
      .filter((name) => name !== 'network')
      .flatMap((name) =>
        choices(definition, name)
          .filter((value) => value !== standard[name])
          .map((value) => ({ [name]: value })),
      )
    const further = FURTHER.filter((options) => {
      const has = known(definition, options)
      return Object.entries(options).every(([name, value]) => name in has || value === false)
    })
    return [...listed, ...further].flatMap((options) => accepted(definition, setting, options))
  })
}

/** None where the model says that these options do not go together. */
function accepted(...given: Parameters<typeof subject>): Subject[] {
  try {
    return [subject(...given)]
  } catch (error) {
    if (error instanceof UserError) return []
    throw error
  }
}
