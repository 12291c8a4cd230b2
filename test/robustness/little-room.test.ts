import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { requireCompiled } from '../compiled.ts'
import { csvText, parquetBytes, type Table } from '../data/table/written.ts'

requireCompiled()
const folder = mkdtempSync(join(tmpdir(), 'latentlab-little-room-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const bin = fileURLToPath(new URL('../../bin/latentlab.js', import.meta.url))

const table: Table = {
  names: ['x', 'word'],
  rows: Array.from({ length: 20_000 }, (_, i) => [i / 8, `w${(i * i) % 5}`]),
}
writeFileSync(join(folder, 'table.csv'), csvText(table))
// Packed with Snappy.
writeFileSync(join(folder, 'table.parquet'), parquetBytes(table, ['number', 'text']))

/**
 * Runs a command with a limit on its addresses and 40 MB for objects, for a user without a home folder.
 *
 * @param addresses in kB
 */
function latentlab(addresses: number | 'unlimited', command: string) {
  const shell = `ulimit -v ${addresses}; exec "$0" --max-old-space-size=40 "$@"`
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', shell, process.execPath, bin, ...command.split(' ')],
    { cwd: folder, env: { PATH: process.env.PATH, HOME: '/nowhere' }, encoding: 'utf8' },
  )
  return { code: status, stdout, stderr }
}

const training = '--model ae --hidden 4 --latent 2 --epochs 1 --batch 4000 --threads 1 --no-report'

describe('a table in little memory', () => {
  it('is read in every format, also where there is no room for WebAssembly', () => {
    const [csv, limited, roomy] = [
      latentlab(4_000_000, 'inspect --data table.csv --json'),
      latentlab(4_000_000, 'inspect --data table.parquet --json'),
      latentlab('unlimited', 'inspect --data table.parquet --json'),
    ].map(({ code, stdout, stderr }) => {
      expect([code, stderr]).toEqual([0, ''])
      return JSON.parse(stdout)
    })
    expect(limited).toEqual(roomy)
    const distinct = (of: { columns: { distinct: number }[] }) =>
      of.columns.map((column) => column.distinct)
    expect([limited.rows, distinct(limited), distinct(csv)]).toEqual([
      20_000,
      [10_000, 3],
      [10_000, 3],
    ])
  })

  it('trains without a home folder, or gives one line where that takes more', () => {
    const out = join(folder, 'run')
    const refused = latentlab(1_200_000, `train --data table.csv --out run ${training}`)
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^latentlab: there is not enough memory to compute: it takes 640 MiB of address space, and \d+ MiB are left of the limit \(see ulimit -v\)\n$/,
      ),
    })
    expect(existsSync(out)).toBe(false)
    const { code, stderr } = latentlab(
      4_000_000,
      `train --data table.csv --out run ${training} --quiet`,
    )
    expect([code, stderr]).toEqual([0, ''])
    expect(readdirSync(folder).sort()).toEqual(['run', 'table.csv', 'table.parquet'])
    expect(existsSync('/nowhere')).toBe(false)
  })
})
