import { models as known } from '../../models/registry.ts'
import { formatTable } from '../../report/table.ts'
import { defineCommand } from '../command.ts'
import { jsonFlag } from '../run-command.ts'
import { print, printJson } from '../terminal.ts'

export const models = defineCommand({
  flags: { json: jsonFlag },
  examples: ['latentlab models'],
  async run({ flags }) {
    const list = known.map(({ name, summary, paper }) => ({ name, summary, paper }))
    if (flags.json) return printJson(list)
    const columns = [{ title: 'model' }, { title: 'what it is' }, { title: 'paper' }]
    print(formatTable({ columns, rows: list.map((m) => [m.name, m.summary, m.paper]) }))
    print('\nTheir options: latentlab train --model NAME --help')
  },
})
