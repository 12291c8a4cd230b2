import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { alarmThreshold } from '../../src/answers/anomaly/threshold.ts'
import { load } from '../../src/app/library/node.ts'
import { parseNpz, writeNpz } from '../../src/data/npz.ts'
import { auroc } from '../../src/evaluate/anomaly/auroc.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { csvText, type Table } from '../data/table/written.ts'
import { words, workingFolder } from './command-line.ts'

const { latentlab, inFolder } = workingFolder()

/** Two columns that follow each other, a category that follows them, a key and whether the row is a fault. */
function rows(count: number, faults: readonly number[], first = 0): Table {
  return {
    names: ['id', 'speed', 'load', 'state', 'fault'],
    rows: Array.from({ length: count }, (_, i) => {
      const turn = Math.sin((i + first) * 2.3) + 0.1 * Math.cos((i + first) * 17)
      const load = 5 + 2 * turn + (faults.includes(i) ? 9 : 0.1 * Math.sin((i + first) * 31))
      return [
        `k${i}`,
        (10 + turn).toFixed(3),
        load.toFixed(2),
        turn > 0 ? 'up' : 'down',
        faults.includes(i) ? 'yes' : 'no',
      ]
    }),
  }
}

const given = rows(400, [3, 50, 77, 120, 250, 301])
const today = rows(41, [7, 30], 1000)

const score = async (table: Table | string, flags = '') => {
  writeFileSync(inFolder('today.csv'), typeof table === 'string' ? table : csvText(table))
  rmSync(inFolder('scored.csv'), { force: true })
  const out = flags.includes('--out') ? '' : '--out scored.csv '
  return latentlab(words(`score run --data today.csv ${out}--threads 1 ${flags}`.trim()))
}

const scored = (path = 'scored.csv') =>
  readFileSync(inFolder(path), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))

let document: {
  readonly threshold: { threshold: number; rows: number; rank: number; falseAlarms: number }
  readonly alarms: number
  readonly comparisons: readonly {
    name: string
    alarms: number
    shared: number
    detection: { auroc: number; averagePrecision: number }
  }[]
  readonly [name: string]: unknown
}

beforeAll(async () => {
  writeFileSync(inFolder('given.csv'), csvText(given))
  const { code, stderr } = await latentlab(
    words(
      'train --data given.csv --label fault --normal no --test 100 --hidden 12 --latent 2 --epochs 60 --threads 1 --quiet --no-report --out run',
    ),
  )
  expect([code, stderr.replace(/^note: .*\n/gm, '')]).toEqual([0, ''])
  const { code: ended, stdout } = await score(today, '--false-alarms 0.05 --shares --json')
  expect(ended).toBe(0)
  document = JSON.parse(stdout)
})

