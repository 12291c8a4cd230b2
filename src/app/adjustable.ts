import type { z } from 'zod'
import { isAdjustable, shapeOf } from '../config/schema-facts.ts'
import type { ModelDefinition } from '../models/model.ts'
import { UserError } from '../tensor/errors.ts'
import { checked } from '../tensor/faults.ts'
import { worded } from '../tensor/wording.ts'
import { trainConfig } from '../train/config.ts'
import { commonOptions, type History, historySchema } from '../train/history.ts'

const adjustableIn = (schema: z.ZodType): string[] =>
  Object.entries(shapeOf(schema)).flatMap(([name, field]) => (isAdjustable(field) ? [name] : []))

/** Names of a model's own options that may change during a training. */
export const adjustableOptions = ({ config }: Pick<ModelDefinition, 'config'>): string[] =>
  adjustableIn(config)

/** Names of all options that may change between two steps of a training of a model. */
export const adjustableNames = (definition: ModelDefinition): string[] => [
  ...adjustableIn(trainConfig),
  ...(definition.fit ? [] : adjustableOptions(definition)),
]

/**
 * Refuses names of options that cannot change during a training.
 *
 * @throws UserError that names the first of them, and those that can
 */
export function requireAdjustable(names: readonly string[], definition: ModelDefinition): void {
  const known = adjustableNames(definition)
  const other = names.find((name) => !known.includes(name))
  if (other === undefined) return
  throw new UserError(
    worded`${other}: cannot change during a training of ${definition.name}; ${known.join(', ')} can`,
  )
}

/**
 * Reads the changes that a configuration records.
 *
 * @throws UserError for what is no history of a training of the model
 */
export function parseHistory(given: unknown, definition: ModelDefinition): History {
  const { data, fault } = checked(historySchema, given)
  if (fault) throw new UserError(`${['history', ...fault.path].join('.')}: ${fault.text}`)
  const own = adjustableOptions(definition)
  const read = (values: object, where: string) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        if (commonOptions.includes(name)) return [name, value]
        if (!own.includes(name))
          throw new UserError(`${where}.${name}: ${definition.name} has no such option to change`)
        const { data: parsed, fault: wrong } = checked(shapeOf(definition.config)[name]!, value)
        if (wrong) throw new UserError(`${[where, name, ...wrong.path].join('.')}: ${wrong.text}`)
        return [name, parsed]
      }),
    )
  return data.map(({ before, after, ...at }, i) => ({
    ...at,
    before: read(before, `history.${i}.before`),
    after: read(after, `history.${i}.after`),
  }))
}
