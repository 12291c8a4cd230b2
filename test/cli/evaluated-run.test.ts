import { writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import type { Evaluation } from '../../src/evaluate/evaluate.ts'
import type { MeasuredEntry } from '../../src/evaluate/ledger/entry.ts'
import { formatFigure, intervalOf } from '../../src/evaluate/ledger/entry.ts'
import { compiled } from '../compiled.ts'
import { type Ended, quarters, workingFolder } from './command-line.ts'

const { loadRun } = (await compiled(
  'app/run/load.js',
)) as typeof import('../../src/app/run/load.ts')
const { inFolder, latentlabs } = workingFolder()
const GROUPS = ['loss', 'reconstruction', 'likelihood'] as const

/** What the library measures of the run, and what the command line prints of it. */
let expected: Evaluation
let [text, json] = [{}, {}] as [Ended, Ended]

beforeAll(async () => {
  writeFileSync(inFolder('images.npy'), writeNpy(quarters(120).images))
  const asked =
    'evaluate run --split validation --measure loss,reconstruction,likelihood --importance-samples 7'
  const commands = [
    'train --model vae --data images.npy --hidden 6 --latent 2 --batch 20 --epochs 2 --binarize static --validation 31 --out run --threads 1 --no-report',
    `${asked} --json`,
    asked,
  ]
  const ended = await latentlabs(commands)
  for (const { code, stderr } of ended) expect(code ?? 0, stderr).toBe(0)
  ;[, json, text] = ended as [Ended, Ended, Ended]
  const run = await loadRun(inFolder('run'), { threads: 1 })
  expected = await run.evaluate('validation', { measure: GROUPS, importanceSamples: 7 })
  await run.close()
})

describe('latentlab evaluate', () => {
  it('prints as JSON what the library measures', () => {
    const document = JSON.parse(json.stdout)
    const { ledger, objective, bound, terms, errors } = expected
    expect(document).toMatchObject({ run: 'run', split: 'validation', examples: 31, epoch: 2 })
    expect(document).toMatchObject({ objective, bound, terms, errors })
    expect(document.ledger).toEqual(
      ledger.map(({ values: _, ...entry }) => JSON.parse(JSON.stringify(entry))),
    )
    const weighted = document.ledger.find(
      ({ figure }: MeasuredEntry) => figure === 'importance-weighted bound',
    )
    expect(weighted).toMatchObject({ samples: 7, examples: 31, split: 'validation' })
  })

  it('prints each of them in its group, with its interval and its unit', () => {
    for (const group of GROUPS) {
      const start = text.stdout.indexOf(`${group}: `)
      expect(start).toBeGreaterThanOrEqual(0)
      const table = text.stdout.slice(start).split(/\n\n(?=\w+: |not measured)/)[0]!
      const lines = table.split('\n')
      for (const entry of expected.ledger.filter((one) => one.group === group)) {
        const interval = intervalOf(entry)
        const spread = interval ? ` {2,}${interval.map(formatFigure).join(' – ')}` : ''
        const row = new RegExp(
          `^${escaped(entry.figure)}[⁰¹²³⁴⁵⁶⁷⁸⁹]* {2,}${formatFigure(entry.value)}${spread} .*${escaped(entry.unit)}`,
        )
        expect(
          lines.filter((line) => row.test(line)),
          `${entry.figure}\n${table}`,
        ).toHaveLength(1)
      }
    }
  })
})

const escaped = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
