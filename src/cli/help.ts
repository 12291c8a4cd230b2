import { flagName } from '../tensor/wording.ts'
import { columns, WIDTH, wrapped } from './columns.ts'
import type { Command } from './command.ts'
import type { Flags } from './flags.ts'
import { verbs } from './verbs.ts'

/** What `latentlab --help` prints. */
export function overview(): string {
  const rows = Object.entries(verbs).map(([verb, { summary }]) => [verb, summary] as const)
  return [
    'latentlab: train, examine and ship autoencoders',
    '',
    'Usage: latentlab VERB [RUN] [flags]',
    '',
    columns(rows),
    '',
    'Examples',
    '  latentlab demo',
    '  latentlab train --data mnist --model vae --latent 20 --epochs 20 --out runs/vae',
    '  latentlab sample runs/vae --count 64 --out samples.png',
    '',
    'latentlab VERB --help describes a verb; latentlab --version prints the version.',
  ].join('\n')
}

/** What `latentlab VERB --help` prints. */
export function commandHelp(
  verb: string,
  command: Command,
  flags: Flags,
  introduction?: string,
): string {
  const { subject, notes, examples } = command
  const name = subject && `${subject.name}${subject.many ? '…' : ''}`
  const argument = name ? ` ${subject.optional ? `[${name}]` : name}` : ''
  return [
    `latentlab ${verb}: ${verbs[verb]!.summary}`,
    '',
    `Usage: latentlab ${verb}${argument} [flags]`,
    '',
    ...(introduction ? [...wrapped(introduction, WIDTH), ''] : []),
    'Flags',
    columns(Object.entries(flags).map(flagRow)),
    ...(notes ? ['', ...wrapped(notes, WIDTH)] : []),
    '',
    examples.length === 1 ? 'Example' : 'Examples',
    ...examples.map((example) => `  ${example}`),
  ].join('\n')
}

function flagRow([name, flag]: [string, Flags[string]]): readonly [string, string] {
  const typed = flag.value === undefined ? flagName(name) : `${flagName(name)} ${flag.value}`
  const shown = flag.shown === undefined ? '' : ` (default ${flag.shown})`
  return [typed, `${flag.description}${shown}`]
}
