import { models as known } from '../../models/registry.ts'
import { columns } from '../columns.ts'
import { defineCommand } from '../command.ts'
import { jsonFlag } from '../run-command.ts'
import { pageWidth, print, printAsIs, printJson } from '../terminal.ts'

export const models = defineCommand({
  flags: { json: jsonFlag },
  examples: ['latentlab models'],
  async run({ flags }) {
    const list = known.map(({ name, summary, paper }) => ({ name, summary, paper }))
    if (flags.json) return printJson(list)
    const rows = list.flatMap(({ name, summary, paper }) => [
      [name, summary] as const,
      ['', paper] as const,
    ])
    printAsIs(columns(rows, pageWidth()))
    print('\nTheir options: latentlab train --model NAME --help')
  },
})
