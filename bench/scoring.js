// Time and memory of scoring a table of 20 columns, and of filling its gaps.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chosen, natural, parsedFlags, UsageError, withUsage } from './flags.js'
import { machineLine } from './machine.js'
import { measured } from './measured-command.js'

const USAGE = `node bench/scoring.js [flags], after npm ci and npm run build

  --rows 1000000      rows that are scored
  --trained 50000     rows that the model is trained on
  --scores distance,reconstruction,bound
  --threads 2
  --folder FOLDER     for the tables, the run and the cache; by default a temporary one, which is removed
  --help`

const COLUMNS = 20
const SCORES = [{ name: 'distance' }, { name: 'reconstruction' }, { name: 'bound' }]

await withUsage(async () => {
  const values = parsedFlags(USAGE, {
    rows: { type: 'string', default: '1000000' },
    trained: { type: 'string', default: '50000' },
    scores: { type: 'string' },
    threads: { type: 'string', default: '2' },
    folder: { type: 'string' },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return console.log(USAGE)
  const rows = natural('rows', values.rows, 1000)
  const folder = resolve(values.folder ?? join(tmpdir(), `latentlab-scoring-${process.pid}`))
  mkdirSync(folder, { recursive: true })
  if (values.folder === undefined)
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  console.log(`${machineLine()}, ${rows} rows of ${COLUMNS} columns`)
  const [known, data] = [natural('trained', values.trained, 1000), rows].map((count) =>
    tableFile(folder, count),
  )
  console.log(`${data}: ${(statSync(data).size / 1e6).toFixed(0)} MB`)
  const run = join(folder, 'run')
  rmSync(run, { recursive: true, force: true })
  const training = ['--epochs', '5', '--hidden', '64,64', '--latent', '8', '--no-report']
  const { threads } = values
  const compute = ['--threads', threads]
  await measured(['train', '--data', known, ...training, ...compute, '--out', run], folder)
  const out = join(folder, 'scored.csv')
  const [first, ...others] = chosen('scores', values.scores, SCORES)
  for (const [name, when] of [
    [first.name, ', first'],
    ...[first, ...others].map(({ name }) => [name, '']),
  ]) {
    const args = ['score', run, '--data', data, '--out', out, '--score', name]
    const { seconds, peak } = await measured([...args, ...compute], folder)
    console.log(
      `  ${`score, ${name}${when}`.padEnd(24)} ${seconds.toFixed(1)} s wall, ${Math.round(rows / seconds)} rows/s, ${peak} MB`,
    )
  }
})

/** The path of a table of so many rows, which is made if it is not there. */
function tableFile(folder, rows) {
  const file = join(folder, `${rows}.csv`)
  if (existsSync(file)) return file
  const program = fileURLToPath(new URL('large-table-csv.js', import.meta.url))
  const made = spawnSync(process.execPath, [program, file, String(rows), String(COLUMNS)])
  if (made.status !== 0) throw new UsageError(`${program} ${file} failed`)
  return file
}
