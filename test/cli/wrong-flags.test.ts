import { readdirSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { verbs } from '../../src/cli/verbs.ts'
import { writeNpy } from '../../src/data/npy.ts'
import { quarters, workingFolder } from './command-line.ts'

const { latentlabs, inFolder } = workingFolder()
const { images, labels } = quarters(40)

beforeAll(async () => {
  writeFileSync(inFolder('images.npy'), writeNpy(images))
  writeFileSync(inFolder('labels.npy'), writeNpy(labels))
  const training = 'train --data images.npy --labels labels.npy --hidden 4 --latent 2 --epochs 1'
  const trained = await latentlabs([
    `${training} --batch 10 --threads 1 --out run --quiet --no-report`,
  ])
  expect(trained).toMatchObject([{ code: 0, stderr: '' }])
})

/** Flags that every verb of a loaded run has. */
const ofRuns = ['--checkpoint bset', '--threads 2.5', '--threads -1', '--device tpu', '--json=3']
const counts = ['--count 0', '--count NaN', '--count 2.5', '--count=']

/** What each verb is given in vain, after what it is begun with. */
const wrong: Readonly<Record<string, readonly [begun: string, ...flags: string[]]>> = {
  demo: ['demo', '--out=', '--outt x', 'more'],
  train: [
    'train --data images.npy --out new',
    ...['--epochs 0', '--epochs NaN', '--epochs 2.5', '--batch 0', '--batch many', '--lr 0x'],
    ...['--seed -1', '--seed 9007199254740993', '--seed 1.5', '--threads 2.5', '--device tpu'],
    ...['--latent 2.5', '--hidden 4,,4', '--validation -1', '--test 0', '--binarize sometimes'],
    ...['--labels none.npy', '--layout NHCW', '--model', '--beta -1', 'more'],
  ],
  resume: ['resume run', '--epochs 0', '--epochs 2.5', '--lr NaN', '--lr -1', '--threads x'],
  evaluate: [
    'evaluate run',
    ...['--split tset', '--measure likelyhood', '--measure=', '--examples 0', '--examples NaN'],
    ...['--examples 2.5', '--importance-samples 1', '--importance-samples NaN', '--normal a'],
    ...['--normal 7', '--normal=', '--measure anomaly', 'run', ...ofRuns],
  ],
  reconstruct: ['reconstruct run', ...counts, '--split tset', '--out x.gif', ...ofRuns],
  sample: ['sample run', ...counts, '--seed -1', '--seed 1.5', '--label one', ...ofRuns],
  interpolate: [
    'interpolate run',
    ...['--steps 1', '--steps NaN', '--steps 2.5', '--from x', '--to 9', '--from-index -1'],
    ...['--along circle', ...ofRuns],
  ],
  manifold: ['manifold run', '--size 0', '--size 201', '--size 2.5', '--label x', ...ofRuns],
  score: [
    'score run',
    ...['--score nll', '--false-alarms 2', '--false-alarms=', '--out x.png', '--split tset'],
    ...['--data none.csv', ...ofRuns],
  ],
  impute: [
    'impute run',
    ...['--samples 0', '--samples 2.5', '--method mice', '--out x.png', '--seed -1'],
    ...['--data none.csv', ...ofRuns],
  ],
  denoise: ['denoise run', ...counts, '--seed x', '--corruption masking:2', ...ofRuns],
  transfer: ['transfer run', ...counts, '--split tset', '--out x.csv', ...ofRuns],
  encode: ['encode run', '--split tset', '--out x.png', ...ofRuns],
  decode: ['decode run', '--codes none.npy', '--codes=', '--codes images.npy --label x', ...ofRuns],
  export: [
    'export run',
    ...['--score nll', '--score none --false-alarms 0.1', '--false-alarms 2', '--false-alarms='],
    ...['--precision float8', '--out run', '--data none.npy', ...ofRuns],
  ],
  verify: ['verify run', '', '--seal 12', '--seal=', '--json=3', 'more'],
  serve: [
    'serve nowhere',
    ...['', '--port 70000', '--port x', '--host=', '--host 0.0.0.0', '--token-file none'],
    ...['--batch-rows 0', '--queue 0', '--max-body 3', '--timeout 0', '--threads 2.5', '--json=3'],
  ],
  studio: [
    'studio nowhere',
    ...['', 'more', '--port 70000', '--port x', '--host 0.0.0.0', '--json=3'],
  ],
  inspect: ['inspect', '--data none.npy', '--data=', 'none'],
  report: ['report run', '--beside none', '--beside=', '--data none.npy', ...ofRuns],
  doctor: ['doctor run', '--labels none.npy', '--data none.npy', ...ofRuns],
  reproduce: [
    'reproduce',
    '',
    'no-such-claim',
    '--all --budget tiny',
    '--all --seeds 0',
    '--seed x',
  ],
  runs: ['runs', 'nowhere', '. more', '. --json=3', '. --model vae'],
  cache: ['cache', '', 'tidy', 'list more', 'list --json=3', 'clear --data mnist'],
  completion: ['completion', '', 'tcsh', 'bash more', 'bash --json=3'],
  models: ['models', 'more', '--json=3', '--model vae'],
  datasets: ['datasets', 'more', '--json=3', '--data mnist'],
}

const commands = Object.entries(wrong).flatMap(([verb, [begun, ...flags]]) => [
  ...flags.map((flag) => `${begun} ${flag}`.trim()),
  `${verb} --flagg 3`,
])

describe('a verb that is given what is wrong', () => {
  it('is any of them', () => {
    expect(Object.keys(wrong).sort()).toEqual(Object.keys(verbs).sort())
  })

  it('refuses it in one line with exit code 2, and writes nothing', async () => {
    const before = readdirSync(inFolder('.'), { recursive: true }).sort()
    const ended = await latentlabs(commands)
    const oneLine = expect.stringMatching(/^latentlab: [^\n]+\n$/)
    expect(ended.map((left, i) => ({ command: commands[i], ...left }))).toEqual(
      commands.map((command) => ({ command, code: 2, stdout: '', stderr: oneLine })),
    )
    expect(readdirSync(inFolder('.'), { recursive: true }).sort()).toEqual(before)
  }, 60_000)
})

describe('an evaluation of few examples', () => {
  it('says in one line what is left out, and gives the others', async () => {
    const [all, alone] = await latentlabs([
      'evaluate run --measure all --threads 1',
      'evaluate run --measure anomaly',
    ])
    expect(all!.code).toBe(0)
    expect(all!.stdout).toMatch(/negative|cross-entropy/)
    expect(all!.stdout).toContain('effective rank of codes')
    expect(all!.stdout).toContain('precision (values)')
    expect(all!.stdout).not.toContain('coverage')
    const told = all!.stderr.split('\n').filter((line) => line.startsWith('run: left out: '))
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('generation (density and coverage: needs 6 examples and samples')
    expect(told[0]).toContain('anomaly (normal: give the classes of normal examples')
    expect(alone!.stderr).toMatch(/^latentlab: normal: give the classes .* --normal 0,1 [^\n]*\n$/)
  }, 60_000)
})
