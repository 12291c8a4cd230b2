import type { Offered, OfferedFlag, OfferedVerb } from './tree.ts'

/** The script for fish. */
export function fishScript(verbs: readonly OfferedVerb[]): string {
  return `# Completes latentlab in fish. Load it with: latentlab completion fish | source

function __latentlab_verb
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

function __latentlab_begins
    test (count (commandline -opc)) -eq 1
end

complete -c latentlab -f
${verbs.flatMap(linesOf).join('\n')}
`
}

function linesOf({ name, summary, flags, subject }: OfferedVerb): string[] {
  const here = `complete -c latentlab -n '__latentlab_verb ${name}'`
  const offered = argumentsOf(subject)
  return [
    `complete -c latentlab -n __latentlab_begins -a ${name} -d ${quoted(summary)}`,
    ...(offered === '' ? [] : [`${here} ${offered}`]),
    ...flags.map((flag) => `${here} ${flagArguments(flag)}`),
  ]
}

function flagArguments({ flag, description, value }: OfferedFlag): string {
  const named = `-l ${flag.slice(2)} -d ${quoted(description)}`
  if (!value) return named
  const isFile = value.kind === 'file'
  return [
    named,
    isFile ? '-r -F' : '-x',
    argumentsOf({ ...value, kind: isFile ? 'free' : value.kind }),
  ]
    .filter(Boolean)
    .join(' ')
}

function argumentsOf({ kind, words }: Offered): string {
  const folders = kind === 'folder' || kind === 'run' ? ['(__fish_complete_directories)'] : []
  const all = [...words, ...folders].join(' ')
  return all === '' ? '' : `-a ${quoted(all)}`
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
