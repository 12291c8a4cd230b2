import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { reproductionTable } from '../../src/app/reproduction/page.ts'
import { type Result, runExperiment } from '../../src/app/reproduction/results.ts'
import { readResult, writeResult } from '../../src/app/reproduction/stored-results.ts'
import { atMost, type Expectation, reported } from '../../src/reproduce/expectation.ts'
import type { Experiment, Setting } from '../../src/reproduce/experiment.ts'
import { experiment, laboratory } from './experiments.ts'

const folder = mkdtempSync(join(tmpdir(), 'latentlab-results-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'an-experiment.json')

const CONDITIONS = { digits: 10 }
const numbers = [
  { error: { value: 1, error: 0.25 }, note: 3 },
  { error: { value: 2, error: 0.5 }, note: 4 },
]
const original = experiment(numbers, CONDITIONS)
const figures = [
  { kind: 'png', name: 'a', alt: 'A', caption: '', width: 3, bytes: Uint8Array.of(1, 2, 250) },
  { kind: 'svg', name: 'b', alt: 'B', caption: 'c.', svg: '<svg/>' },
] as const

/** Stores the result of the original, changed, and reads it for an experiment. */
async function reread(
  one: Experiment = original,
  changes: Partial<Result> = {},
): Promise<Result | undefined> {
  const result = await runExperiment(original, 'small', [laboratory(0), laboratory(1)])
  await writeResult(path, { ...result, figures, ...changes })
  return readResult(path, one)
}

/** The original with another small setting. */
const withSmall = (changes: Partial<Setting<string>>): Experiment => ({
  ...original,
  settings: { ...original.settings, small: { ...original.settings.small, ...changes } },
})

describe('a stored result', () => {
  it('is read as it was written, with its pictures', async () => {
    const result = await runExperiment(original, 'small', [laboratory(0), laboratory(1)])
    const read = (await reread(original, { seconds: 5 }))!
    expect({ ...read, figures: [] }).toEqual({ ...result, seconds: 5 })
    expect(read.rows[0]).toMatchObject({ value: 1.5, values: [1, 2], errors: [0.25, 0.5] })
    expect([...(read.figures[0] as (typeof figures)[0]).bytes]).toEqual([1, 2, 250])
    expect(read.figures[1]).toEqual(figures[1])
  })

  it('is kept where title, sentence and names of numbers are worded anew', async () => {
    const reworded = {
      ...withSmall({
        what: 'Nothing at all is run.',
        expects: { error: atMost(2, 'mistake', 'bits'), note: reported('another thing') },
      }),
      title: 'What is small is small',
    }
    const read = (await reread(reworded))!
    const table = reproductionTable([{ experiment: reworded, result: read }])
    expect(table).toContain('**What is small is small**')
    expect(table).toContain('mistake, bits | 1.5000 ± 0.5000 | at most 2 | holds (mean of 2 seeds)')
  })

  it('is judged by the tolerance as it stands', async () => {
    const stricter = withSmall({
      expects: { ...original.settings.small.expects, error: atMost(1, 'error') },
    })
    const read = (await reread(stricter))!
    expect([read.holds, read.rows[0]!.holds, read.rows[0]!.tolerance]).toEqual([
      false,
      false,
      'at most 1',
    ])
    const required = withSmall({
      expects: { ...original.settings.small.expects, note: atMost(3, 'n') },
    })
    expect((await reread(required))!.holds).toBe(false)
  })

  it('is none where another setting was measured, or a number was not', async () => {
    expect(await reread()).toBeDefined()
    expect(await reread(withSmall({ conditions: { digits: 11 } }))).toBeUndefined()
    expect(await reread(original, { setting: 'of another program' })).toBeUndefined()
    const { error, note } = original.settings.small.expects as Record<string, Expectation>
    expect(
      await reread(withSmall({ expects: { error: error!, note: note!, more: error! } })),
    ).toBeUndefined()
    // A number that is expected no longer is left out.
    expect((await reread(withSmall({ expects: { error: error! } })))!.rows).toHaveLength(1)
  })

  it('keeps numbers that are not finite, so that it still fails', async () => {
    const none = [
      { error: Number.POSITIVE_INFINITY, note: Number.NaN },
      { error: { value: 1, error: Number.NEGATIVE_INFINITY }, note: 0 },
    ]
    const broken = experiment(none, CONDITIONS)
    await writeResult(path, await runExperiment(broken, 'small', [laboratory(0), laboratory(1)]))
    const read = (await readResult(path, broken))!
    expect(read.rows.map(({ values }) => values)).toEqual([
      [Number.POSITIVE_INFINITY, 1],
      [Number.NaN, 0],
    ])
    expect(read.rows[0]!.errors).toEqual([Number.NEGATIVE_INFINITY])
    expect([read.holds, ...read.rows.map(({ holds }) => holds)]).toEqual([false, false, false])
  })

  it('is none where the file is damaged, of an older form, or missing', async () => {
    await reread()
    const whole = readFileSync(path, 'utf8')
    const changed = (changes: object) => JSON.stringify({ ...JSON.parse(whole), ...changes })
    const damaged = {
      cut: whole.slice(0, 200),
      empty: '',
      null: 'null',
      'a number as null': whole.replace('"values": [\n        3,', '"values": [\n        null,'),
      'fewer values than seeds': changed({ seeds: [0, 1, 2] }),
      'no seeds': changed({ seeds: [] }),
      'rows without keys': whole.replaceAll('"key"', '"of"'),
    }
    expect(damaged['a number as null']).not.toBe(whole)
    for (const [how, text] of Object.entries(damaged)) {
      writeFileSync(path, text)
      expect(await readResult(path, original), how).toBeUndefined()
    }
    expect(await readResult(join(folder, 'nothing.json'), original)).toBeUndefined()
  })
})
