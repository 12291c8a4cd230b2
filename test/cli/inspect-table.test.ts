import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeNpz } from '../../src/data/npz.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { workingFolder } from './command-line.ts'

const { folder, latentlab, latentlabs } = workingFolder()

const lines = Array.from({ length: 300 }, (_, i) => {
  const speed = i === 3 ? 'n/a' : (10 * Math.sin(i)).toFixed(2)
  return `${i + 1};${speed};${['red', 'green', 'blue'][i % 3]};k`
})
writeFileSync(join(folder, 'sensors.csv'), `${['id;speed;colour;k', ...lines].join('\n')}\n`)
const rows = hostTensor('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))
writeFileSync(
  join(folder, 'two.npz'),
  writeNpz(
    new Map([
      ['first', rows],
      ['second', rows],
    ]),
  ),
)

describe('inspect --data with a table', () => {
  it('prints each column in 80 columns, with what training does with it', async () => {
    const { code, stdout } = await latentlab('inspect --data sensors.csv'.split(' '))
    expect(code).toBe(0)
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(stdout).toMatch(/^sensors\.csv: csv, separated by ";"/)
    expect(stdout).toContain('300 rows, 4 columns; what follows is about all of them')
    expect(stdout).toMatch(/\nspeed +numeric +-10 … 10 +1 +\d+\n/)
    expect(stdout).toMatch(/\ncolour +categorical +– +0 +3\n/)
    expect(stdout).toContain('- id: left out; kept as key\n')
    expect(stdout).toContain('- speed: standardised; Gaussian\n  numbers\n')
    expect(stdout).toContain('\n  missing: 1 "n/a"\n')
    expect(stdout).toContain('- k: left out: constant\n')
  })

  it('says how many rows are normal', async () => {
    const [shown, wrong, none] = await latentlabs([
      'inspect --data sensors.csv --label colour --normal red,blue',
      'inspect --data sensors.csv --label colour --normal pink',
      'inspect --data sensors.csv --normal red',
    ])
    expect(shown!.stdout).toContain(
      'Labels in column "colour": red (100 rows), green (100 rows), blue (100 rows)\n' +
        'Normal (blue, red): 200 rows, from which training learns; not normal: 100 rows\n',
    )
    expect([wrong!.code, wrong!.stderr]).toEqual([
      2,
      'latentlab: --normal pink: column "colour" holds blue, green and red\n',
    ])
    expect(none!.stderr).toBe(
      'latentlab: --normal: sensors.csv has no labels, so no row is known to be normal; name their column with --label\n',
    )
  })

  it('writes a schema, which can be changed and shown', async () => {
    const out = join(folder, 'schema.json')
    const first = await latentlab(
      'inspect --data sensors.csv --schema-out schema.json --json'.split(' '),
    )
    expect([first.code, first.stderr]).toEqual([
      0,
      'latentlab: wrote schema.json; change it, and train with --schema schema.json\n',
    ])
    const schema = JSON.parse(readFileSync(out, 'utf8'))
    expect(JSON.parse(first.stdout).schema).toEqual(schema)
    expect(schema.columns[1]).toEqual({ name: 'speed', kind: 'numeric' })
    schema.columns[1].distribution = 'student-t'
    writeFileSync(out, JSON.stringify(schema))
    const second = await latentlab('inspect --data sensors.csv --schema schema.json'.split(' '))
    expect(second.stdout).toContain('- speed: standardised; Student-t\n  stated in the schema\n')
    const again = await latentlab('inspect --data sensors.csv --schema-out schema.json'.split(' '))
    expect([again.code, again.stdout]).toEqual([2, ''])
    expect(again.stderr).toContain('--schema-out schema.json: it exists already')
  })

  it.each([
    ['--schema none.json', '--schema none.json: there is no such file'],
    ['--decimal dot', 'decimal: expected one of point, comma, got dot'],
    ['--layout chw', '--layout: applies only to arrays'],
  ])('refuses %s', async (flags, message) => {
    const { code, stderr } = await latentlab(`inspect --data sensors.csv ${flags}`.split(' '))
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })

  it.each([
    ['--data mnist --separator tab', '--separator: applies only to a table'],
    ['--data mnist --array x', 'mnist: is no archive; leave --array out'],
    ['--data sensors.csv --array x', '--array: applies only to arrays'],
    ['--data . --array x', '--array: is for arrays, and . holds pictures; leave it out'],
    ['run --array x', '--array: applies only to a data file; give --data FILE'],
    ['--data two.npz --array third', 'holds no array "third", as --array says'],
  ])('refuses flags of other data: %s', async (flags, message) => {
    const { code, stderr } = await latentlab(`inspect ${flags}`.split(' '))
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })

  it('shows an archive without a table, and which array is taken as examples', async () => {
    const shown = await latentlabs([
      'inspect --data two.npz',
      'inspect --data two.npz --array second',
    ])
    expect(shown.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ])
    expect(shown[0]!.stdout).toContain('the examples can be stated with --array')
    expect(shown[1]!.stdout).toContain('\ntaken as examples: array second')
  })
})

describe('cache', () => {
  it('lists and clears nothing where there is nothing, and refuses other words', async () => {
    const list = await latentlab(['cache', 'list', '--json'])
    expect(JSON.parse(list.stdout).folder).toMatch(/latentlab.tables$/)
    const { code, stderr } = await latentlab(['cache', 'claer'])
    expect([code, stderr]).toEqual([
      2,
      'latentlab: cache: expected list or clear, got "claer"; did you mean clear?\n',
    ])
  })
})
