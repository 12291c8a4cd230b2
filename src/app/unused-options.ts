import { choicesOf, shapeOf, usedWith } from '../config/schema-facts.ts'
import { isMember } from '../models/definition.ts'
import type { ModelDefinition } from '../models/model.ts'
import { modelNamed } from '../models/registry.ts'
import { UserError } from '../tensor/errors.ts'
import { option, type Wording, worded } from '../tensor/wording.ts'
import { trainConfig } from '../train/config.ts'
import { isSameValue } from '../train/history.ts'
import { flatOptions, type RunConfig } from './config.ts'
import { trainingOptions } from './option-list.ts'

/** The options of training steps, which a model in closed form lacks: all of training but the seed of the splits. */
export const stepOptions: readonly string[] = Object.keys(trainConfig.shape).filter(
  (name) => name !== 'seed',
)

/**
 * Why a model as configured does not use an option; undefined if it does.
 *
 * @param definition of the model, if it is not one of the built-in models; without it, its own options count as used
 */
export function unusedReason(
  name: string,
  config: RunConfig,
  definition: ModelDefinition | undefined = known(config.model),
): Wording | undefined {
  const training = shapeOf(trainConfig)
  if (definition?.fit && stepOptions.includes(name))
    return worded`${config.model} is computed in closed form, without training steps`
  const schemas = { ...training, ...(definition && shapeOf(definition.config)) }
  const schema = Object.hasOwn(schemas, name) ? schemas[name]! : undefined
  const condition = schema && usedWith(schema)
  if (!condition || !Object.hasOwn(schemas, condition.option)) return undefined
  const { option: other, values } = condition
  const chosen = String(flatOptions(config)[other])
  if (values.includes(chosen)) return undefined
  const possible = choicesOf(schemas[other]!) ?? values
  const wanted = values.filter((value) => possible.includes(value)).join(' or ')
  return worded`is used only with ${option(other)} ${wanted}, and here it is ${chosen}`
}

const known = (model: string) => (isMember(model) ? modelNamed(model) : undefined)

/**
 * Refuses options that the model as configured does not use.
 *
 * @param names of the options that were given
 * @param allowed `defaults` lets an option pass that has its default
 * @throws UserError that names the first of them, and with what it would be used
 */
export function requireUsed(
  names: readonly string[],
  config: RunConfig,
  {
    definition,
    allowed = 'none',
  }: {
    definition?: ModelDefinition | undefined
    allowed?: 'none' | 'defaults'
  } = {},
): void {
  const values = flatOptions(config)
  const presets = new Map(
    trainingOptions(definition ?? config.model).map((each) => [each.name, each.default]),
  )
  for (const name of names) {
    const reason = unusedReason(name, config, definition)
    if (reason === undefined) continue
    if (allowed === 'defaults' && isSameValue(values[name], presets.get(name))) continue
    throw new UserError(worded`${name}: ${reason}; leave it out`)
  }
}

/** A configuration without the options that the model as configured does not use. */
export function withoutUnused(config: RunConfig): RunConfig {
  const used = (section: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(section).filter(([name]) => unusedReason(name, config) === undefined),
    )
  return {
    ...config,
    options: used(config.options),
    train: used(config.train) as unknown as RunConfig['train'],
  }
}
