import type { Offered, OfferedFlag, OfferedVerb } from './tree.ts'

/** The script for zsh. */
export function zshScript(verbs: readonly OfferedVerb[]): string {
  const described = verbs.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`)
  return `#compdef latentlab
# Completes latentlab in zsh. Load it with: source <(latentlab completion zsh)

_latentlab() {
  local -a verbs
  verbs=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
    help) _describe verb verbs ;;
${verbs.map(verbCase).join('\n')}
  esac
}

if [[ $funcstack[1] == _latentlab ]]; then
  _latentlab "$@"
else
  compdef _latentlab latentlab
fi
`
}

function verbCase({ name, flags, subject }: OfferedVerb): string {
  const specs = [...flags.map(flagSpec), `*:${name}:${action(subject)}`]
  return `    ${name})\n      _arguments ${specs.map(quoted).join(' \\\n        ')}\n      ;;`
}

function flagSpec({ flag, description, value }: OfferedFlag): string {
  const text = `[${escaped(description)}]`
  return value ? `${flag}=${text}:value:${action(value)}` : `${flag}${text}`
}

/** What _arguments calls for a value. */
function action({ kind, words }: Offered): string {
  const files = { file: '_files', folder: '_files -/', run: '_files -/', free: '' }[kind]
  if (words.length === 0) return files || ' '
  const listed = words.map((word) => word.replaceAll(':', '\\:')).join(' ')
  return files ? `{compadd -- ${words.join(' ')}; ${files}}` : `(${listed})`
}

const escaped = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&')

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