describe('score', () => {
  it('writes the rows as they came, in order, with score, alarm, reason and shares', async () => {
    await score(today, '--false-alarms 0.05 --shares')
    const [names, ...lines] = scored()
    expect(names).toEqual([
      ...today.names,
      ...['score', 'alarm', 'reason'],
      ...['share of speed', 'share of load', 'share of state'],
    ])
    expect(lines.map((cells) => cells.slice(0, 5))).toEqual(
      today.rows.map((cells) => cells.map(String)),
    )
    for (const cells of lines) {
      const value = Number(cells[5])
      expect(cells[6]).toBe(value > document.threshold.threshold ? '1' : '0')
      expect(cells[7] === '').toBe(cells[6] === '0')
      const sum = cells.slice(8).reduce((total, share) => total + Number(share), 0)
      expect(Math.abs(sum - value)).toBeLessThan(1e-6 * value)
    }
    // A fault is where the load is too high, and that is the first reason.
    for (const fault of [7, 30])
      expect(lines[fault]!.slice(6, 8)).toEqual([
        '1',
        expect.stringMatching(new RegExp(`^load ${today.rows[fault]![2]} \\(\\+\\d`)),
      ])
  })

  it('says how many alarms there are, beside baselines and with the labels of the file', () => {
    const values = scored()
      .slice(1)
      .map((cells) => Number(cells[5]))
    const faults = today.rows.map((cells) => cells[4] === 'yes')
    expect(document).toMatchObject({ count: 41, score: 'distance', unit: 'distance' })
    expect(document.threshold).toMatchObject({ rows: 100, rank: 5, falseAlarms: 0.05 })
    const alarms = values.filter((value) => value > document.threshold.threshold).length
    expect(document.alarms).toBe(alarms)
    const [model, ...baselines] = document.comparisons
    expect(model).toMatchObject({ name: 'distance', alarms, shared: alarms })
    expect(model!.detection.auroc).toBe(auroc(values, faults).area)
    expect(baselines.map(({ name }) => name)).toEqual(['k-NN', 'isolation forest', 'PCA'])
    for (const { alarms: own, shared } of baselines) expect(shared).toBeLessThanOrEqual(own)
  })

  it('gives what the library gives, whose threshold is that of the kept test scores', async () => {
    await score(today, '--false-alarms 0.05')
    const model = await load(inFolder('run'), { threads: 1 })
    const lines = today.rows.map((cells) =>
      Object.fromEntries(today.names.map((name, j) => [name, cells[j]])),
    )
    const numbers = lines.map((line) => ({
      ...line,
      speed: Number(line.speed),
      load: Number(line.load),
    }))
    const found = await model.score(numbers, { falseAlarms: 0.05 })
    expect(found.columns).toEqual(['speed', 'load', 'state'])
    expect([...found.scores]).toEqual(
      scored()
        .slice(1)
        .map((cells) => Number(cells[5])),
    )
    expect(found.threshold).toEqual(JSON.parse(JSON.stringify(document.threshold)))
    const data = await model.data()
    const test = await model.score(
      (await import('../../src/data/rows.ts')).splitValues(
        data,
        'test',
        Array.from({ length: 100 }, (_, i) => i),
      ),
    )
    await model.close()
    const sorted = test.scores.slice().sort()
    expect(alarmThreshold(sorted, 0.05).threshold).toBeCloseTo(found.threshold.threshold, 6)
  })

  it('makes a calibration of other shapes or without numbers anew', async () => {
    const path = inFolder('run/scoring-best.npz')
    const kept = readFileSync(path)
    const arrays = parseNpz(kept, path, 1e8)
    for (const damage of [
      ['calibration distance', hostTensor('float64', [0], new Float64Array(0))],
      ['typical distance', hostTensor('float64', [1], Float64Array.of(1))],
      ['training', hostTensor('float32', [1, 2], new Float32Array(2))],
      ['calibration k-NN', hostTensor('float64', [2], Float64Array.of(1, Number.NaN))],
    ] as const) {
      writeFileSync(path, writeNpz(new Map([...arrays, damage])))
      const { code, stdout } = await score(today, '--false-alarms 0.05 --no-page --json')
      expect([damage[0], code]).toEqual([damage[0], 0])
      expect(JSON.parse(stdout)).toMatchObject({ threshold: document.threshold })
      expect(readFileSync(path).equals(kept)).toBe(true)
    }
  })

  it('refuses a file that was scored, and a page that contradicts --no-page', async () => {
    const names = [...today.names, 'score', 'alarm', 'reason']
    const again = { names, rows: today.rows.map((cells) => [...cells, '1', '0', '']) }
    expect(await score(again)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'has the columns score, alarm, reason, which scoring adds; give the file as it was before it was scored, or remove or rename them\n',
      ),
    })
    expect(await score(today, '--page x.html --no-page')).toMatchObject({
      code: 2,
      stderr: 'latentlab: --page x.html: contradicts --no-page; leave one of them out\n',
    })
    expect(await score(today, '--page ./scored.csv')).toMatchObject({
      code: 2,
      stderr: 'latentlab: --page ./scored.csv: is the file of --out; choose another name\n',
    })
    expect(existsSync(inFolder('scored.csv'))).toBe(false)
  })

  it('needs the data of the run only the first time', async () => {
    const before = statSync(inFolder('run/scoring-best.npz')).mtimeMs
    const text = readFileSync(inFolder('given.csv'))
    rmSync(inFolder('given.csv'))
    const again = await score(today, '--false-alarms 0.05 --json')
    expect(again.code).toBe(0)
    expect(JSON.parse(again.stdout).threshold).toEqual(document.threshold)
    expect(statSync(inFolder('run/scoring-best.npz')).mtimeMs).toBe(before)
    expect(await score(today, '--score bound')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('given.csv'),
    })
    writeFileSync(inFolder('given.csv'), text)
    const bound = await score(today, '--score bound --json')
    expect(JSON.parse(bound.stdout)).toMatchObject({ score: 'bound', unit: 'nats' })
  })

  it('takes columns by name: in another order, with others between them, and unseen categories', async () => {
    await score(today, '--no-page')
    const expected = scored()
      .slice(1)
      .map((cells) => cells[5])
    const order = ['state', 'load', 'fault', 'speed']
    const other: Table = {
      names: [...order, 'extra'],
      rows: today.rows.map((cells) => [
        ...order.map((name) => cells[today.names.indexOf(name)]!),
        'new',
      ]),
    }
    const { code, stderr } = await score(other, '--no-page')
    expect(code).toBe(0)
    expect(stderr).toContain('column "extra"')
    expect(
      scored()
        .slice(1)
        .map((cells) => cells[5]),
    ).toEqual(expected)
    const unseen = {
      ...today,
      rows: today.rows.map((cells, i) => (i ? cells : cells.with(3, 'off'))),
    }
    expect((await score(unseen, '--no-page')).stderr).toContain(
      'the category off occurs in no training row',
    )
  })

  it.each<[string, Table | string, string, RegExp]>([
    [
      'a missing column',
      { names: ['speed', 'state'], rows: today.rows.map((cells) => [cells[1]!, cells[3]!]) },
      '',
      /today\.csv: .*"load"/,
    ],
    ['no rows', 'id,speed,load,state,fault\n', '', /today\.csv: .*row/],
    ['nothing', '', '', /today\.csv/],
    [
      'a rate that is none',
      today,
      '--false-alarms 2',
      /--false-alarms: expected a number between 0 and 1/,
    ],
    [
      'a rate that 100 rows cannot support',
      today,
      '--false-alarms 0.001',
      /--false-alarms 0\.001: 100 calibration rows cannot support this rate: expected 999 rows or more/,
    ],
    [
      'an unknown score',
      today,
      '--score nll',
      /--score: expected auto or distance or bound or reconstruction, got "nll"/,
    ],
    ['an output that is no table', today, '--out scored.png', /--out scored\.png/],
    [
      'its own input as output',
      today,
      '--out today.csv',
      /--out today\.csv: is the file of --data/,
    ],
  ])('refuses %s in one line and writes nothing', async (_, table, flags, message) => {
    const { code, stdout, stderr } = await score(table, flags)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.replace(/^note: .*\n/gm, '')).toMatch(message)
    expect(
      stderr
        .replace(/^note: .*\n/gm, '')
        .trimEnd()
        .split('\n'),
    ).toHaveLength(1)
    expect(existsSync(inFolder('scored.csv'))).toBe(false)
  })
})
