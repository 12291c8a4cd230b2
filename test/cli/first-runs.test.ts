import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { quarters, workingFolder } from './command-line.ts'

const { latentlabs, inFolder } = workingFolder()

/** The commands of README's chapter on the command, as a shell reads them. */
const commands = readFileSync('README.md', 'utf8')
  .split('\n## The command\n')[1]!
  .split('\n\n')
  .find((block) => block.includes('    latentlab train'))!
  .trim()
  .replace(/ \\\n +/g, ' ')
  .split('\n')
  .map((line) => line.trim())

it('README trains into a folder once, so that its commands and its code can be tried in one place', () => {
  const readme = readFileSync('README.md', 'utf8')
  const folders = [...readme.matchAll(/(?:--out |out: ')(runs\/[\w-]+)/g)].map(
    ([, folder]) => folder,
  )
  expect(folders.length).toBeGreaterThan(7)
  expect(folders).toEqual([...new Set(folders)])
})

/** What takes long in a command, made short. The verbs, the runs and the files stay as they are. */
const quick = (command: string) =>
  command
    .replace(/^(latentlab train(?! --config).*)/, '$1 --labels labels.npy --no-report --quiet')
    .replace(/^(latentlab (?:train --config|resume).*)/, '$1 --no-report --quiet')
    .replace(/--data mnist|(?<=^latentlab train) (?=--model)/, ' --data digits.npy ')
    .replace(
      'encode runs/vae  --data digits.npy  --split',
      'encode runs/vae --data digits.npy --split',
    )
    .replace('--epochs 25', '--epochs 2')
    .replace(/--epochs (5|20)/, '--epochs 1')
    .replace('--hidden 500,500', '--hidden 16')
    .replace(/--batch 128 /, '')
    .replace('--measure all', '--measure loss,manifold')
    .replace('--all --budget small', '--list')

describe('the commands of README, in their order', () => {
  it('all succeed, each on what those before it have left', async () => {
    const { images } = quarters(200)
    const digits = hostTensor(
      'int32',
      [200],
      Int32Array.from({ length: 200 }, (_, i) => i % 10),
    )
    writeFileSync(inFolder('digits.npy'), writeNpy(images))
    writeFileSync(inFolder('labels.npy'), writeNpy(digits))
    expect(commands.length).toBeGreaterThan(20)
    const given = commands.map((command) =>
      quick(command)
        .replace(/^latentlab /, '')
        .replace(/ +/g, ' '),
    )
    const ended = await latentlabs(given)
    expect(ended.map(({ code, stderr }, i) => [given[i], code, code === 0 ? '' : stderr])).toEqual(
      given.map((command) => [command, 0, '']),
    )
    const listed = ended[given.indexOf('runs')]!.stdout
    for (const run of ['vae', 'ae', 'plane', 'dae', 'cvae', 'second'])
      expect(listed).toMatch(new RegExp(`^runs/${run} .* 1/1 .* finished +[\\d:-]+$`, 'm'))
    for (const file of ['comparison.html', 'manifold.png', 'codes.npy', 'images.npy'])
      expect(existsSync(inFolder(file))).toBe(true)

    // A list of runs with a damaged one, and one that was never finished.
    const path = 'runs/ae/checkpoints/last/checkpoint.safetensors'
    writeFileSync(inFolder(path), readFileSync(inFolder(path)).subarray(0, -4))
    rmSync(inFolder('runs/dae/checkpoints'), { recursive: true })
    writeFileSync(inFolder('bom.json'), '\ufeff{"data": "digits.npy", "epochs": 1, "hidden": [4]}')
    writeFileSync(
      inFolder('runs/plane/config.json'),
      `\ufeff${readFileSync(inFolder('runs/plane/config.json'), 'utf8')}`,
    )
    const [json, table, nowhere, missing, exists, unused, bom] = await latentlabs([
      'runs --json',
      'runs',
      'runs nowhere',
      'train --data nowhere.npy --out runs/vae',
      'train --data digits.npy --out runs/vae',
      'train --data digits.npy --channels 8 --out runs/new',
      'train --config bom.json --quiet --no-report --threads 1 --out runs/bom',
    ])
    const runs = JSON.parse(json!.stdout) as {
      folder: string
      state: string
      epoch: number | null
    }[]
    const stateOf = Object.fromEntries(runs.map(({ folder, state }) => [folder, state]))
    expect(stateOf).toEqual({
      'runs/vae': 'finished',
      'runs/ae': 'damaged',
      'runs/plane': 'finished',
      'runs/dae': 'stopped',
      'runs/cvae': 'finished',
      'runs/second': 'finished',
    })
    expect(runs.find(({ folder }) => folder === 'runs/vae')).toMatchObject({ epoch: 2, epochs: 2 })
    expect(table!.stdout).toMatch(/^runs\/ae +ae +digits\.npy +– +– +damaged /m)
    expect(table!.stdout).toMatch(/^runs\/dae +dae +digits\.npy +0\/1 .* stopped +[\d:-]+$/m)
    expect(table!.stderr).toBe(`latentlab: note: runs/ae: ${path}: the checkpoint is damaged\n`)
    expect([nowhere!.code, nowhere!.stderr]).toEqual([
      2,
      'latentlab: cannot read nowhere: there is no such file or folder\n',
    ])
    expect(missing!.stderr).toMatch(/^latentlab: data "nowhere.npy": there is no such file/)
    expect(exists!.stderr).toMatch(/^latentlab: runs\/vae exists already/)
    expect(unused!.stderr).toMatch(/^latentlab: channels: is used only with --network conv/)
    expect(existsSync(inFolder('runs/new'))).toBe(false)
    expect(bom!.code).toBe(0)
    const config = JSON.parse(readFileSync(inFolder('runs/bom/config.json'), 'utf8'))
    expect(config.train.batch).toBe(128)
  }, 180_000)
})
