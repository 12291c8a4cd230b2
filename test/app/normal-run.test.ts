import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { materialFor, scoringWith } from '../../src/answers/anomaly/scoring.ts'
import { detectionOfRun } from '../../src/app/answers/detection.ts'
import { writeReport } from '../../src/app/report/report.ts'
import { loadRun, type Run } from '../../src/app/run/load.ts'
import { exampleRows } from '../../src/cli/examples.ts'
import { withAnomalies } from '../../src/data/anomalies.ts'
import { splitValues } from '../../src/data/rows.ts'
import { resume, train } from '../../src/entries/node.ts'
import { auroc, aurocDifference } from '../../src/evaluate/anomaly/auroc.ts'
import {
  averagePrecision,
  averagePrecisionOf,
} from '../../src/evaluate/anomaly/average-precision.ts'
import { exampleHashes } from '../../src/evaluate/example-hashes.ts'
import { formatFigure } from '../../src/evaluate/ledger/entry.ts'
import { logitBootstrap } from '../../src/evaluate/statistics/bootstrap.ts'
import {
  aurocDifferenceInterval,
  aurocInterval,
  type Interval,
} from '../../src/evaluate/statistics/intervals.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { requireCompiled } from '../compiled.ts'

/** Where a row is a fault, b does not follow a, and the city is one that no other row has. */
const rows = Array.from({ length: 150 }, (_, i) => ({
  a: Math.sin(i),
  b: (i % 10 === 4 ? -3 : 3) * Math.sin(i) + Math.cos(7 * i) / 5,
  city: i % 10 === 4 ? 'Rome' : ['Oslo', 'Bergen', 'Turin'][i % 3]!,
  fault: i % 10 === 4 ? 1 : 0,
}))
const sound = rows.filter(({ fault }) => fault === 0)
const options = { hidden: [8], latent: 2, epochs: 3, batch: 20, lr: 0.01, seed: 5, threads: 1 }

let folder: string
let run: Run
const read = (name: string, file: string) => readFile(join(folder, name, file))
beforeAll(async () => {
  // Training runs in the worker, which is compiled.
  requireCompiled()
  folder = await mkdtemp(join(tmpdir(), 'latentlab-normal-run-'))
  const all = { data: rows, label: 'fault', normal: 0, ...options }
  await train({ ...all, epochs: 2, out: join(folder, 'run') })
  await resume(join(folder, 'run'), { data: rows, epochs: 3 })
  await train({ data: sound, label: 'fault', ...options, out: join(folder, 'sound') })
  run = await loadRun(join(folder, 'run'), { source: { data: rows } })
}, 60_000)
afterAll(async () => {
  await run?.close()
  await rm(folder, { recursive: true, force: true })
})

/** The scores of the rows of a split in the order of the report, and what its cells say of how well they find faults. */
async function scoresByHand(split: 'validation' | 'test') {
  const data = await run.data()
  const { rows: normal, anomalies } = data.splits[split]
  const chosen = Int32Array.from([...normal, ...anomalies!.rows])
  // Only faults have a city that no other row has, which is a category of its own.
  const cells = data.splits[split].store.gather(chosen) as Float32Array
  const values = hostTensor('float32', [chosen.length, 3], cells)
  const faults = Array.from(chosen, (_, i) => values.data[3 * i + 2] === 3)
  expect(faults.filter(Boolean)).toHaveLength(split === 'test' ? 8 : 7)
  const scoring = scoringWith(run, materialFor(data, 5, ['train']))
  const names = ['distance', 'bound', 'reconstruction', 'k-NN', 'isolation forest', 'PCA'] as const
  return Promise.all(
    names.map(async (name) => {
      const scores = await (await scoring.scorer(name)).scores({ values })
      const precision = averagePrecision(scores, faults)
      return { name, scores, faults, auroc: auroc(scores, faults), precision }
    }),
  )
}

