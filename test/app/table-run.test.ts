import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outliers } from '../../src/app/doctor/data.ts'
import { diagnose, testOutputs } from '../../src/app/doctor/doctor.ts'
import { writeReport } from '../../src/app/report/report.ts'
import { loadRun, type Run } from '../../src/app/run/load.ts'
import { openDataSet } from '../../src/data/open.ts'
import { splitValues } from '../../src/data/rows.ts'
import { train } from '../../src/entries/node.ts'
import { comparedRows, withGapsOf } from '../../src/evaluate/compared-rows.ts'
import { formatFigure } from '../../src/evaluate/ledger/entry.ts'
import { columnSurprise } from '../../src/explore/column-likelihood.ts'
import { ledgerTable } from '../../src/report/ledger.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { requireCompiled } from '../compiled.ts'

const cities = ['Oslo', 'Bergen', 'Rome']
/** The height follows the city. */
const rows = Array.from({ length: 240 }, (_, i) => ({
  id: `k${i}`,
  city: cities[i % 3]!,
  height: i % 11 === 0 ? null : 150 + 10 * (i % 3) + ((i * 13) % 7) / 10,
  visits: (i * 7) % 12,
}))

let folder: string
let run: Run
beforeAll(async () => {
  // Training runs in the worker, which is compiled.
  requireCompiled()
  folder = await mkdtemp(join(tmpdir(), 'latentlab-table-run-'))
  const options = { hidden: [16], latent: 2, epochs: 30, batch: 20, lr: 0.01, threads: 1 }
  await train({ data: rows, ...options, out: join(folder, 'run') })
  run = await loadRun(join(folder, 'run'), { source: { data: rows } })
}, 60_000)
afterAll(async () => {
  await run?.close()
  await rm(folder, { recursive: true, force: true })
})

const names = ['city', 'height', 'visits']

