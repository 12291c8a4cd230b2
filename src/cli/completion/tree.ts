import { models } from '../../models/registry.ts'
import { flagName } from '../../tensor/wording.ts'
import type { Command, Verbs } from '../command.ts'
import type { Flag, Flags } from '../flags.ts'

/** What the Tab key can offer for a value. */
export interface Offered {
  /** Nothing: the value is free. */
  readonly kind: 'run' | 'folder' | 'file' | 'free'
  /** Words, besides what `kind` says. */
  readonly words: readonly string[]
}

/** A flag as the Tab key needs it. */
export interface OfferedFlag {
  readonly flag: string
  readonly description: string
  /** Its value; undefined for a flag without one. */
  readonly value: Offered | undefined
}

/** A verb as the Tab key needs it. */
export interface OfferedVerb {
  readonly name: string
  readonly summary: string
  readonly flags: readonly OfferedFlag[]
  readonly subject: Offered
  /** The flags of each model, for the verb whose flags depend on it. */
  readonly byModel: Readonly<Record<string, readonly string[]>> | undefined
}

/** All verbs with their flags, from the tables that help is made of. */
export async function offeredVerbs(verbs: Verbs): Promise<OfferedVerb[]> {
  return Promise.all(
    Object.entries(verbs).map(async ([name, { summary, load }]) => {
      const command = await load()
      return {
        name,
        summary,
        flags: [...Object.entries(command.flags).map(offeredFlag), HELP],
        subject: await offeredSubject(command.subject),
        byModel: flagsByModel(command),
      }
    }),
  )
}

const HELP: OfferedFlag = { flag: '--help', description: 'describe the verb', value: undefined }

function offeredFlag([name, flag]: [string, Flags[string]]): OfferedFlag {
  return { flag: flagName(name), description: flag.description, value: offeredValue(flag) }
}

const kinds: Readonly<Record<string, Offered['kind']>> = {
  FILE: 'file',
  FOLDER: 'folder',
  RUN: 'run',
  OTHER: 'run',
}

function offeredValue({ value, choices }: Flag<unknown>): Offered | undefined {
  if (value === undefined) return undefined
  const listed = value.includes('|') ? value.split('|') : []
  return { kind: kinds[value] ?? 'free', words: choices ?? listed }
}

async function offeredSubject(subject: Command['subject']): Promise<Offered> {
  const words = (await subject?.choices?.()) ?? []
  return { kind: kinds[subject?.name ?? ''] ?? 'free', words }
}

function flagsByModel({ helpFlags }: Command): OfferedVerb['byModel'] {
  if (!helpFlags) return undefined
  return Object.fromEntries(
    models.map(({ name }) => [name, [...Object.keys(helpFlags(name)).map(flagName), HELP.flag]]),
  )
}
