import { type ParseArgsConfig, parseArgs } from 'node:util'
import { formerOptions } from '../models/former-names.ts'
import { nearest, UserError } from '../tensor/errors.ts'
import { flagName } from '../tensor/wording.ts'
import type { Command } from './command.ts'
import type { Flags } from './flags.ts'

/** Arguments of a verb, read. */
export interface Parsed {
  readonly subject: string
  readonly subjects: readonly string[]
  readonly flags: Readonly<Record<string, unknown>>
}

type FormerFlags = NonNullable<Command['formerFlags']>

/** Splits arguments into flags with their texts and positional arguments, without checking them. */
function tokenize(args: readonly string[], flags: Flags, former: FormerFlags = {}) {
  const options: ParseArgsConfig['options'] = {}
  const present = Object.entries(former).map(([name, now]) => [name, flags[now]!] as const)
  for (const [name, flag] of [...Object.entries(flags), ...present])
    options[flagName(name).slice(2)] = { type: flag.value === undefined ? 'boolean' : 'string' }
  // Not strict: strict parsing refuses `--lr -1`, and its error messages are for programmers.
  return parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens
}

/** The text of one flag, even if other arguments are wrong. */
export function peek(args: readonly string[], name: string, flags: Flags): string | undefined {
  const found = tokenize(args, flags).find((t) => t.kind === 'option' && t.name === name)
  return found?.kind === 'option' ? found.value : undefined
}

/**
 * Reads the arguments of a verb.
 *
 * @throws UserError for an unknown, repeated or incomplete flag, for a value that does not fit its flag,
 * and for unexpected or missing arguments.
 */
export function parseArguments(verb: string, command: Command, args: readonly string[]): Parsed {
  const { flags, formerFlags = {}, subject } = command
  const present = new Map(Object.keys(flags).map((name) => [flagName(name), name]))
  const former = Object.entries(formerFlags).map(([name, now]) => [flagName(name), now] as const)
  const byTyped = new Map([...present, ...former])
  const texts: Record<string, string> = {}
  const positionals: string[] = []
  for (const token of tokenize(args, flags, formerFlags)) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const negated = byTyped.get(token.rawName.replace(/^--no-/, '--'))
    const isNegation = negated !== undefined && flags[negated]!.value === undefined
    const name = byTyped.get(token.rawName) ?? (isNegation ? negated : undefined)
    if (name === undefined) throw unknownFlag(verb, token.rawName, [...present.keys()])
    if (Object.hasOwn(texts, name))
      throw new UserError(`${token.rawName}: is given twice; give it once`)
    texts[name] = byTyped.has(token.rawName) ? textOf(token, flags[name]!.value) : 'false'
  }
  requireSubject(verb, subject, positionals)
  const read = Object.entries(flags).map(([name, flag]) => [
    name,
    flag.read(texts[name], flagName(name)),
  ])
  const [first = ''] = positionals
  return { subject: first, subjects: positionals, flags: Object.fromEntries(read) }
}

interface OptionToken {
  readonly rawName: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

function textOf({ rawName, value, inlineValue }: OptionToken, placeholder?: string): string {
  if (placeholder === undefined) return value ?? 'true'
  if (value === undefined)
    throw new UserError(`${rawName}: its value is missing; expected ${rawName} ${placeholder}`)
  if (!inlineValue && value.startsWith('--'))
    throw new UserError(
      `${rawName}: its value is missing before ${value}; expected ${rawName} ${placeholder}`,
    )
  return value
}

function unknownFlag(verb: string, flag: string, known: readonly string[]): UserError {
  const former = Object.keys(formerOptions).find((name) => flagName(name) === flag)
  const current = former && flagName(formerOptions[former]!)
  const near = nearest(flag, [...known, '--help'])
  const hint =
    current && known.includes(current)
      ? `; it is called ${current} now`
      : near
        ? `; did you mean ${near}?`
        : ''
  return new UserError(`unknown flag ${flag}${hint} (see latentlab ${verb} --help)`)
}

function requireSubject(verb: string, subject: Command['subject'], given: readonly string[]): void {
  if (given.length === 0 && subject && !subject.optional)
    throw new UserError(
      `${subject.name} is missing: expected latentlab ${verb} ${subject.name} (see latentlab ${verb} --help)`,
    )
  const extra = subject?.many ? undefined : given[subject ? 1 : 0]
  if (extra !== undefined)
    throw new UserError(
      `unexpected argument ${JSON.stringify(extra)} (see latentlab ${verb} --help)`,
    )
}
