import { z } from 'zod'
import { choicesOf, expectedOf, unwrapped } from '../config/schema-facts.ts'
import { described } from './described.ts'
import { nearest } from './errors.ts'

/** What is wrong with a value that a schema refuses. */
export interface Fault {
  /** The names on the way to the value at fault: `['hidden', '1']`. */
  readonly path: readonly string[]
  /** What was expected and what came: `expected a whole number from 1 to 100, got "x"`. */
  readonly text: string
}

/** A value as a schema reads it, or what is wrong with it. */
export type Checked<T> =
  | { readonly data: T; readonly fault?: undefined }
  | { readonly fault: Fault; readonly data?: undefined }

/** Marks the messages of `inOurWords`; a schema's own messages lack it. */
const OURS = '\0'

/** Reads a value by a schema. Messages are in our words unless the schema states its own; none is zod's. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): Checked<T> {
  const result = schema.safeParse(value, { error: (issue) => OURS + inOurWords(issue) })
  if (result.success) return { data: result.data }
  const { path, message } = result.error.issues[0]!
  const names = path.map(String)
  const got = at(value, names)
  const ownWords = message.startsWith(OURS) ? undefined : message
  const part = partAt(schema, names)
  const expected = ownWords === undefined && part ? expectedOf(part) : undefined
  const text = ownWords ?? (expected ? `expected ${expected}` : message.slice(OURS.length))
  const choices = (part && choicesOf(part)) ?? []
  return { fault: { path: names, text: withValue(text, got, choices) } }
}

function withValue(text: string, got: unknown, choices: readonly string[]): string {
  if (got === undefined) return text.replace(/^expected/, 'is missing; expected')
  if (!text.startsWith('expected')) return `${text} (got ${shortly(got)})`
  const near = typeof got === 'string' ? nearest(got, choices) : undefined
  return `${text}, got ${shortly(got)}${near === undefined ? '' : `; did you mean ${near}?`}`
}

/** Most elements of a list that a message shows. */
const MOST_SHOWN = 6

/** A value in a message: a word as it was typed, short lists with their elements. */
function shortly(value: unknown): string {
  if (typeof value === 'string' && /^\S{1,40}$/.test(value)) return value
  if (!Array.isArray(value)) return described(value)
  if (value.length > MOST_SHOWN) return `a list of ${value.length} values`
  return `[${value.map(described).join(', ')}]`
}

/** The value that a path leads to. A text of several elements is the same as a list of them. */
function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => {
    if (typeof inner === 'string') return inner
    return (inner as Readonly<Record<string, unknown>> | undefined)?.[name]
  }, value)
}

/** The part of a schema that a path leads to. */
function partAt(schema: z.ZodType, path: readonly string[]): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((part, name) => {
    const inner = part && unwrapped(part)
    if (inner instanceof z.ZodObject) return inner.shape[name] as z.ZodType | undefined
    if (inner instanceof z.ZodArray) return inner.element as z.ZodType
    return undefined
  }, schema)
}

/** What is wrong, for schemas that have no words of their own. */
function inOurWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${typeWords[issue.expected] ?? 'a value of another type'}`
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${sizeOf(issue.origin)}`
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${sizeOf(issue.origin)}`
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}`
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`
    case 'unrecognized_keys':
      return `has fields that do not belong there: ${issue.keys.join(', ')}`
    default:
      return 'does not have the expected form'
  }
}

const typeWords: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
}

const sizeOf = (origin: string): string =>
  origin === 'string' ? ' letters' : origin === 'array' ? ' elements' : ''
