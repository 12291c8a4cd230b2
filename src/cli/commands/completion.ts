import { nearest, UserError } from '../../tensor/errors.ts'
import { defineCommand } from '../command.ts'
import { bashScript } from '../completion/bash.ts'
import { fishScript } from '../completion/fish.ts'
import type { OfferedVerb } from '../completion/tree.ts'
import { zshScript } from '../completion/zsh.ts'
import { jsonFlag } from '../run-command.ts'
import { printAsIs, printJson } from '../terminal.ts'

const scripts: Readonly<Record<string, (verbs: readonly OfferedVerb[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}
const shells = Object.keys(scripts)

export const completion = defineCommand({
  subject: { name: 'SHELL', choices: async () => shells },
  flags: { json: jsonFlag },
  notes:
    'Prints a script that completes verbs, flags, their values, model names, runs and files with the Tab key. To have it in every shell, add the line of the example to ~/.bashrc; for zsh, the same line with zsh to ~/.zshrc, after compinit; for fish, write the script to ~/.config/fish/completions/latentlab.fish. It completes the command latentlab, not npx latentlab.',
  examples: ['latentlab completion bash', 'source <(latentlab completion bash)'],
  async run({ subject, flags, verbs }) {
    const script = Object.hasOwn(scripts, subject) ? scripts[subject] : undefined
    if (!script) {
      const near = nearest(subject, shells)
      throw new UserError(
        `there is no completion for ${JSON.stringify(subject)}${near ? `; did you mean ${near}?` : ''} (known: ${shells.join(', ')})`,
      )
    }
    const { offeredVerbs } = await import('../completion/tree.ts')
    const text = script(await offeredVerbs(verbs))
    if (flags.json) return printJson({ shell: subject, script: text })
    printAsIs(text.trimEnd())
  },
})
