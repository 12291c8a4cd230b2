import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { scoresOf } from '../../src/answers/anomaly/scoring.ts'
import type { Model } from '../../src/app/library/model.ts'
import type { ExportOptions } from '../../src/app/package/export-options.ts'
import { packagedModel } from '../../src/app/package/packaged-model.ts'
import { verification } from '../../src/app/package/verify.ts'
import { folderSource, writePackage } from '../../src/package/folder.ts'
import { TOLERANCE } from '../../src/package/golden-differences.ts'
import { goldensIn } from '../../src/package/goldens-file.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { readSafetensors } from '../../src/tensor/safetensors.ts'
import { onnx } from '../train/onnx.ts'
import { distance } from './graphs/subjects.ts'
import {
  ofFolder,
  ofImages,
  ofOthers,
  ofTables,
  type ToTrain,
  trainedOn,
  triedOn,
} from './trained.ts'

const root = mkdtempSync(join(tmpdir(), 'latentlab-family-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const packages = join(root, 'packages')

/** Whose answers are tried with each score that it can be exported with; others with one. */
const BY_EVERY_SCORE = ['ae, network mlp', 'vae, network conv', 'vae, mixed table']

const every = [...ofImages, ...ofTables, ...ofOthers, ofFolder(join(root, 'pictures'))]
const named = (title: string) => every.find((subject) => subject.title === title)!

type Tried = ReturnType<typeof triedOn>
type Scores = readonly NonNullable<ExportOptions['score']>[]

/** What a call gives, or the message with which it is refused. */
const outcome = (call: () => Promise<unknown>) =>
  call().catch((error) => {
    if (error instanceof UserError) return error.message
    throw error
  })

/** What a model answers to these examples, call by call. */
async function answers(model: Model, { given, count, labels }: Tried, scores: readonly string[]) {
  const codes = await outcome(() => model.encode(given, { labels }))
  const z = typeof codes === 'string' ? await outcome(() => model.samplePrior(count)) : codes
  const found: Record<string, unknown> = {
    codes,
    z,
    decoded: await outcome(() => model.decode(z as never, { labels })),
    reconstructed: await outcome(() => model.reconstruct(given, { labels })),
    sampled: await outcome(() => model.sample(5, { seed: 3 })),
    denoised: await outcome(() => model.denoise(given, { labels })),
    imputed: await outcome(() => model.impute(given, { labels, samples: 2 })),
  }
  for (const score of scores)
    found[score] = await outcome(() =>
      model.score(given, { labels, score: score as 'bound', falseAlarms: 0.2 }),
    )
  return found
}

const folderOf = (title: string, options: ExportOptions) =>
  join(packages, `${title}-${Object.values(options)}`.replace(/\W+/g, '-').replace(/-$/, ''))

async function packaged(model: Model, title: string, options: ExportOptions) {
  const folder = folderOf(title, options)
  await writePackage(folder, await model.export(options))
  return folder
}

/** Expects its model to answer the goldens exactly, and its ONNX files to the tolerance. */
async function expectSound(folder: string) {
  const found = await verification(folderSource(folder), () => onnx())
  expect(found.findings).toEqual([])
  expect(found.sound).toBe(true)
  expect(found.model.filter(({ largest, unequal }) => largest + unequal > 0)).toEqual([])
  expect(found.onnx.length).toBeGreaterThan(0)
  expect(Math.max(...found.onnx.map(({ largest }) => largest))).toBeLessThan(TOLERANCE)
  return found
}

const opened = (folder: string) =>
  packagedModel(folderSource(folder), () => onnx(), { verify: false })

async function expectSame(subject: ToTrain) {
  const { model, data } = await trainedOn(subject)
  const tried = triedOn(subject, model, data)
  const scores = scoresOf({ model: model.model })
  const [first = 'none', ...others]: Scores = scores
  const folder = await packaged(model, subject.title, { score: first })
  await expectSound(folder)
  const loaded = await opened(folder)
  expect(await answers(loaded, tried, scores)).toEqual(await answers(model, tried, scores))
  await loaded.close()
  if (BY_EVERY_SCORE.includes(subject.title))
    for (const score of others) await expectScore(model, subject.title, tried, score)
  await model.close()
}

/** Expects a package with one score to have its threshold and its alarms, and no training examples for the others. */
async function expectScore(model: Model, title: string, tried: Tried, score: Scores[number]) {
  const folder = await packaged(model, title, { score, falseAlarms: 0.2 })
  await expectSound(folder)
  const loaded = await opened(folder)
  const { labels, given } = tried
  const expected = await model.score(given, { labels, score: score as 'bound', falseAlarms: 0.2 })
  expect(await loaded.score(given, { labels })).toEqual(expected)
  expect(loaded.package.threshold).toEqual({ score, unit: expected.unit, ...expected.threshold })
  expect(loaded.package.trainingExamples).toBe(0)
  await expect(loaded.score(given, { labels, score: 'distance' })).rejects.toThrow(UserError)
  await loaded.close()
}

describe('a package answers as the trained model, exactly, and its ONNX files within 1e-5', () => {
  it.each(every.map((subject) => [subject.title, subject] as const))('%s', (_, subject) =>
    expectSame(subject),
  )
})

describe('a package with weights in 16 bits', () => {
  it.each([
    ['vae, mixed table', 2e-2],
    ['vae, conv, RGB pictures with channels last', 2e-3],
  ])('answers as its ONNX files, near the trained model: %s', async (title, most) => {
    const { model, data } = await trainedOn(named(title))
    const { given } = triedOn(named(title), model, data)
    const folder = await packaged(model, title, {
      score: 'reconstruction',
      precision: 'float16',
    })
    await expectSound(folder)
    const loaded = await opened(folder)
    const off = distance(await loaded.encode(given), await model.encode(given))
    expect(off).toBeGreaterThan(0)
    expect(off).toBeLessThan(most)
    const card = await readFile(join(folder, 'README.md'), 'utf8')
    expect(card).toMatch(/\| encoder \| z \| \d/)
    await loaded.close()
    await model.close()
  })
})

const python = process.env.LATENTLAB_PYTHON ?? 'python3'
const withoutPython = spawnSync(python, ['-c', 'import numpy, onnxruntime']).status !== 0
const script = fileURLToPath(new URL('../python/verify-package.py', import.meta.url))

describe('these packages in Python (needs numpy and onnxruntime; LATENTLAB_PYTHON names another)', () => {
  it.skipIf(withoutPython)('agree with their goldens within 1e-5', () => {
    const folders = readdirSync(packages)
    expect(folders).toHaveLength(every.length + 7)
    const paths = folders.map((name) => join(packages, name))
    const { status, stdout, stderr } = spawnSync(python, [script, ...paths], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(
      new RegExp(`^largest of ${folders.length} packages: \\d\\.\\de-\\d+$`, 'm'),
    )
    if (process.env.LATENTLAB_FIGURES) console.log(stdout)
  })

  it.skipIf(withoutPython).each([
    ['vae, mixed table', 'distance'],
    ['vae, conv, RGB pictures with channels last', 'distance'],
  ] as const)('score as the library by the lines of the card: %s', async (title, score) => {
    const folder = folderOf(title, { score })
    const card = await readFile(join(folder, 'README.md'), 'utf8')
    const blocks = Array.from(card.matchAll(/^```python\n(.*?)^```/gms), ([, lines]) => lines!)
    expect(blocks).toHaveLength(2)
    const [use, check] = blocks.map((lines, at) => {
      const print = '\nprint(json.dumps([outputs["score"].tolist(), alarms.tolist()]))'
      const program = at === 0 ? lines + print : lines
      return spawnSync(python, ['-c', program], { cwd: folder, encoding: 'utf8' })
    })
    const loaded = await opened(folder)
    const { rows } = goldensIn(
      readSafetensors(await readFile(join(folder, 'goldens.safetensors')), 'goldens').tensors,
      'goldens',
    )
    const { stored } = loaded.config.example!.form!
    const zeros = hostTensor('uint8', [1, ...stored], new Uint8Array(sizeOf(stored)))
    const expected = await loaded.score(rows ? rows.slice(0, 1) : zeros)
    await loaded.close()
    expect(use!.stderr).toBe('')
    const [scores, alarms] = JSON.parse(use!.stdout)
    expect(alarms).toEqual(expected.alarms)
    const off = Math.abs(scores[0] - expected.scores[0]!) / (1 + Math.abs(expected.scores[0]!))
    expect(off).toBeLessThan(TOLERANCE)
    expect(check!.stderr).toBe('')
    const lines = check!.stdout.trim().split('\n')
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'decoder',
      'encoder',
      'sample',
      'score',
    ])
    for (const line of lines) expect(Number(line.split(' ')[1]), line).toBeLessThan(TOLERANCE)
  })
})
