import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { diagnose } from '../../src/app/doctor/doctor.ts'
import { lossSection } from '../../src/app/report/loss-section.ts'
import { type Metrics, parseMetrics, unreadableText } from '../../src/app/report/metrics.ts'
import { writeReport } from '../../src/app/report/report.ts'
import { openStore } from '../../src/app/run/folder.ts'
import { stream } from '../../src/tensor/random.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const EPOCHS = 12
const epoch = (number: number) => ({
  type: 'epoch',
  epoch: number,
  epochs: EPOCHS,
  train: { terms: { reconstruction: 90 - number, kl: 2 + number / 8 }, objective: 92 - number },
  validation: { terms: { reconstruction: 91 - number, kl: 2.5 }, objective: 93.5 - number },
  best: true,
  seconds: number / 4,
  examplesPerSecond: 1234.5,
})
const lines = Array.from({ length: EPOCHS }, (_, i) => JSON.stringify(epoch(i + 1)))
const whole = `${lines.join('\n')}\n`
const withLine = (number: number, text: string) => `${lines.with(number - 1, text).join('\n')}\n`

const data = tinyData({ shape: [1, 4, 4] })
const run = tinyRun({ data })
const root = mkdtemp(join(tmpdir(), 'latentlab-metrics-'))
afterAll(async () => {
  await run.close()
  await rm(await root, { recursive: true })
})

/** All that a report and a diagnosis say of the metrics. */
async function said({ epochs, unreadable, failure }: Metrics): Promise<string> {
  const section = lossSection({ run, data, epochs, unreadable })
  const examined = { config: run.config, data, epochs, ...(failure && { failure }) }
  const { findings } = await diagnose(examined)
  return JSON.stringify([section, findings])
}

type Damage = (text: string, random: ReturnType<typeof stream>) => string

const anywhere = (text: string, random: ReturnType<typeof stream>) =>
  Math.floor(text.length * random.uniform())

/** Another value for one of the fields of one line. */
const retyped: Damage = (text, random) => {
  const values = [null, 'x', -1, 1.5, {}, [], true, 1e300, { terms: null }]
  const all = text.trimEnd().split('\n')
  const at = random.integer(all.length)
  const event = JSON.parse(all[at]!)
  const names = Object.keys(event)
  const name = names[random.integer(names.length)]!
  const value = values[random.integer(values.length)]
  const inner = event[name]
  const isDeep = typeof inner === 'object' && random.uniform() < 0.6
  if (isDeep && random.uniform() < 0.5) inner.objective = value
  else if (isDeep) inner.terms = random.uniform() < 0.5 ? value : { ...inner.terms, kl: value }
  else event[name] = value
  return `${all.with(at, JSON.stringify(event)).join('\n')}\n`
}

const damages: Record<string, Damage> = {
  'a byte changed': (text, random) => {
    const at = anywhere(text, random)
    return text.slice(0, at) + String.fromCharCode(random.integer(128)) + text.slice(at + 1)
  },
  'bytes left out': (text, random) => {
    const at = anywhere(text, random)
    return text.slice(0, at) + text.slice(at + 1 + random.integer(60))
  },
  'cut off': (text, random) => text.slice(0, anywhere(text, random)),
  'bytes put in': (text, random) => {
    const at = anywhere(text, random)
    return `${text.slice(0, at)}{"type":"epoch"}\n\u0000${text.slice(at)}`
  },
  'a value of another type': retyped,
}

