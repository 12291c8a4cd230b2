import { sources } from '../../data/sources.ts'
import { grouped } from '../../tensor/numbers.ts'
import { defineCommand } from '../command.ts'
import { jsonFlag } from '../run-command.ts'
import { print, printJson, printTable } from '../terminal.ts'

export const datasets = defineCommand({
  flags: { json: jsonFlag },
  examples: ['latentlab datasets'],
  async run({ flags }) {
    if (flags.json) return printJson(sources)
    const columns = [
      { title: 'name' },
      { title: 'training', numeric: true },
      { title: 'test', numeric: true },
      { title: 'example' },
      { title: 'what it shows' },
    ]
    const rows = sources.map(({ name, rows, shape, description }) => [
      name,
      grouped(rows.train),
      rows.test > 0 ? grouped(rows.test) : 'split by seed',
      shape.join(' × '),
      description,
    ])
    printTable({ columns, rows })
    print(
      '\nYour own: --data FILE, a table (CSV, TSV, Parquet, JSON lines, ARFF), a folder of pictures, or a .npy, .npz or IDX file;\nsee latentlab inspect --data FILE',
    )
  },
})
