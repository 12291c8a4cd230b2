import { indentedCommand, wrapped } from '../report/wrap.ts'
import { flagName } from '../tensor/wording.ts'
import { columns } from './columns.ts'
import type { Command } from './command.ts'
import type { Flags } from './flags.ts'
import { verbs } from './verbs.ts'

/** What `latentlab --help` prints, on lines of at most `width` columns. */
export function overview(width: number): string {
  const rows = Object.entries(verbs).map(([verb, { summary }]) => [verb, summary] as const)
  return [
    ...wrapped('latentlab: train, examine and ship autoencoders', width),
    '',
    'Usage: latentlab VERB [RUN] [flags]',
    '',
    columns(rows, width),
    '',
    'Examples',
    ...[
      'latentlab demo',
      'latentlab train --data mnist --model vae --latent 20 --epochs 20 --out runs/vae',
      'latentlab sample runs/vae --count 64 --out samples.png',
    ].map((example) => indentedCommand(example, width)),
    '',
    ...wrapped(
      'latentlab VERB --help describes a verb; latentlab --version prints the version.',
      width,
    ),
  ].join('\n')
}

/** What `latentlab VERB --help` prints, on lines of at most `width` columns. */
export function commandHelp(
  verb: string,
  command: Command,
  flags: Flags,
  introduction: string | undefined,
  width: number,
): string {
  const { subject, notes, examples } = command
  const name = subject && `${subject.name}${subject.many ? '…' : ''}`
  const argument = name ? ` ${subject.optional ? `[${name}]` : name}` : ''
  return [
    ...wrapped(`latentlab ${verb}: ${verbs[verb]!.summary}`, width),
    '',
    ...wrapped(`Usage: latentlab ${verb}${argument} [flags]`, width, '    '),
    '',
    ...(introduction ? [...wrapped(introduction, width), ''] : []),
    'Flags',
    columns(Object.entries(flags).map(flagRow), width),
    ...(notes ? ['', ...wrapped(notes, width)] : []),
    '',
    examples.length === 1 ? 'Example' : 'Examples',
    ...examples.map((example) => indentedCommand(example, width)),
  ].join('\n')
}

function flagRow([name, flag]: [string, Flags[string]]): readonly [string, string] {
  const typed = flag.value === undefined ? flagName(name) : `${flagName(name)} ${flag.value}`
  const shown = flag.shown === undefined ? '' : ` (default ${flag.shown})`
  return [typed, `${flag.description}${shown}`]
}