describe('a damaged metrics.jsonl', () => {
  it('of no damage has its figures, and no line that cannot be read', async () => {
    const metrics = parseMetrics(whole)
    expect(metrics.epochs).toEqual(lines.map((line) => JSON.parse(line)))
    expect(metrics.unreadable).toEqual([])
    expect(await said(metrics)).toContain('12 epochs in 3.0 s, 1,235 examples per second.')
  })

  it.each(Object.entries(damages))(
    'by %s never crashes report or doctor, and no figure is NaN',
    async (name, damage) => {
      const random = stream(5, name)
      let told = 0
      for (let i = 0; i < 40; i++) {
        const text = damage(damage(whole, random), random)
        const metrics = parseMetrics(text)
        const words = await said(metrics)
        expect(words, text).not.toMatch(/NaN|undefined|Infinity/)
        const good = new Set(lines.map((line) => JSON.parse(line).epoch))
        for (const { epoch } of metrics.epochs) expect(good.has(epoch), text).toBe(true)
        if (metrics.unreadable.length === 0) continue
        told++
        expect(words).toContain(unreadableText(metrics.unreadable))
      }
      expect(told).toBeGreaterThan(10)
    },
  )

  it('by lines in another order is as before', async () => {
    const random = stream(6, 'order')
    const metrics = parseMetrics(whole)
    for (let i = 0; i < 10; i++) {
      const mixed = Array.from(random.permutation(EPOCHS), (at) => lines[at]!)
      expect(parseMetrics(`${mixed.join('\n')}\n`)).toEqual(metrics)
    }
  })

  it.each([
    ['another type', (event) => ({ ...event, type: 'fpoch' })],
    ['no terms', ({ train, ...event }) => event],
    ['terms that are none', (event) => ({ ...event, train: { terms: null, objective: 1 } })],
    ['a text for a number', (event) => ({ ...event, validation: { terms: {}, objective: '8' } })],
    ['a field of another name', (event) => ({ ...event, validatiop: 1 })],
    ['epoch 0', (event) => ({ ...event, epoch: 0 })],
    ['an epoch after the last', (event) => ({ ...event, epoch: EPOCHS + 1 })],
    ['a number that overflows', (event) => ({ ...event, seconds: '1e999' })],
  ] as [string, (event: Record<string, unknown>) => unknown][])(
    'has the number of a line with %s',
    (_, change) => {
      const changed = JSON.stringify(change({ ...epoch(3) })).replace('"1e999"', '1e999')
      const { epochs, unreadable } = parseMetrics(withLine(3, changed))
      expect(unreadable).toEqual([3])
      expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    },
  )

  it('is told of in one line, with at most ten numbers', () => {
    expect(unreadableText([])).toBe('')
    expect(unreadableText([3])).toBe('1 line of metrics.jsonl cannot be read (line 3)')
    expect(unreadableText([3, 7])).toBe('2 lines of metrics.jsonl cannot be read (lines 3, 7)')
    expect(unreadableText(Array.from({ length: 12 }, (_, i) => i + 1))).toBe(
      '12 lines of metrics.jsonl cannot be read (lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more)',
    )
  })

  it('is readable where an older run in closed form has more about the examples', () => {
    const [first] = lines
    const event = JSON.parse(first!)
    event.train = { ...event.train, errors: { kl: 1 }, values: { kl: { 0: 1 } } }
    const { epochs, unreadable } = parseMetrics(JSON.stringify(event))
    expect(unreadable).toEqual([])
    expect(epochs.map(({ train }) => train)).toEqual([JSON.parse(first!).train])
  })

  const infinite = { terms: { reconstruction: null, kl: null }, objective: null }
  it.each([
    ['training', { train: infinite, validation: undefined }],
    ['validation', { validation: infinite }],
  ])('with epochs whose %s was not finite gives no finding about them', async (_, figures) => {
    const text = [
      ...lines.slice(0, 3),
      ...[4, 5, 6, 7].map((n) => JSON.stringify({ ...epoch(n), ...figures })),
    ]
    const { epochs, unreadable } = parseMetrics(text.join('\n'))
    expect([epochs.length, unreadable]).toEqual([7, []])
    const { findings } = await diagnose({ config: run.config, data, epochs })
    expect(JSON.stringify(findings)).not.toMatch(/NaN|Infinity/)
  })

  it('is said in the report, and in what it returns', async () => {
    const folder = join(await root, 'run')
    await mkdir(folder)
    await writeFile(join(folder, 'metrics.jsonl'), withLine(2, '{"type":"epoch"}'))
    await writeFile(join(folder, 'environment.json'), '"x"')
    const written = await writeReport(tinyRun({ data, folder }))
    expect(written.unreadable).toEqual([2])
    const page = await readFile(written.report, 'utf8')
    expect(page).toContain('1 line of metrics.jsonl cannot be read (line 2)')
    expect(page).toContain('11 epochs in 3.0 s')
  })
})

describe('metrics that an editor has saved in its own way', () => {
  const bytes = Buffer.from(whole)
  const withoutLast = bytes.length - Buffer.byteLength(`${lines.at(-1)}\n`)
  it.each([
    ['with a byte order mark', Buffer.from(`\ufeff${whole}`)],
    ['as UTF-16', Buffer.from(`\ufeff${whole}`, 'utf16le')],
    ['as UTF-16, big end first', Buffer.from(`\ufeff${whole}`, 'utf16le').swap16()],
    ['with carriage returns', Buffer.from(whole.replaceAll('\n', '\r\n'))],
    ['with both', Buffer.from(`\ufeff${whole.replaceAll('\n', '\r\n')}`)],
    ['as training wrote them', bytes],
  ])('%s are truncated after the same line, and go on there', async (_, saved) => {
    const folder = await mkdtemp(join(await root, 'saved-'))
    await writeFile(join(folder, 'metrics.jsonl'), saved)
    await openStore(folder, withoutLast)
    expect(await readFile(join(folder, 'metrics.jsonl'))).toEqual(bytes.subarray(0, withoutLast))
  })
})
