import { z } from 'zod'

/** What is stated of an option besides its schema. */
interface Facts {
  /** The accepted values in words, to follow "expected". */
  readonly expected?: string
  /** Values to suggest, where not all can be listed. */
  readonly suggested?: readonly string[]
  /** Whether the value is the name of a file. */
  readonly file?: boolean
  /** The option matters only where another option has one of these values. */
  readonly usedWith?: UsedWith
  /** Whether the value may change between two steps of a training. */
  readonly adjustable?: boolean
}

/** An option and the values of it with which another option matters. */
export interface UsedWith {
  readonly option: string
  readonly values: readonly string[]
}

const facts = z.registry<Facts>()

function stating<S extends z.ZodType>(schema: S, more: Facts): S {
  facts.add(schema as z.ZodType, { ...facts.get(schema as z.ZodType), ...more })
  return schema
}

/** States the accepted values of a schema in words. */
export const expecting = <S extends z.ZodType>(
  schema: S,
  expected: string,
  suggested: readonly string[] = [],
): S => stating(schema, { expected, suggested })

/** States that a text is the name of a file, or one of a few names. */
export const naming = <S extends z.ZodType>(schema: S, suggested: readonly string[] = []): S =>
  stating(schema, { file: true, suggested })

export const isFileName = (schema: z.ZodType): boolean => factOf(schema, 'file') === true

/** States that an option matters only where `option` has one of `values`. */
export const onlyWith = <S extends z.ZodType>(
  schema: S,
  option: string,
  values: readonly string[],
): S => stating(schema, { usedWith: { option, values } })

/** States that an option may change between two steps of a training: no parameter depends on it. */
export const adjustable = <S extends z.ZodType>(schema: S): S =>
  stating(schema, { adjustable: true })

export const isAdjustable = (schema: z.ZodType): boolean => factOf(schema, 'adjustable') === true

/** On what other option the use of an option depends; undefined if it is always used. */
export const usedWith = (schema: z.ZodType): UsedWith | undefined => factOf(schema, 'usedWith')

function factOf<N extends keyof Facts>(schema: z.ZodType, name: N): Facts[N] | undefined {
  const own = facts.get(schema)?.[name]
  if (own !== undefined) return own
  const inner = innerOf(schema)
  return inner && factOf(inner, name)
}

/** What a default, an optional value or a preprocessing step wraps. */
function innerOf(schema: z.ZodType): z.ZodType | undefined {
  const { def } = schema as unknown as { def: { innerType?: z.ZodType; out?: z.ZodType } }
  return def.innerType ?? def.out
}

/** The fields of an object's schema. */
export const shapeOf = (schema: z.ZodType): Readonly<Record<string, z.ZodType>> =>
  (schema as z.ZodObject).shape as Readonly<Record<string, z.ZodType>>

/** A schema without what wraps it. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  const inner = innerOf(schema)
  return inner ? unwrapped(inner) : schema
}

/** The names among which an option chooses, or some of its values; undefined if it is not such a choice. */
export function choicesOf(schema: z.ZodType): readonly string[] | undefined {
  const suggested = factOf(schema, 'suggested')
  if (suggested && suggested.length > 0) return suggested
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodEnum) return inner.options.map(String)
  return inner instanceof z.ZodArray ? choicesOf(inner.element as z.ZodType) : undefined
}

/** What a schema expects, in words: `a whole number from 1 to 100`; undefined for kinds that have none. */
export function expectedOf(schema: z.ZodType): string | undefined {
  const stated = factOf(schema, 'expected')
  if (stated !== undefined) return stated
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodNumber) return numberWords(inner)
  if (inner instanceof z.ZodEnum) return `one of ${inner.options.join(', ')}`
  if (inner instanceof z.ZodLiteral) return [...inner.values].join(' or ')
  if (inner instanceof z.ZodBoolean) return 'true or false'
  if (inner instanceof z.ZodString) return 'a text'
  if (!(inner instanceof z.ZodArray)) return undefined
  const element = expectedOf(inner.element as z.ZodType)
  return element === undefined ? 'a list' : `a list, each element of it ${element}`
}

interface Bound {
  readonly check: string
  readonly value: number
  readonly inclusive: boolean
}

/** `a whole number from 1 to 100`, `a number of at least 0 and below 1`. */
function numberWords({ def, isInt }: z.ZodNumber): string {
  const what = isInt ? 'a whole number' : 'a number'
  const checks = (def.checks ?? []).map(({ _zod }) => _zod.def as unknown as Bound)
  const low = checks.filter(({ check }) => check === 'greater_than').at(-1)
  const high = checks.filter(({ check }) => check === 'less_than').at(-1)
  if (low?.inclusive && high?.inclusive) return `${what} from ${low.value} to ${high.value}`
  const bounds = [
    low && `${low.inclusive ? 'of at least' : 'above'} ${low.value}`,
    high && `${high.inclusive ? 'of at most' : 'below'} ${high.value}`,
  ].filter(Boolean)
  return bounds.length > 0 ? `${what} ${bounds.join(' and ')}` : what
}
