import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { csvText } from '../data/table/written.ts'
import { words, workingFolder } from './command-line.ts'

const { latentlab, inFolder } = workingFolder()
const run = (command: string) =>
  latentlab(words(`${command}${/^verify/.test(command) ? '' : ' --threads 1'}`))

const table = {
  names: ['speed', 'load', 'state'],
  rows: Array.from({ length: 300 }, (_, i) => {
    const turn = Math.sin(i * 2.3) + 0.1 * Math.cos(i * 17)
    const load = i % 11 === 0 ? '' : (5 + 2 * turn + 0.1 * Math.sin(i * 31)).toFixed(2)
    return [(10 + turn).toFixed(3), load, turn > 0 ? 'up' : 'down']
  }),
}
const text = (path: string) => readFileSync(inFolder(path), 'utf8')

let exported: {
  readonly threshold: { readonly score: string; readonly threshold: number; readonly rows: number }
  readonly files: readonly string[]
  readonly seal: string
  readonly trainingExamples: number
  readonly largestDifference: number
}

beforeAll(async () => {
  writeFileSync(inFolder('given.csv'), csvText(table))
  const trained = await run(
    'train --data given.csv --test 60 --hidden 12 --latent 2 --epochs 30 --quiet --no-report --out run',
  )
  expect(trained.code).toBe(0)
  const { code, stdout } = await run('export run --false-alarms 0.05 --out packages/pump --json')
  expect(code).toBe(0)
  exported = JSON.parse(stdout)
})

describe('export', () => {
  it('writes what the answers depend on, and nothing of the machine', () => {
    expect(exported.files).toEqual([
      'README.md',
      'config.json',
      'goldens.safetensors',
      'model.safetensors',
      ...['decoder', 'encoder', 'sample', 'score'].map((name) => `onnx/${name}.onnx`),
      'preprocess.json',
      'scoring.safetensors',
      'threshold.json',
      'manifest.json',
    ])
    expect(readdirSync(inFolder('packages'))).toEqual(['pump'])
    expect(exported.trainingExamples).toBe(0)
    expect(exported.largestDifference).toBeLessThan(1e-5)
    const manifest = JSON.parse(text('packages/pump/manifest.json'))
    expect(manifest.seal).toBe(exported.seal)
    for (const path of ['config.json', 'README.md', 'preprocess.json'])
      expect(text(`packages/pump/${path}`)).not.toContain(inFolder(''))
    const threshold = JSON.parse(text('packages/pump/threshold.json'))
    expect(threshold).toEqual(exported.threshold)
    expect([threshold.score, threshold.rows, threshold.falseAlarms]).toEqual(['bound', 60, 0.05])
  })

  it('has a card with the data, the threshold and the way to use it', () => {
    const card = text('packages/pump/README.md')
    expect(card).toMatch(/^---\nlibrary_name: latentlab\n/)
    expect(card).toContain('# pump\n')
    expect(card).toContain('210 train, 30 validation, 60 test')
    expect(card).toContain('| state | binary | bernoulli | ')
    expect(card).toContain(
      `if its score is above ${Number(exported.threshold.threshold.toPrecision(4))} (`,
    )
    expect(card).toContain("await loadPackage('pump')")
    expect(card).toContain('No training example is in this package.')
  })

  it('scores as the run does, to the last digit, without the run and its data', async () => {
    writeFileSync(inFolder('today.csv'), csvText({ ...table, rows: table.rows.slice(0, 41) }))
    const flags = '--data today.csv --no-page'
    await run(`score run ${flags} --score bound --false-alarms 0.05 --out of-run.csv`)
    renameSync(inFolder('run'), inFolder('gone'))
    renameSync(inFolder('given.csv'), inFolder('gone.csv'))
    const { code, stdout } = await run(`score packages/pump ${flags} --out of-package.csv`)
    expect([code, stdout]).toEqual([0, expect.stringContaining('41 rows scored by bound')])
    expect(text('of-package.csv')).toBe(text('of-run.csv'))
    const { stdout: codes } = await run('encode packages/pump --data today.csv --out codes.csv')
    expect(codes).toContain('41 codes of 2 dimensions')
    renameSync(inFolder('gone'), inFolder('run'))
    renameSync(inFolder('gone.csv'), inFolder('given.csv'))
  })

  it('refuses a folder that is there, and a rate that the test rows cannot support', async () => {
    const again = await run('export run --out packages/pump')
    expect([again.code, again.stderr]).toEqual([
      2,
      'latentlab: --out packages/pump: the folder exists already and is not empty; choose another name, or remove it\n',
    ])
    const rare = await run('export run --false-alarms 0.001 --out packages/rare')
    expect([rare.code, rare.stderr]).toEqual([
      2,
      'latentlab: --false-alarms 0.001: 60 calibration rows cannot support this rate: expected 999 rows or more; the lowest rate for that many is 0.0164\n',
    ])
    expect(readdirSync(inFolder('packages'))).toEqual(['pump'])
  })

  it('puts training examples into the package for the distance alone, and says so', async () => {
    const { code, stderr } = await run('export run --score distance --out packages/distance')
    expect(code).toBe(0)
    expect(stderr).toContain('240 training examples can be read from the package')
    expect(text('packages/distance/README.md')).toContain(
      '**240 training examples can be read from this package**',
    )
    rmSync(inFolder('packages/distance'), { recursive: true })
  })
})

describe('verify', () => {
  it('finds a package sound, and names the file that was changed', async () => {
    const sound = await run('verify packages/pump')
    expect([sound.code, sound.stdout]).toEqual([
      0,
      expect.stringMatching(/^packages\/pump: sound; 24 outputs of the model and of ONNX Runtime/),
    ])
    const path = inFolder('packages/pump/onnx/score.onnx')
    const bytes = readFileSync(path)
    const changed = Buffer.from(bytes)
    changed[700] = changed[700]! ^ 1
    writeFileSync(path, changed)
    const damaged = await run('verify packages/pump')
    writeFileSync(path, bytes)
    expect(damaged.code).toBe(2)
    expect(damaged.stdout).toBe(
      'onnx/score.onnx: does not match its hash in manifest.json: it was changed or damaged\n',
    )
    expect(damaged.stderr).toBe(
      'latentlab: packages/pump: 1 fault; do not use this package; copy or export it again\n',
    )
  })

  it('refuses another package by its seal', async () => {
    const { code, stdout } = await run(`verify packages/pump --seal ${'0'.repeat(64)}`)
    expect(code).toBe(2)
    expect(stdout).toContain(`the package has the seal ${exported.seal}`)
  })

  it('is for packages, and verbs that need data are for runs', async () => {
    const verified = await run('verify run')
    expect(verified.code).toBe(2)
    expect([verified.stdout, verified.stderr]).toEqual([
      '',
      'latentlab: run: cannot be checked: manifest.json: there is no such file, and every package has one; expected a package, as latentlab export writes it\n',
    ])
    for (const command of ['evaluate packages/pump', 'resume packages/pump --epochs 40']) {
      const { code, stderr } = await run(command)
      expect([code, stderr]).toEqual([2, expect.stringContaining('packages/pump is a package')])
    }
  })
})