describe('a run on a table', { timeout: 60_000 }, () => {
  it('is evaluated once for what training prints and its report has, and anew with options', async () => {
    const evaluation = await run.evaluate('test')
    expect(await run.evaluate('test')).toBe(evaluation)
    expect((await run.evaluate('validation')).split).toBe('validation')
    const losses = await run.evaluate('test', { measure: ['loss'] })
    expect(losses.ledger.length).toBeLessThan(evaluation.ledger.length)
  })

  it('is evaluated again where that has failed', async () => {
    const path = join(folder, 'run')
    let isGone = true
    const source = {
      get data() {
        if (isGone) throw new Error('gone')
        return rows
      },
    }
    const opened = await loadRun(path, { source })
    await expect(opened.evaluate('test')).rejects.toThrow('gone')
    isGone = false
    await expect(opened.evaluate('test')).resolves.toMatchObject({ split: 'test' })
    await opened.close()
  })

  it('has a report with its columns by name, and no picture', async () => {
    const { report } = await writeReport(run)
    const page = await readFile(report, 'utf8')
    const ids = Array.from(page.matchAll(/<section id="([^"]+)"/g), (found) => found[1])
    expect(ids).toEqual([
      'verdict',
      'model',
      'loss',
      ...ids.filter((id) => id?.startsWith('loss-')),
      'columns',
      'column-reconstruction',
      'reconstructions',
      'distributions',
      'samples',
      'codes',
      'interpolation',
      'oddest',
      'ledger',
      'configuration',
      'environment',
      'reproduce',
    ])
    expect(page).not.toContain('data:image/png')
    expect(page).not.toMatch(/\bNaN\b|undefined/)
    for (const name of names) expect(page).toContain(`>${name}</th>`)
    expect(page).toContain('Not trained on: &quot;id&quot;, which names rows and is kept as key')
    const { ledger } = await run.evaluate('test')
    const heights = ledger.find(({ figure }) => figure.includes('"height"'))!
    const section = page.slice(page.indexOf('id="column-reconstruction"'), page.indexOf('id="dist'))
    const row = /<tr><th[^>]*>height<\/th>(.*?)<\/tr>/.exec(section)![1]!
    const cells = [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map((found) => found[1])
    expect(cells.slice(0, 2)).toEqual([heights.value, heights.baseline!].map(formatFigure))
    const data = await run.data()
    const [first] = data.splits.test.keys!.of(data.splits.test.rows.slice(0, 1))
    expect(page).toContain(`${first![0]} (row ${data.splits.test.rows[0]! + 1})`)
  })

  it('has figures for every group that are numbers, and errors beside mean or mode', async () => {
    const measure = ['loss', 'reconstruction', 'representation', 'manifold', 'generation'] as const
    const { ledger, omitted } = await run.evaluate('test', { measure, examples: 20 })
    expect(ledger.filter(({ value }) => !Number.isFinite(value))).toEqual([])
    expect(omitted?.map(({ reason }) => reason)).toEqual([
      "the encoder's Jacobian: categories, counts and missing values have no derivative",
    ])
    const test = splitValues(await run.data(), 'test', [
      ...(await run.data()).splits.test.rows.keys(),
    ])
    const city = ledger.find(({ figure }) => figure === 'wrong categories of "city"')!
    const wrong = [0, 1, 2].map(
      (category) => test.data.filter((cell, at) => at % 3 === 0 && cell !== category).length,
    )
    expect(wrong.map((count) => count / test.shape[0]!)).toContain(city.baseline)
    expect(city.value).toBeLessThan(0.2)
    const table = ledgerTable([city])
    const at = table.columns.findIndex(({ title }) => title === 'mean or mode')
    expect(Number(table.rows[0]![at])).toBeCloseTo(city.baseline!, 4)
  })

  it('is examined without a false alarm', async () => {
    const data = await run.data()
    const outputs = await testOutputs(run, await run.data())
    const { findings } = await diagnose({
      config: run.config,
      data,
      epochs: [],
      trained: { run, outputs },
    })
    expect(findings).toEqual([])
  })

  it('has its outliers named in the units of the file', async () => {
    const mistyped = rows.map((row, i) => (i === 60 ? { ...row, height: 1.65e9 } : row))
    const data = await openDataSet({ data: mistyped, seed: 0, binarize: 'none' })
    const found = await outliers({ config: run.config, data, epochs: [] })
    expect(found?.evidence).toMatch(/^column "height" has an outlier: 1650000000 in row 61, /)
  })

  it('gives -log p by column, 0 where a cell is missing', async () => {
    const data = await run.data()
    const x = splitValues(data, 'test', [...data.splits.test.rows.keys()])
    const surprise = (await columnSurprise(run, x))!
    expect(surprise.shape).toEqual(x.shape)
    const missing = x.data.findIndex(Number.isNaN)
    expect(missing % 3).toBe(1)
    expect(surprise.data[missing]).toBeCloseTo(0, 12)
    const { ledger } = await run.evaluate('test')
    const whole = ledger.find(({ figure }) => figure.startsWith('reconstruction'))!.value
    const mean = surprise.data.reduce((a, b) => a + b, 0) / x.shape[0]!
    // The mean code is about as good as a drawn one.
    expect(Math.abs(mean - whole)).toBeLessThan(1)
  })

  it('compares rows as the encoder sees them, without masks', async () => {
    const { columns } = run.model.info
    const { centre, scale } = columns![2]!
    const x = hostTensor('float32', [2, 3], Float32Array.of(1, 0.5, 3, 0, Number.NaN, 0))
    const seen = await comparedRows(run.runtime, columns, x)
    expect(seen.shape).toEqual([2, 6])
    const [three, zero] = [Math.log(4), 0].map((value) => (value - centre) / scale)
    const expected = [0.5, three!, 0, 1, 0, 0, 0, zero!, 1, 0, 0, 0]
    for (const [i, value] of expected.entries()) expect(seen.data[i]).toBeCloseTo(value, 5)
    // Student-t columns come last, with and without gaps: the shares of columns go by that order.
    const pair = (['student-t', 'gaussian'] as const).map((distribution) => {
      return { ...columns![0]!, kind: 'numeric' as const, distribution, gaps: false }
    })
    const two = hostTensor('float32', [1, 2], Float32Array.of(5, 6))
    expect([...(await comparedRows(run.runtime, pair, two)).data]).toEqual([6, 5])
    const full = hostTensor('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))
    expect([...withGapsOf(x, full).data]).toEqual([1, 2, 3, 4, Number.NaN, 6])
  })
})
