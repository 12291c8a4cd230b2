import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { compiled } from '../compiled.ts'
import {
  loadRun,
  options,
  resolveConfig,
  resumeRun,
  temporaryFolder,
  trainRun,
  writeData,
} from './runs.ts'

const { writeReport } = (await compiled(
  'app/report/report.js',
)) as typeof import('../../src/app/report/report.ts')

const folder = temporaryFolder()
const config = resolveConfig(options(writeData(folder), { epochs: 3 }))

afterEach(() => vi.restoreAllMocks())

/** Lets the clock go some times as fast. */
function withClock(speed: number): void {
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => speed * now())
}

/** Every file of a run, by its name. */
function filesOf(run: string): Record<string, string> {
  const names = readdirSync(run, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => statSync(join(run, name)).isFile()).sort()
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(run, name), 'latin1')]))
}

async function report(run: string): Promise<void> {
  const loaded = await loadRun(run)
  await writeReport(loaded)
  await loaded.close()
}

describe('two equal trainings, by clocks of different speeds', () => {
  it('differ in timings.jsonl alone, and their reports in one sentence', async () => {
    const [one, other] = [join(folder, 'one/run'), join(folder, 'other/run')]
    await trainRun({ config, out: one })
    await report(one)
    withClock(1234.5)
    await trainRun({ config, out: other, stepsPerCall: 5, saveEvery: 0 })
    await report(other)
    const [first, second] = [filesOf(one), filesOf(other)]
    expect(Object.keys(first)).toContain('checkpoints/best/checkpoint.safetensors')
    expect(Object.keys(second)).toEqual(Object.keys(first))
    for (const [name, bytes] of Object.entries(first)) {
      const found = second[name]!
      if (name === 'timings.jsonl') expect(found, name).not.toBe(bytes)
      else if (name !== 'report.html') expect(found === bytes, name).toBe(true)
    }
    const untimed = (files: typeof first) =>
      files['report.html']!.replace(/3 epochs in \S+ s, [\d,]+ examples per second/, '').replaceAll(
        /(one|other)\/run/g,
        '',
      )
    expect(untimed(second)).toBe(untimed(first))
    expect(untimed(first)).not.toBe(first['report.html'])
  })

  it('one of them stopped and resumed: the same bytes, and all seconds are counted', async () => {
    const stopped = join(folder, 'stopped/run')
    const controller = new AbortController()
    const seconds: number[] = []
    await trainRun({
      config,
      out: stopped,
      stepsPerCall: 5,
      signal: controller.signal,
      onEvent(event) {
        if (event.type === 'progress' && event.epoch === 2) controller.abort()
        if (event.type === 'stopped') seconds.push(event.seconds)
      },
    })
    await resumeRun({
      folder: stopped,
      onEvent: (event) => event.type === 'epoch' && seconds.push(event.seconds),
    })
    expect(seconds[1]).toBeGreaterThan(seconds[0]!)
    const [first, second] = [filesOf(join(folder, 'one/run')), filesOf(stopped)]
    for (const kind of ['last', 'best']) {
      const name = `checkpoints/${kind}/checkpoint.safetensors`
      expect(second[name] === first[name], name).toBe(true)
    }
    expect(second['metrics.jsonl']).toBe(first['metrics.jsonl'])
  })
})
