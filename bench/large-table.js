// Time and memory of inspect, train and encode over a large table of 50 columns.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { natural, parsedFlags, UsageError, withUsage } from './flags.js'
import { machineLine } from './machine.js'
import { measured } from './measured-command.js'

const USAGE = `node bench/large-table.js [flags], after npm ci and npm run build

  --rows 10000000     rows of the table
  --formats csv       csv, parquet or both: csv,parquet (Parquet needs LATENTLAB_PYTHON with pyarrow)
  --hidden 128        hidden layers of the VAE
  --threads 2
  --folder FOLDER     for the tables, the runs and the cache; by default a temporary one, which is removed
  --help

A CSV file of ten million rows has 3.5 GB, and its packed rows have 3.0 GB.`

const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url))

await withUsage(async () => {
  const values = parsedFlags(USAGE, {
    rows: { type: 'string', default: '10000000' },
    formats: { type: 'string', default: 'csv' },
    hidden: { type: 'string', default: '128' },
    threads: { type: 'string', default: '2' },
    folder: { type: 'string' },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return console.log(USAGE)
  const rows = natural('rows', values.rows, 1000)
  const formats = values.formats.split(',')
  const other = formats.find((/** @type {string} */ format) => !['csv', 'parquet'].includes(format))
  if (other !== undefined)
    throw new UsageError(`--formats: got '${other}', expected csv or parquet`)
  const folder = resolve(values.folder ?? join(tmpdir(), `latentlab-large-${process.pid}`))
  mkdirSync(folder, { recursive: true })
  if (values.folder === undefined)
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  console.log(`${machineLine()}, ${rows} rows\n`)
  for (const format of formats)
    await measureFormat({ ...values, rows, folder, file: tableFile(folder, rows, format) })
})

/** The path of the table, which is made if it is not there. */
function tableFile(folder, rows, format) {
  const csv = join(folder, `${rows}.csv`)
  if (!existsSync(csv)) made(process.execPath, [here('large-table-csv.js'), csv, String(rows)])
  if (format === 'csv') return csv
  const parquet = join(folder, `${rows}.parquet`)
  const python = process.env.LATENTLAB_PYTHON ?? 'python3'
  if (!existsSync(parquet)) made(python, [here('peers/csv_to_parquet.py'), csv, parquet])
  return parquet
}

function made(program, args) {
  const { status } = spawnSync(program, args, { stdio: 'inherit' })
  if (status !== 0) throw new UsageError(`${program} ${args.join(' ')} failed`)
}

async function measureFormat({ file, folder, rows, hidden, threads }) {
  const run = `${file}-run`
  rmSync(run, { recursive: true, force: true })
  const codes = `${file}-codes.npy`
  const training = ['train', '--data', file, '--epochs', '1', '--model', 'vae', '--hidden', hidden]
  const steps = [
    ['inspect', ['inspect', '--data', file]],
    [
      'train, first start',
      [...training, '--latent', '8', '--threads', threads, '--no-report', '--out', run],
    ],
    ['encode', ['encode', run, '--data', file, '--threads', threads, '--out', codes]],
  ]
  console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(0)} MB`)
  for (const [name, args] of steps) {
    const { seconds, peak } = await measured(args, folder)
    console.log(
      `  ${name.padEnd(20)} ${seconds.toFixed(1)} s wall, ${Math.round(rows / seconds)} rows/s, ${peak} MB`,
    )
    if (args[0] === 'train')
      console.log(`  ${'of which the epoch'.padEnd(20)} ${epochSeconds(run).toFixed(1)} s wall`)
  }
}

/** Seconds of the only epoch of a run. */
function epochSeconds(run) {
  return readFileSync(join(run, 'timings.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .find(({ type }) => type === 'epoch').seconds
}