/** The section is checked against scores by hand. */
async function detectionSection(page: string) {
  const section = parseHTML(page).document.querySelector('section#detection')!
  const texts = (row: Element) => Array.from(row.querySelectorAll('th, td'), textOf)
  const [header, ...body] = Array.from(section.querySelectorAll('tr'), texts)
  expect(header).toEqual([
    'score',
    'AUROC, validation|95 % interval',
    'average precision, validation|95 % interval',
    'AUROC, test|95 % interval',
    'average precision, test|95 % interval',
    'lead of distance, test|95 % interval',
  ])
  const validation = await scoresByHand('validation')
  const test = await scoresByHand('test')
  const kinds = ['model (auto)', 'model', 'model', 'baseline', 'baseline', 'baseline']
  expect(body).toEqual([
    ...test.map(({ name, scores, faults }, i) => {
      const figures = [validation[i]!, test[i]!].flatMap((of) => [
        cellOf(aurocInterval(of.auroc)),
        [
          formatFigure(of.precision),
          cellOf(
            logitBootstrap(of.scores.length, averagePrecisionOf(of.scores, of.faults), { seed: 5 }),
          ).split('|')[1],
        ].join('|'),
      ])
      const lead = aurocDifferenceInterval(aurocDifference(test[0]!.scores, scores, faults))
      return [
        `${name.replace(' ', '\u00a0')}|${kinds[i]}`,
        ...figures,
        kinds[i] === 'baseline' ? cellOf(lead) : '',
      ]
    }),
    ['guessing|chance level', '0.5000', '0.3333', '0.5000', (8 / 22).toFixed(4), ''],
  ])
  const text = section.textContent!
  expect(text).toContain('The validation split has 7 anomalies and 14 normal rows.')
  expect(text).toContain('The test split has 8 anomalies and 14 normal rows;')
}

const textOf = (cell: Element) => {
  const [upper, ...lower] = Array.from(cell.childNodes, ({ textContent }) => textContent)
  return [upper ?? '', ...lower].join('|')
}

const cellOf = ({ estimate, low, high }: Interval) =>
  `${formatFigure(estimate)}|${formatFigure(low)} – ${formatFigure(high)}`

