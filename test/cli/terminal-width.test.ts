import { describe, expect, it } from 'vitest'
import { commandHelp, overview } from '../../src/cli/help.ts'
import { verbs } from '../../src/cli/verbs.ts'
import type { Evaluation } from '../../src/evaluate/evaluate.ts'
import type { MeasuredEntry } from '../../src/evaluate/ledger/entry.ts'
import { models } from '../../src/models/registry.ts'
import { comparisonTables } from '../../src/report/comparison.ts'
import { ledgerTable } from '../../src/report/ledger.ts'
import { formatTable, type Table } from '../../src/report/table.ts'
import { displayWidth, wrappedCommand, wrappedLines } from '../../src/report/wrap.ts'

/** Asserts that no line is wider than the terminal, unless it is a single word. */
function expectFits(text: string, width: number): void {
  const wide = text
    .split('\n')
    .filter((line) => displayWidth(line) > width && line.trim().includes(' '))
  expect(wide).toEqual([])
}

/** Asserts that each word of `source` is a whole word of `text`. */
function expectWords(text: string, source: readonly string[]): void {
  const words = new Set(text.split(/\s+/))
  expect(source.flatMap((one) => one.split(/\s+/)).filter((word) => !words.has(word))).toEqual([])
}

/** A page of commands as a shell reads it. */
const unbroken = (text: string) => text.replace(/ \\\n +/g, ' ')

const pages = (
  await Promise.all(
    Object.entries(verbs).map(async ([verb, { load }]) => [verb, await load()] as const),
  )
).flatMap(([verb, command]) =>
  (command.helpFlags ? models.map(({ name }) => name) : [undefined]).map(
    (model) => [`${verb}${model ? ` --model ${model}` : ''}`, verb, command, model] as const,
  ),
)

describe.each([80, 40])('in a terminal of %d columns', (width) => {
  it('the overview fits, with every word whole', () => {
    const text = overview(width)
    expectFits(text, width)
    expectWords(
      text,
      Object.values(verbs).map(({ summary }) => summary),
    )
  })

  it.each(pages)('the help of %s fits, with every word whole', (_, verb, command, model) => {
    const flags = command.helpFlags?.(model) ?? command.flags
    const introduction = command.helpIntroduction?.(model)
    const text = commandHelp(verb, command, flags, introduction, width)
    expectFits(text, width)
    expectWords(text, [
      ...Object.values(flags).map(({ description }) => description.replace(/$/, '')),
      ...[introduction ?? '', command.notes ?? ''].filter(Boolean),
    ])
    for (const example of command.examples) expect(unbroken(text)).toContain(example)
  })

  it.each(['ledger', 'comparison of two', 'comparison of four'])('a %s fits', (kind) => {
    const runs = (count: number) =>
      Array.from({ length: count }, (_, i) => ({
        name: `runs/experiment-${i}`,
        evaluation: { ledger: entries, hashes: { examples: 'f00d' } } as unknown as Evaluation,
      }))
    const tables: Table[] =
      kind === 'ledger'
        ? [ledgerTable(entries)]
        : Object.values(
            comparisonTables(runs(kind.endsWith('two') ? 2 : 4)) as Record<string, Table>,
          )
    expect(tables.length).toBeGreaterThan(0)
    for (const table of tables) {
      const text = formatTable(table, width)
      expectFits(text, width)
      const cells = table.rows.flat().filter((cell) => cell !== '')
      expectWords(text, [...cells, table.caption ?? '', ...(table.footnotes ?? [])].filter(Boolean))
      for (const value of ['44.90', '0.0464']) expect(text).toContain(value)
    }
  })
})

const entry = {
  kind: 'objective',
  split: 'test',
  examples: 30,
  likelihood: 'gaussian:per-dimension',
  binarize: 'none',
  samples: 1,
  seed: 0,
  group: 'loss',
  examplesHash: 'a6fef598f9ab',
} as const

const entries = [
  {
    ...entry,
    figure: 'cross-entropy plus KL (grey level; no likelihood)',
    value: 44.9,
    standardError: 0.2,
    unit: 'nats per example',
    note: 'grey levels are not outcomes of a Bernoulli variable, so this is not a likelihood',
  },
  { ...entry, figure: 'KL(q(z|x) ‖ p(z))', value: 0.0464, unit: 'nats per example', samples: 0 },
] as unknown as readonly MeasuredEntry[]

describe('a table that is too wide', () => {
  const table: Table = {
    columns: [{ title: 'figure' }, { title: 'value', numeric: true }, { title: 'unit' }],
    rows: [
      ['peak signal-to-noise ratio', '6.7198', 'decibels'],
      ['squared error', '13.65', 'squared error per example'],
    ],
  }

  it('is broken between words within its columns', () => {
    expect(formatTable(table, 38).split('\n')).toEqual([
      'figure            value  unit',
      '───────────────  ──────  ─────────────',
      'peak             6.7198  decibels',
      'signal-to-noise',
      'ratio',
      '',
      'squared error     13.65  squared error',
      '                         per example',
    ])
  })

  it('has a block for each row where its words do not fit beside each other', () => {
    expect(formatTable(table, 24).split('\n')).toEqual([
      'peak signal-to-noise',
      'ratio',
      '  value  6.7198',
      '  unit   decibels',
      '',
      'squared error',
      '  value  13.65',
      '  unit   squared error',
      '         per example',
    ])
  })

  it('counts the columns of wide letters', () => {
    expect(displayWidth('오토인코더')).toBe(10)
    expect(displayWidth('x̂ σ¹')).toBe(4)
    const wide = formatTable({
      columns: [{ title: 'a' }, { title: 'b' }],
      rows: [
        ['한글', '1'],
        ['x', '2'],
      ],
    })
    expect(wide.split('\n').slice(2)).toEqual(['한글  1', 'x     2'])
  })
})

describe('long lines', () => {
  it('continue under their own indentation', () => {
    expect(wrappedLines('  evidence: one two three four', 20, 2).split('\n')).toEqual([
      '  evidence: one two',
      '    three four',
    ])
  })

  it('of a command keep a flag and its value together, and can be copied', () => {
    const command = "latentlab train --data 'my file.npy' --latent 20 --out runs/vae"
    const lines = wrappedCommand(command, 40).split('\n')
    expect(lines).toEqual([
      "latentlab train --data 'my file.npy' \\",
      '    --latent 20 --out runs/vae',
    ])
    expect(unbroken(lines.join('\n'))).toBe(command)
  })
})
