import type { z } from 'zod'
import {
  choicesOf,
  expectedOf,
  isAdjustable,
  isFileName,
  shapeOf,
  type UsedWith,
  usedWith,
} from '../config/schema-facts.ts'
import { type AnyDefinition, definitionOf } from '../models/definition.ts'
import { trainConfig } from '../train/config.ts'

import { computeConfig, dataConfig, inspectedFields } from './data-options.ts'

/** One option of the command line or of a configuration file. */
export interface Option {
  readonly name: string
  readonly description: string
  readonly default: unknown
  /** Whether the flag stands alone, without a value. */
  readonly boolean: boolean
  /** Its values, if it is a choice among names, or some of them. */
  readonly choices?: readonly string[] | undefined
  /** Whether it names a file. */
  readonly file: boolean
  /** The values that it takes, in words to follow “expected”: `a whole number from 1 to 100`. */
  readonly expected?: string | undefined
  /** The other option, and the values of it, with which alone this one is used; absent where it is always used. */
  readonly usedWith?: UsedWith | undefined
  /** What it is about: the `model` itself, the `data`, its `training`, or the `computing`. */
  readonly section: OptionSection
  /** Whether it may change between two steps of a training. */
  readonly adjustable: boolean
}

export type OptionSection = 'model' | 'data' | 'training' | 'computing'

function optionsOf(schema: z.ZodType, section: OptionSection): Option[] {
  return Object.entries(shapeOf(schema)).map(([name, field]) => {
    const resolved = field.safeParse(undefined)
    const defaultValue = resolved.success ? resolved.data : undefined
    return {
      name,
      description: describe(field),
      default: defaultValue,
      boolean: typeof defaultValue === 'boolean',
      choices: choicesOf(field),
      file: isFileName(field),
      expected: expectedOf(field),
      usedWith: usedWith(field),
      section,
      adjustable: isAdjustable(field),
    }
  })
}

/** The description of a schema, or of what it wraps. */
function describe(field: z.ZodType): string {
  const inner = (field as unknown as { def: { innerType?: z.ZodType } }).def.innerType
  return field.description ?? (inner ? describe(inner) : '')
}

/**
 * All options of training a model, in the order in which help shows them.
 *
 * @param model the name of a member of the family, or a definition
 */
export function trainingOptions(model: string | AnyDefinition): Option[] {
  const { config, defaults = {} } = definitionOf(model)
  const preset = defaults as Readonly<Record<string, unknown>>
  return [
    ...optionsOf(config, 'model'),
    ...optionsOf(dataConfig, 'data'),
    ...optionsOf(trainConfig, 'training').map((option) => ({
      ...option,
      default: preset[option.name] ?? option.default,
    })),
    ...optionsOf(computeConfig, 'computing'),
  ]
}

/** The options by which `inspect` reads a table, or an archive of arrays. */
export const inspectedOptions = (): Option[] => optionsOf(inspectedFields, 'data')
