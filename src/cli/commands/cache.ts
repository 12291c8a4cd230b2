import type { CachedTable, CacheEntry } from '../../data/table/cache-entries.ts'
import { nearest, UserError } from '../../tensor/errors.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import { defineCommand } from '../command.ts'
import { jsonFlag } from '../run-command.ts'
import { print, printJson, printTable } from '../terminal.ts'

const actions = ['list', 'clear'] as const

export const cache = defineCommand({
  subject: { name: 'ACTION', choices: async () => actions },
  flags: { json: jsonFlag },
  notes:
    'Tables whose packed rows take more than 256 MB are kept, readable by you alone, in latentlab/tables in your cache folder (~/.cache, or as XDG_CACHE_HOME says), so that the next start finds them; so are pictures that take long to read, in latentlab/pictures. list shows them, and clear removes those that no running process uses. They take 20 GB at most: beyond that, those used longest ago are removed.',
  examples: ['latentlab cache list', 'latentlab cache clear'],
  async run({ subject, flags }) {
    const action = actions.find((one) => one === subject)
    if (action === undefined) throw unknownAction(subject)
    if (action === 'list') await list(flags.json)
    else await clear(flags.json)
  },
})

function unknownAction(given: string): UserError {
  const near = nearest(given, actions)
  const hint = near ? `; did you mean ${near}?` : ''
  return new UserError(
    `cache: expected ${actions.join(' or ')}, got ${JSON.stringify(given)}${hint}`,
  )
}

async function list(json: boolean): Promise<void> {
  const { cachedTables, entriesIn, picturesFolder, tablesFolder } = await import(
    '../../data/table/cache-entries.ts'
  )
  const folder = tablesFolder()
  const tables = await cachedTables(folder)
  const pictures = await entriesIn(picturesFolder())
  if (json) return printJson({ folder, tables, picturesFolder: picturesFolder(), pictures })
  if (pictures.length > 0) print(`${picturesFolder()}: ${described(pictures)}\n`)
  if (tables.length === 0) return print(`no tables in ${folder}`)
  const titles = ['table', 'rows', 'columns', 'bytes', 'last used', '']
  print(`${folder}\n`)
  printTable({
    columns: titles.map((title, i) => ({ title, numeric: i > 0 && i < 4 })),
    rows: tables.map(cellsOf),
  })
}

const described = (pictures: readonly CacheEntry[]): string =>
  `${counted(pictures.length, 'folder')} of packed pictures, ${counted(
    pictures.reduce((sum, { bytes }) => sum + bytes, 0),
    'byte',
  )}`

const cellsOf = ({ table, rows, columns, bytes, used, isInUse }: CachedTable): string[] => [
  table ?? 'damaged',
  grouped(rows),
  grouped(columns),
  grouped(bytes),
  used.toISOString().slice(0, 10),
  isInUse ? 'in use' : '',
]

async function clear(json: boolean): Promise<void> {
  const { clearCache, picturesFolder } = await import('../../data/table/cache-entries.ts')
  const { removed, kept } = await clearCache()
  const { removed: pictures } = await clearCache(picturesFolder())
  if (json) return printJson({ removed, kept, pictures })
  const bytes = removed.reduce((sum, entry) => sum + entry.bytes, 0)
  print(`removed ${counted(removed.length, 'table')}, ${counted(bytes, 'byte')}`)
  if (pictures.length > 0) print(`removed ${described(pictures)}`)
  if (kept.length > 0) print(`kept ${counted(kept.length, 'table')} that running processes use`)
}
