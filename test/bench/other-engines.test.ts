import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  convSetting,
  GPU_PEERS,
  PEERS,
  root,
  SETTINGS,
  startPeer,
  trainingImages,
  twinSetting,
} from './bench.ts'

/** Peers whose engines `npm ci` does not install: what can be said of them without. */

const folder = `${root}bench/peers/`
const installed = existsSync(`${root}bench/node_modules`)
const python = process.env.LATENTLAB_PYTHON
const text = (file: string) => readFileSync(`${folder}${file}`, 'utf8')

const javascript = ['jax-js.mjs', 'tfjs.mjs']
const trainings = ['jax-js-training.mjs', 'tfjs-training.mjs']
const timed = [
  ...['jax_gpu.py', 'jax_vae.py'],
  ...['torch_conv.py', 'torch_conv_op.py', 'torch_gpu.py', 'torch_vae.py'],
]
const pythons = [...timed, 'torch_trained.py']
/** What several of them train. */
const elbos = ['jax_elbo.py', 'torch_elbo.py']
/** Programs that are no peers. */
const tools = ['adapter.mjs', 'csv_to_parquet.py', 'sklearn_anomalies.py']

it('every program of the bench is known to a test', () => {
  const latentlab = ['latentlab.mjs', 'latentlab-conv.mjs', 'latentlab-conv-op.mjs', 'product.mjs']
  const shared = [
    ...['batches.mjs', 'built.mjs', 'conv-networks.mjs', 'serve.mjs', 'slices.mjs', 'training.mjs'],
    ...['model.py', 'serve.py', 'torch_layers.py', ...elbos],
  ]
  const found = readdirSync(folder).filter((name) => /\.(mjs|js|py)$/.test(name))
  expect(found.sort()).toEqual(
    [...latentlab, ...shared, 'page.mjs', ...javascript, ...trainings, ...pythons, ...tools].sort(),
  )
})

describe.each([...javascript, ...trainings])('%s', (file) => {
  it('is JavaScript', () => {
    const { status, stderr } = spawnSync(process.execPath, ['--check', `${folder}${file}`], {
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, ''])
  })

  it('imports from the bench what is there', () => {
    const imports = [...text(file).matchAll(/^import \{([^}]*)\} from '(\.[^']*)'/gm)]
    const own = `./${file.replace('.mjs', '-training.mjs')}`
    expect(new Set(imports.map(([, , path]) => path))).toEqual(
      new Set(
        trainings.includes(file) ? ['../settings.js'] : ['./batches.mjs', own, './serve.mjs'],
      ),
    )
    // Not imported: what it imports in turn may not be installed.
    for (const [, names, path] of imports)
      for (const name of names!.split(','))
        expect(text(path!)).toMatch(new RegExp(`^export .*\\b${name.trim()}\\b`, 'm'))
  })
})

describe.each(javascript)('%s', (file) => {
  it('takes a step, or says that its engine is not installed', async () => {
    const peer = PEERS.find(({ program }) => program === file)!
    const started = startPeer(peer, { ...SETTINGS[0], images: trainingImages() })
    if (!installed)
      return expect(started).rejects.toThrow('not installed: run npm ci --prefix bench')
    const running = await started
    const { loss } = await running.step(1).finally(() => running.close())
    expect(Math.abs(loss! / (784 * Math.log(2)) - 1)).toBeLessThan(0.1)
  })
})

it('the program that writes Parquet gets from its bench the arguments that it reads', () => {
  const bench = readFileSync(`${root}bench/large-table.js`, 'utf8')
  const [, given] = /\[here\('peers\/csv_to_parquet\.py'\), ([^\]]*)\]/.exec(bench)!
  const [, read] = /^(.*) = sys\.argv\[1:\]$/m.exec(text('csv_to_parquet.py'))!
  expect(given!.split(', ')).toHaveLength(read!.split(', ').length)
})

/** Names by the module of the bench that a Python program takes them from. */
const importsOf = (file: string) =>
  [...text(file).matchAll(/^from (model|serve|torch_layers|\w+_elbo) import (.*)$/gm)].map(
    ([, module, names]) => ({ module: `${module}.py`, names: names!.split(', ') }),
  )

describe.each([...pythons, ...elbos])('%s', (file) => {
  it('imports from the bench what is there', () => {
    const modules = importsOf(file).map(({ module }) => module)
    if (pythons.includes(file)) expect(modules).toContain('serve.py')
    for (const { module, names } of importsOf(file))
      for (const name of names)
        expect(text(module)).toMatch(new RegExp(`^(?:def |class )?${name}\\b(?:\\(| = )`, 'm'))
  })

  it('reads fields that it is sent', () => {
    const conv = readFileSync(`${root}bench/conv.js`, 'utf8')
    const timings = [
      ...[...SETTINGS, convSetting(1)].flatMap((setting) => Object.keys(setting)),
      ...[...PEERS, ...GPU_PEERS].flatMap(({ options }) => Object.keys(options ?? {})),
      ...[...conv.matchAll(/@property \{.*\} (\w+)/g)].map(([, name]) => name!),
      ...['images', 'start', 'threads', 'channelsLast', 'onGpu'],
    ]
    const training = [...Object.keys(twinSetting({})), 'splits', 'levels', 'seed', 'threads']
    const sent = new Set([...timed, ...elbos].includes(file) ? timings : training)
    const read = [...text(file).matchAll(/setting\["(\w+)"\]/g)].map(([, name]) => name!)
    for (const name of read) expect(sent).toContain(name)
  })

  if (!python && pythons.includes(file))
    it('is not started without a Python', async () => {
      const peer = { name: file, language: 'python', program: file } as const
      await expect(startPeer(peer, {})).rejects.toThrow('LATENTLAB_PYTHON is not set')
    })
})

it('a large table is made and packed, and its rows are counted', () => {
  const made = join(mkdtempSync(join(tmpdir(), 'latentlab-large-')), 'small.csv')
  const ran = (name: string, ...args: string[]) =>
    spawnSync(process.execPath, [`${root}bench/${name}`, ...args], { encoding: 'utf8' })
  expect(ran('large-table-csv.js', made, '1001', '5').status).toBe(0)
  const { status, stdout, stderr } = ran('large-table-pack.js', made)
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(
    /^1001 rows of numeric, numeric, count, categorical, datetime: \d+ rows a second/,
  )
  rmSync(dirname(made), { recursive: true })
})
