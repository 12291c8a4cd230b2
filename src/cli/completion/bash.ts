import type { Offered, OfferedVerb } from './tree.ts'

/** The script for bash. It also works in bash 3.2, which macOS has. */
export function bashScript(verbs: readonly OfferedVerb[]): string {
  const names = verbs.map(({ name }) => name).join(' ')
  return `# Completes latentlab in bash. Load it with: source <(latentlab completion bash)

# Offers words; of a list with commas, for its last element.
_latentlab_words() {
  local before=''
  [[ $cur == *,* ]] && before="\${cur%,*},"
  local word
  for word in $1; do
    [[ $before$word == "$cur"* ]] && COMPREPLY+=("$before$word")
  done
}

_latentlab_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY+=($(compgen -f -- "$cur"))
}

_latentlab_folders() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY+=($(compgen -d -- "$cur"))
}

# Offers folders of runs, and folders that have folders in them.
_latentlab_runs() {
  local IFS=$'\\n' folder
  compopt -o filenames 2>/dev/null
  for folder in $(compgen -d -- "$cur"); do
    if [[ -f $folder/config.json ]] || compgen -d -- "$folder/" >/dev/null; then
      COMPREPLY+=("$folder")
    fi
  done
}

_latentlab() {
  local line="\${COMP_LINE:0:COMP_POINT}" words cur='' prev verb model='' flags i
  # Not COMP_WORDS: bash breaks words there at : and =, too.
  read -ra words <<< "$line"
  local count=\${#words[@]}
  if [[ $line != *[[:space:]] ]]; then
    count=$((count - 1))
    cur=\${words[count]}
  fi
  COMPREPLY=()
  if ((count < 2)); then
    _latentlab_words "${names} help --help --version"
    return
  fi
  verb=\${words[1]}
  prev=\${words[count - 1]}
  for ((i = 2; i < count; i++)); do
    [[ \${words[i]} == --model ]] && model=\${words[i + 1]}
    [[ \${words[i]} == --model=* ]] && model=\${words[i]#--model=}
  done
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*}
    cur=\${cur#*=}
  fi
  case "$verb $prev" in
${values(verbs)}
    *)
      if [[ $cur == -* ]]; then
        case "$verb $model" in
${flagCases(verbs)}
        esac
        _latentlab_words "$flags"
      else
        case $verb in
          help) _latentlab_words "${names}" ;;
${subjects(verbs)}
        esac
      fi
      ;;
  esac
  # What stands before a colon stays on the line, so it must not be repeated.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    COMPREPLY=("\${COMPREPLY[@]#"\${cur%:*}:"}")
  fi
}

complete -F _latentlab latentlab
`
}

const offers = ({ kind, words }: Offered): string => {
  const calls = [
    words.length > 0 ? `_latentlab_words "${words.join(' ')}"` : '',
    kind === 'free' ? '' : `_latentlab_${kind}s`,
  ].filter(Boolean)
  return calls.join('; ') || ':'
}

/** A case for each flag with a value; flags of a verb that are offered the same share one. */
function values(verbs: readonly OfferedVerb[]): string {
  return verbs
    .flatMap(({ name, flags }) => {
      const cases = new Map<string, string[]>()
      for (const { flag, value } of flags) {
        if (!value) continue
        const call = offers(value)
        cases.set(call, [...(cases.get(call) ?? []), `'${name} ${flag}'`])
      }
      return [...cases].map(([call, patterns]) => `    ${patterns.join(' | ')}) ${call} ;;`)
    })
    .join('\n')
}

function flagCases(verbs: readonly OfferedVerb[]): string {
  return verbs
    .flatMap(({ name, flags, byModel = {} }) => [
      ...Object.entries(byModel).map(
        ([model, some]) => `          '${name} ${model}') flags='${some.join(' ')}' ;;`,
      ),
      `          '${name} '*) flags='${flags.map(({ flag }) => flag).join(' ')}' ;;`,
    ])
    .join('\n')
}

const subjects = (verbs: readonly OfferedVerb[]): string =>
  verbs
    .filter(({ subject }) => offers(subject) !== ':')
    .map(({ name, subject }) => `          ${name}) ${offers(subject)} ;;`)
    .join('\n')
