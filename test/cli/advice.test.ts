import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { requireUsed } from '../../src/app/unused-options.ts'
import { parseArguments } from '../../src/cli/parse.ts'
import { verbs } from '../../src/cli/verbs.ts'
import { models } from '../../src/models/registry.ts'
import { flagName, negatedFlag, option } from '../../src/tensor/wording.ts'

const commands = Object.fromEntries(
  await Promise.all(
    Object.entries(verbs).map(async ([verb, { load }]) => [verb, await load()] as const),
  ),
)

const filesIn = (folder: string, ending: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))

const sources = filesIn('src', '.ts').map((file) => readFileSync(file, 'utf8'))

/** Each flag that can be typed: a switch also in its negated form. */
const typed = new Set(
  Object.values(commands).flatMap(({ flags }) =>
    Object.entries(flags).flatMap(([name, flag]) =>
      flag.value === undefined ? [flagName(name), negatedFlag(name)] : [flagName(name)],
    ),
  ),
)

/** Reads a command as the command line does, up to where it would begin to work. */
function read(line: string): void {
  const [verb = '', ...args] = line
    .match(/'[^']*'|\S+/g)!
    .slice(line.startsWith('npx ') ? 2 : 1)
    .map((word) => word.replace(/^'(.*)'$/, '$1'))
  if (verb.startsWith('-') || args.includes('--help')) return
  expect(Object.keys(commands), line).toContain(verb)
  const { subject } = commands[verb]!
  // In the middle of a sentence, a verb may stand without its run.
  const whole = subject && !subject.optional && args[0]?.startsWith('--') ? ['RUN', ...args] : args
  const { flags } = parseArguments(verb, commands[verb]!, whole)
  if (verb !== 'train' || flags.config !== undefined) return
  const { out, config, quiet, json, noReport, ...options } = flags
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  )
  requireUsed(Object.keys(given), resolveConfig(given))
}

describe('what a message advises can be typed', () => {
  const advised = sources.flatMap((source) =>
    [...source.matchAll(/\boption\('(\w+)'(?:, ('[^']*'|[-\w.]+))?\)/g)].map(
      ([, name, value]) => [name!, value] as const,
    ),
  )

  it('is found in many places', () => {
    expect(advised.length).toBeGreaterThan(20)
    expect(advised).toContainEqual(['tied', 'false'])
  })

  it.each(
    advised.filter(([, value]) => value === undefined || /^('|[\d-]|true|false)/.test(value)),
  )('option %s %s', (name, value) => {
    const literal =
      value === undefined ? undefined : (JSON.parse(value.replaceAll("'", '"')) as string)
    const text = option(name, literal).commandLine
    const [flag = '', ...rest] = text.split(' ')
    expect([...typed], text).toContain(flag)
    if (literal === undefined) return
    const readBy = Object.entries(commands).filter(([verb, command]) => {
      try {
        const subject = command.subject && !command.subject.optional ? ['x'] : []
        const { flags } = parseArguments(verb, command, [...subject, flag, ...rest])
        if (verb !== 'train') return true
        return models.some(({ name: model }) => {
          try {
            resolveConfig({ model, [name]: flags[name] })
            return true
          } catch {
            return false
          }
        })
      } catch {
        return false
      }
    })
    expect(readBy.length, text).toBeGreaterThan(0)
  })

  it('in every text of the sources', () => {
    const found = sources.flatMap((source) =>
      source
        .split('\n')
        .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line))
        .flatMap((line) =>
          [...line.matchAll(/(?<![\w-])--[a-z][a-z-]*[a-z]\b(?!\()/g)].map(([flag]) => flag),
        ),
    )
    // Of the program itself, of V8, and the beginning of a switch that is off.
    const others = /^--(help|version|no|expose-gc)$/
    const unknown = new Set(found.filter((flag) => !typed.has(flag) && !others.test(flag)))
    expect([...unknown].filter((flag) => !cssVariables.has(flag))).toEqual([])
  })

  const cssVariables = new Set(
    sources.flatMap((source) =>
      [...source.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name!),
    ),
  )
})

describe('every command that is written down can be typed', () => {
  const documents = ['README.md', 'CHANGELOG.md', ...filesIn('docs', '.md')].map(
    (file) => [file, readFileSync(file, 'utf8').replace(/ \\\n +/g, ' ')] as const,
  )

  it.each(documents)('in %s', (_, text) => {
    const lines = [
      ...[...text.matchAll(/^ {4}((?:npx )?latentlab [^\n#]+)/gm)].map(([, line]) => line!),
      ...[...text.matchAll(/`((?:npx )?latentlab [a-z]+ [^`]*)`/g)]
        .map(([, line]) => line!.replace(/\s+/g, ' '))
        .filter((line) => !/…|\bVERB\b/.test(line)),
    ]
    for (const line of lines) {
      try {
        read(line)
      } catch (error) {
        throw new Error(`${line}: ${(error as Error).message}`)
      }
    }
  })

  it('in help', () => {
    for (const { examples } of Object.values(commands))
      for (const example of examples) if (example.startsWith('latentlab')) read(example)
  })
})