describe('a run on normal rows only', { timeout: 60_000 }, () => {
  it('learns what a run on the table without the other rows learns, to the last byte', async () => {
    for (const checkpoint of ['best', 'last']) {
      const file = `checkpoints/${checkpoint}/checkpoint.safetensors`
      expect(await read('run', file), checkpoint).toEqual(await read('sound', file))
    }
    const epochs = async (name: string) =>
      String(await read(name, 'metrics.jsonl')).replaceAll(/"epochs":\d/g, '')
    expect(await epochs('run')).toEqual(await epochs('sound'))
    expect(await epochs('run')).toContain('"validation":{')
  })

  it('has the figures of that run, but for those of anomalies', async () => {
    const other = await loadRun(join(folder, 'sound'), { source: { data: sound } })
    const without = await other.evaluate('test').finally(() => other.close())
    const { ledger } = await run.evaluate('test')
    const kept = ledger.filter(({ group }) => group !== 'anomaly')
    expect(kept).toEqual(without.ledger)
    expect(without.ledger.length).toBeGreaterThan(5)
    expect(ledger.filter(({ group }) => group === 'anomaly')).toHaveLength(2)
  })

  it('is configured by text, whatever was given', () => {
    expect(run.config.data).toMatchObject({ label: 'fault', normal: ['0'] })
    expect(run.config.example).toMatchObject({ classes: 1, classNames: ['0'] })
  })

  it('measures how well the others are found beside the rows of a split', async () => {
    const data = await run.data()
    const { ledger } = await run.evaluate('validation', { measure: ['anomaly'] })
    const both = withAnomalies(data, 'validation')
    const all = both.data.splits.validation.rows.length
    expect([both.normal, all]).toEqual([14, 14 + 7])
    const indices = Array.from({ length: all }, (_, i) => i)
    const x = splitValues(both.data, 'validation', indices)
    const restored = await run.reconstruct(x)
    // Numbers as they are; a city as 1 at its place, of four.
    const places = (cell: number) => [0, 1, 2, 3].map((k) => Number(cell === k))
    const vector = ({ data: cells }: typeof x, i: number) => {
      const [a, b, city] = cells.subarray(3 * i, 3 * i + 3)
      return [a!, b!, ...places(city!)]
    }
    const errors = indices.map((i) => {
      const own = vector(restored, i)
      return vector(x, i).reduce((sum, value, j) => sum + (value - own[j]!) ** 2, 0)
    })
    const pairs = errors
      .slice(both.normal)
      .flatMap((odd) => errors.slice(0, both.normal).map((usual) => Number(odd > usual)))
    const [auroc, precision] = ledger
    expect(auroc).toMatchObject({ figure: 'AUROC', split: 'validation', examples: all })
    expect(auroc!.value).toBeCloseTo(pairs.reduce((a, b) => a + b, 0) / pairs.length, 6)
    expect(precision!.note).toContain(
      'normal classes: 0; 7 of 21 examples are of other classes; chance level 0.333',
    )
    const hashes = await exampleHashes(both.data, 'validation', 5)
    expect(auroc!.examplesHash).toBe(hashes.stored)
    expect(auroc!.labelsHash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('measures at most as many examples of each kind as are asked for', async () => {
    const { ledger } = await run.evaluate('test', {
      measure: ['anomaly'],
      examples: 5,
      normal: [0],
    })
    expect(ledger[1]!.note).toContain('5 of 10 examples are of other classes')
  })

  it('has nothing to measure among training examples, and no other classes that are normal', async () => {
    const measure = ['anomaly'] as const
    await expect(run.evaluate('train', { measure })).rejects.toThrow(
      "split 'train': training examples are all normal, so there is nothing to detect; choose validation or test",
    )
    await expect(run.evaluate('test', { measure, normal: [1] })).rejects.toThrow(
      'normal: 1; the model was trained on normal examples of 0, and only these are among its splits',
    )
    const { ledger } = await run.evaluate('train')
    expect(ledger.map(({ group }) => group)).not.toContain('anomaly')
  })

  it('has a report with the figures of both splits', async () => {
    const { report } = await writeReport(run)
    const page = await readFile(report, 'utf8')
    const values = await Promise.all(
      (['test', 'validation'] as const).map(async (split) => {
        const { ledger } = await run.evaluate(split, { measure: ['anomaly'] })
        return ledger.map(({ value, interval }) => [value, ...interval!].map(formatFigure))
      }),
    )
    const ledger = page.slice(page.indexOf('<section id="ledger"'))
    for (const [at, figure] of ['AUROC', 'average precision'].entries()) {
      const row = new RegExp(`>${figure}[^a-z]*</th>.*?</tr>`).exec(ledger)![0]
      const cells = [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map((found) => found[1])
      expect(cells.slice(0, 2)).toEqual(
        values.map((of) => {
          const [value, low, high] = of[at]!
          return `<div>${value}<small>${low} – ${high}</small></div>`
        }),
      )
    }
    const verdict = page.slice(0, page.indexOf('<section id="model"'))
    const [distance, , , nearest, forest, components] = await scoresByHand('test')
    const best = Math.max(...[nearest!, forest!, components!].map(({ auroc: { area } }) => area))
    const { estimate, low, high } = aurocInterval(distance!.auroc)
    expect(verdict).toContain(
      `<b>${formatFigure(estimate)}</b> <span>(95 % interval ${formatFigure(low)} – ${formatFigure(high)})</span>`,
    )
    expect(verdict).toContain(
      'How often an anomaly has a higher score than a normal example, by distance',
    )
    expect(verdict).toMatch(
      new RegExp(`The best baseline, [-A-Za-z ]+, has ${formatFigure(best)}\\.`),
    )
    await detectionSection(page)
    // One class is nothing to colour by.
    expect(page).not.toContain('the model has found the classes by itself')
  })

  it('scores at most as many examples of each kind as are asked for, and says how many there are', async () => {
    const [validation, test] = await detectionOfRun(run, await run.data(), 5)
    expect(validation).toMatchObject({
      split: 'validation',
      anomalies: 7,
      normals: 14,
      scored: { anomalies: 5, normals: 5 },
    })
    expect(test).toMatchObject({
      split: 'test',
      anomalies: 8,
      scored: { anomalies: 5, normals: 5 },
    })
  })

  it('takes new rows with other labels, and without', async () => {
    const path = join(folder, 'new.csv')
    await writeFile(path, 'a,b,city,fault\n0.1,0.3,Oslo,7\n0.2,0.6,Turin,\n')
    const given = { data: path, labels: undefined, split: undefined, scaled: false }
    const { count, labelled, part } = await exampleRows(run, given)
    expect([count, labelled, part(0, 2).labels]).toEqual([2, false, undefined])
  })

  it('is refused for a model that learns from labels', async () => {
    const out = join(folder, 'cvae')
    const given = { data: rows, label: 'fault', normal: ['0'], ...options, out }
    await expect(train({ ...given, model: 'cvae' })).rejects.toThrow(
      'normal: cvae learns from labels, and where only normal examples are learned from, labels never enter the model; leave normal out, or choose another model',
    )
  })
})
