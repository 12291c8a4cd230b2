import type { z } from 'zod'
import type { ModelDefinition } from '../../../src/models/model.ts'

type Options = Readonly<Record<string, unknown>>

const fieldsOf = ({ config }: ModelDefinition): Readonly<Record<string, z.ZodType>> =>
  (config as unknown as z.ZodObject).shape as Record<string, z.ZodType>

/** Those of the options that the model has. */
export function known(definition: ModelDefinition, options: Options): Options {
  const fields = fieldsOf(definition)
  return Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => fields[name]?.safeParse(value).success === true,
    ),
  )
}

/** Widths, whatever they are called, and the largest whole number. */
const WIDTHS = [5, 4]
const LARGEST = 3

/**
 * A configuration of a model that nobody has written down: its schema's defaults, made small. Lists of
 * numbers are widths; activations become smooth.
 */
export function tinyOptions(definition: ModelDefinition, options: Options = {}): object {
  const small = Object.entries(fieldsOf(definition)).map(([name, field]) => {
    const { data } = field.safeParse(undefined)
    return [name, reduced(name, field, data)] as const
  })
  return definition.config.parse({ ...Object.fromEntries(small), ...known(definition, options) })
}

function reduced(name: string, field: z.ZodType, preset: unknown): unknown {
  const accepts = (value: unknown) => field.safeParse(value).success
  if (Array.isArray(preset) && preset.length > 0 && preset.every((n) => typeof n === 'number'))
    return WIDTHS
  if (Array.isArray(preset) && name.toLowerCase().endsWith('activation')) return ['tanh']
  const whole = typeof preset === 'number' && !accepts(preset + 0.5)
  return whole ? Math.min(preset, LARGEST) : preset
}

/** The values that a field is to be chosen from, where it lists them. */
export function choices(definition: ModelDefinition, name: string): readonly unknown[] {
  interface Def {
    readonly type: string
    readonly innerType?: z.ZodType
    readonly out?: z.ZodType
    readonly entries?: Readonly<Record<string, unknown>>
  }
  let field = fieldsOf(definition)[name]
  for (;;) {
    if (!field) return []
    const { type, innerType, out, entries } = (field as unknown as { def: Def }).def
    if (type === 'boolean') return [false, true]
    if (type === 'enum') return Object.values(entries!)
    field = innerType ?? out
  }
}

/** Names of the model's fields. */
export const fieldNames = (definition: ModelDefinition): string[] =>
  Object.keys(fieldsOf(definition))
