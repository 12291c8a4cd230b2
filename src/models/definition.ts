import { requireText } from '../tensor/checks.ts'
import { described, isRecord } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import type { ModelDefinition } from './model.ts'
import { modelNamed, models } from './registry.ts'

/** A definition of any configuration, networks and posterior: what a caller may give as `model`. */
// biome-ignore lint/suspicious/noExplicitAny: its functions take what they themselves have built.
export type AnyDefinition = ModelDefinition<any, any, any>

/**
 * The definition that `model` stands for: that of a member of the family, by its name, or the caller's own.
 *
 * @throws UserError for an unknown name, a value that is not a definition, and a definition that has the
 * name of a member and is another
 */
export function definitionOf(model: unknown): ModelDefinition {
  if (typeof model === 'string') return modelNamed(model)
  requireDefinition(model)
  if (isOwn(model) && isMember(model.name))
    throw new UserError(
      `model: ${model.name} is the name of a built-in model, and this definition is a different one; give it a name of its own`,
    )
  return model
}

/**
 * The definition that a caller passes for a run of a model that is not one of the built-in ones.
 *
 * @throws UserError for a value that is not a definition, and for a model's name, which the run records itself
 */
export function ownDefinition(model: unknown): ModelDefinition | undefined {
  if (typeof model === 'string')
    throw new UserError(
      `model: expected the definition that the run was trained with, got ${described(model)}; a run of the family needs none`,
    )
  return model === undefined ? undefined : definitionOf(model)
}

/** Whether a member of the family has that name. */
export const isMember = (name: string): boolean => models.some((model) => model.name === name)

/** Whether a definition is a caller's own, and not one of the built-in models. */
export const isOwn = (definition: ModelDefinition): boolean => !models.includes(definition)

const optionalFunctions = [
  'posterior',
  'likelihood',
  'restore',
  'prior',
  'corrupt',
  'labels',
  'terms',
  'stages',
  'fit',
  'variant',
] as const

/** On one line, and in a file's name or a title without surprises. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u

function requireDefinition(given: unknown): asserts given is ModelDefinition {
  if (!isRecord(given) || !isPlain(given))
    throw new UserError(
      `model: expected the name of a model, or a definition made by defineModel, got ${described(given)}`,
    )
  for (const field of ['name', 'summary', 'paper'])
    requireText(given[field], `model.${field}`, 'a text', UserError)
  if (!NAME.test(given.name as string))
    throw new UserError(
      `model.name: expected letters and digits, with spaces, dots, dashes or underscores between, got ${described(given.name)}`,
    )
  const { config, phases, defaults } = given
  if (!isRecord(config) || typeof config.safeParse !== 'function' || !isRecord(config.shape))
    throw new UserError(
      `model.config: expected the schema of an object of options, such as z.strictObject({}), got ${described(config)}`,
    )
  requireFunction(given.networks, 'networks')
  for (const field of optionalFunctions)
    if (given[field] !== undefined) requireFunction(given[field], field)
  for (const [field, value] of Object.entries({ phases, defaults }))
    if (value !== undefined && !isRecord(value))
      throw new UserError(`model.${field}: expected an object, got ${described(value)}`)
  if (['terms', 'phases', 'stages', 'fit'].every((field) => given[field] === undefined))
    throw new UserError(
      `model: ${given.name} has no loss; give its definition terms, phases, stages or fit`,
    )
}

function requireFunction(value: unknown, field: string): void {
  if (typeof value !== 'function')
    throw new UserError(`model.${field}: expected a function, got ${described(value)}`)
}

/** Neither an instance of a class nor a module: what spreading copies whole. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
