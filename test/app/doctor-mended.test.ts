import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/app/doctor/finding.ts'
import { requireCompiled } from '../compiled.ts'

// The runtime's worker thread is a compiled file.
requireCompiled()

interface Run {
  readonly data: object
  readonly options: object
}

interface Case {
  readonly name: string
  readonly data: () => object
  readonly options: object
}

/** Runs that are broken on purpose and healthy ones: `bench/doctor.js` trains all of them. */
const { BROKEN, HEALTHY, findingsOf, followed } = (await import(
  new URL('../../bench/doctor-cases.js', import.meta.url).href
)) as {
  readonly BROKEN: readonly (Case & { readonly finding: string })[]
  readonly HEALTHY: readonly Case[]
  findingsOf(run: Run, out: string): Promise<Finding[]>
  followed(run: Run, finding: Finding): Run
}

const folder = mkdtempSync(join(tmpdir(), 'latentlab-mended-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let runs = 0
const examined = (run: Run) => findingsOf(run, join(folder, `run-${runs++}`))
const of = ({ data, options }: Case): Run => ({ data: data(), options })

describe('a broken run', () => {
  it.each<[string, RegExp, string | RegExp]>([
    [
      'columns near 1e6, 17 000 and 0.5',
      /column 0 has 99\.91 %, column 1 0\.09 % and column 2 2\.39e-10 %/,
      'standardise: true',
    ],
    [
      'KL in the millions, from values of 3000',
      /mean 155 and standard deviation 6430;/,
      'standardise: true',
    ],
    [
      'one value of 1e6',
      /^column 1 has an outlier: 1000000 in row 7, 881000 times/,
      'correct or remove row 7 of the data before training',
    ],
    [
      'a constant column, and σ by column',
      /^column 3 of 6 is constant over 800 training examples, at 1$/,
      'leave out column 3 of the data before training',
    ],
    [
      'a GAN at a rate of 0.5',
      /^the variance of 256 samples is 0\.\d+ % /,
      'lr: 0.001, epochs: 42',
    ],
    [
      'memorising, without validation',
      /^the squared error of test examples is \d+\.\d+, [3-5]\.\d times/,
      'validation: 11, patience: 5',
    ],
    [
      'Bernoulli on grey values',
      /^100 % of the values of test examples lie between/,
      "likelihood: 'gaussian:global'",
    ],
  ])(
    'with %s is mended by the suggestion',
    { timeout: 120_000 },
    async (name, evidence, advice) => {
      const broken = BROKEN.find((one) => one.name === name)!
      const run = of(broken)
      const before = await examined(run)
      const first = before.find((one) => one.name === broken.finding)!
      expect(first).toMatchObject({
        evidence: expect.stringMatching(evidence),
        try: expect.stringMatching(advice),
      })
      expect(first.cause).toBeUndefined()
      // What else was found follows from it, or at least does not contradict it.
      for (const { cause, try: text } of before)
        if (cause === first.name) expect(text).toBe(first.try)
      const after = await examined(followed(run, first))
      expect(after.map((one) => one.name)).not.toContain(broken.finding)
    },
  )
})

describe('a healthy run', () => {
  const names = HEALTHY.map(({ name }) => name)

  it('is of ten members or more', () => {
    const members = new Set(HEALTHY.map(({ options }) => (options as { model: string }).model))
    expect(members.size).toBeGreaterThanOrEqual(10)
  })

  it.each(names)('of %s raises nothing', { timeout: 120_000 }, async (name) => {
    expect(await examined(of(HEALTHY.find((one) => one.name === name)!))).toEqual([])
  })
})
