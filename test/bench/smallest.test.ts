import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { printed, ran, root } from './bench.ts'

const folder = mkdtempSync(join(tmpdir(), 'latentlab-smallest-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A set in the layout of HI-VAE's data folder: y is 2x, the third column says whether x is above 10. */
const set = join(folder, 'tables', 'Small')
mkdirSync(set, { recursive: true })
const rows = Array.from({ length: 40 }, (_, i) => [i % 20, 2 * (i % 20), Number(i % 20 > 10)])
writeFileSync(join(set, 'data.csv'), rows.map((row) => row.join(',')).join('\n'))
writeFileSync(join(set, 'data_types.csv'), 'type,dim,nclass\nreal,1,\nreal,1,\ncat,1,2')
writeFileSync(join(set, 'Missing20_1.csv'), '1,1\n5,2\n9,3\n14,3')
const tables = join(folder, 'tables')
const small = ['--sets', 'Small', '--rates', '20', '--seeds', '1']
const narrow = JSON.stringify({ hidden: [4], latent: 1, epochs: 1, threads: 1 })

/** Benches that are started with their smallest workload in a file of their own. */
const ELSEWHERE = {
  'anomalies.js': 'command.test.ts',
  'command.js': 'command.test.ts',
  'profile.js': 'command.test.ts',
  'sizes.js': 'command.test.ts',
  'conv.js': 'runs.test.ts',
  'run.js': 'runs.test.ts',
  'large-table-pack.js': 'other-engines.test.ts',
  'malformed-requests.js': 'malformed-requests.test.ts',
  'trained.js': 'trained.test.ts',
}

interface Bench {
  readonly script: string
  readonly args: readonly string[]
  /** It takes more than about six seconds of processor time: tried when asked for, as bench/README.md says. */
  readonly long?: true
}

interface JsonBench extends Bench {
  /** Figures of the JSON document that must be numbers. */
  figures(json: never): readonly number[]
}

interface TextBench extends Bench {
  /** Lines that it prints, and figures in them. */
  readonly prints: RegExp
}

interface GpuFigures {
  readonly starts: Record<'median' | 'difference', number>
  readonly rows: readonly [
    { readonly runs: readonly Record<'ms' | 'firstLoss' | 'lastLoss', number>[] },
  ]
}

const AS_JSON: readonly JsonBench[] = [
  {
    script: 'denoising.js',
    args: ['--tiny'],
    long: true,
    figures: (json: Record<string, readonly number[]>) => Object.values(json).flat(),
  },
  {
    script: 'false-alarms.js',
    args: ['--trainings', '1', '--fresh', '50'],
    figures: (found: Record<'rate' | 'low' | 'high', number>[]) =>
      found.flatMap(({ rate, low, high }) => [rate, low, high]),
  },
  {
    script: 'gpu.js',
    args: [
      ...['--tiny', '--device', 'cpu', '--parts', 'steps', '--settings', '128x500'],
      ...['--peers', 'torch', '--rounds', '1', '--round-ms', '1'],
      ...['--first-steps', '2', '--starts', '1'],
    ],
    figures: ({ settings }: { settings: GpuFigures[] }) =>
      settings.flatMap(({ starts, rows: [ours] }) => [
        ...[starts.median, starts.difference],
        ...ours.runs.flatMap(({ ms, firstLoss, lastLoss }) => [ms, firstLoss, lastLoss]),
      ]),
  },
  {
    script: 'imputation.js',
    args: [tables, ...small, '--options', narrow, '--imputation', '{"samples":2}'],
    // Four baselines and a model.
    figures: (found: { error: { mean: number } }[]) => found.map(({ error }) => error.mean),
  },
  {
    script: 'missing.js',
    args: [tables, ...small, '--options', narrow],
    figures: (found: { runs: object[]; simple: Record<string, object> }[]) =>
      found.flatMap(({ runs, simple }) =>
        [...runs, ...Object.values(simple)].flatMap((one) => Object.values(one)),
      ),
  },
  {
    script: 'package-parity.js',
    long: true,
    args: ['--rows', 'pca linear', '--examples', '200'],
    figures: ({ rows }: { rows: Record<string, unknown>[] }) =>
      rows.flatMap((row) => Object.values(row).filter((value) => typeof value === 'number')),
  },
  {
    script: 'serving.js',
    args: [...['--seconds', '0.01', '--clients', '1'], ...['--trained', '200', '--epochs', '1']],
    long: true,
    figures: ({ results }: { results: Record<'perSecond' | 'p50' | 'failed', number>[] }) =>
      results.flatMap(({ perSecond, p50, failed }) => [perSecond, p50, failed]),
  },
  {
    // Needs a browser.
    script: 'page-training.js',
    long: true,
    args: ['--engines', 'latentlab', '--settings', '20x200', '--rounds', '1', '--round-ms', '10'],
    figures: ({ settings }: { settings: { rows: { ratio: number; wall: { ms: number } }[] }[] }) =>
      settings.flatMap(({ rows }) => rows.flatMap(({ ratio, wall }) => [ratio, wall.ms])),
  },
  {
    // Needs npm run studio:build, and a browser.
    script: 'studio-start.js',
    long: true,
    args: ['--rows', '40', '--pictures', '20', '--times', '1'],
    figures: ({ firstView, table, pictures, first, build }: Record<string, number>) =>
      [firstView, table, pictures, first, build] as number[],
  },
  {
    // Needs npm run studio:build, and a browser.
    script: 'studio-map.js',
    long: true,
    args: ['--points', '500', '--frames', '5'],
    figures: ({ drags }: { drags: Record<'median' | 'p99' | 'longest', number>[] }) =>
      drags.flatMap(({ median, p99, longest }) => [median, p99, longest]),
  },
]

const AS_TEXT: readonly TextBench[] = [
  {
    script: 'doctor.js',
    args: ['--cases', 'pca, table'],
    prints: /^healthy pca, table: nothing \(\d+\.\d s\)\nall as expected\n$/,
  },
  {
    script: 'large-table.js',
    long: true,
    args: ['--rows', '1000', '--hidden', '4', '--threads', '1'],
    prints: /^ {2}inspect .*, \d+ rows\/s, .*\n(?:.*\n)* {2}encode .*, \d+ rows\/s, \d+ MB\n$/m,
  },
  {
    script: 'scoring.js',
    args: ['--rows', '1000', '--trained', '1000', '--scores', 'distance', '--threads', '1'],
    long: true,
    prints: /^ {2}score, distance .*, \d+ rows\/s, \d+ MB\n$/m,
  },
]

const tried = <B extends Bench>(benches: readonly B[]) =>
  benches.filter(({ long }) => !long || process.env.LATENTLAB_BENCH)

describe('a bench with its smallest workload', { timeout: 300_000 }, () => {
  it.each(tried(AS_JSON))(
    'runs to its end and gives figures: $script',
    ({ script, args, figures }) => {
      const { status, stderr, json } = printed(script, args)
      expect({ status, stderr }).toMatchObject({ status: 0 })
      const numbers = figures(json as never)
      expect(numbers.length).toBeGreaterThan(0)
      for (const number of numbers) expect(Number.isFinite(number), JSON.stringify(json)).toBe(true)
    },
  )

  it.each(tried(AS_TEXT))(
    'runs to its end and prints figures: $script',
    ({ script, args, prints }) => {
      const { status, stdout, stderr } = ran(script, args)
      expect({ status, stderr }).toMatchObject({ status: 0 })
      expect(stdout).toMatch(prints)
    },
  )

  it('is tried for every bench that there is', () => {
    const scripts = readdirSync(`${root}bench`).filter(
      (file) => file.endsWith('.js') && text(`bench/${file}`).includes('const USAGE = '),
    )
    const here = [...AS_JSON, ...AS_TEXT].map(({ script }) => script)
    expect([...here, ...Object.keys(ELSEWHERE)].sort()).toEqual(scripts.sort())
    for (const [script, file] of Object.entries(ELSEWHERE))
      expect(text(`test/bench/${file}`)).toContain(`'${script}'`)
  })
})

const text = (path: string) => readFileSync(`${root}${path}`, 'utf8')
