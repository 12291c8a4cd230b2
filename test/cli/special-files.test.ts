import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { quarters, workingFolder } from './command-line.ts'

const { latentlabs, inFolder } = workingFolder()
const { images, labels } = quarters(60)

beforeAll(async () => {
  writeFileSync(inFolder('images.npy'), writeNpy(images))
  writeFileSync(inFolder('copy.npy'), writeNpy(images))
  writeFileSync(inFolder('labels.npy'), writeNpy(labels))
  execFileSync('mkfifo', [inFolder('pipe')])
  const training = 'train --data images.npy --labels labels.npy --hidden 4 --latent 2 --epochs 1'
  const [trained] = await latentlabs([
    `${training} --batch 20 --threads 1 --out run --quiet --no-report`,
  ])
  expect(trained).toMatchObject({ code: 0, stderr: '' })
})

/** Every flag of every verb that names a file to be read. */
const commands = [
  'train --data FILE',
  'train --data images.npy --labels FILE',
  'train --data images.npy --test-data FILE',
  'train --data images.npy --test-data images.npy --test-labels FILE',
  'train --config FILE',
  'inspect --data FILE',
  'encode run --data FILE',
  'encode run --data copy.npy --labels FILE',
  'denoise run --data FILE',
  'decode run --codes FILE',
  'resume run --data FILE',
  'resume run --labels FILE',
  'evaluate run --data FILE',
  'evaluate run --labels FILE',
  'reconstruct run --data FILE',
  'interpolate run --data FILE',
  'transfer run --data FILE',
  'report run --data FILE',
  'doctor run --data FILE',
  'doctor run --labels FILE',
]

describe('a file that is no regular file is refused in one line, whatever reads it', () => {
  it.each([
    ['pipe', 'pipe: is a named pipe'],
    ['/dev/zero', '/dev/zero: is a character device'],
  ])('%s', async (name, words) => {
    const before = readdirSync(inFolder('.'), { recursive: true }).sort()
    const ended = await latentlabs(commands.map((command) => command.replace('FILE', name)))
    // These two are refused before a file is looked at: the run is no such model.
    const others = /is not trained to undo a corruption|is not conditioned on labels/
    for (const [i, { code, stdout, stderr }] of ended.entries()) {
      const command = commands[i]!
      expect({ command, code, stdout, stderr }).toEqual({
        command,
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^latentlab: [^\n]+\n$/),
      })
      if (!/^(denoise|transfer)/.test(command)) expect(stderr).toContain(words)
      else expect(stderr).toMatch(others)
    }
    expect(readdirSync(inFolder('.'), { recursive: true }).sort()).toEqual(before)
  })
})

describe('files of a run that are none', () => {
  it.each(['config.json', 'metrics.jsonl', 'environment.json'])('%s', async (name) => {
    const run = `run-${name}`
    execFileSync('cp', ['-r', inFolder('run'), inFolder(run)])
    execFileSync('rm', [inFolder(`${run}/${name}`)])
    execFileSync('mkfifo', [inFolder(`${run}/${name}`)])
    const verbs = name === 'environment.json' ? ['inspect'] : ['inspect', 'report', 'doctor']
    const ended = await latentlabs(verbs.map((verb) => `${verb} ${run} --json`))
    for (const { code, stdout, stderr } of ended) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(new RegExp(`^latentlab: ${run}/${name}: is a named pipe[^\n]*\n$`))
    }
  })
})

describe('a file that is too large for what it is', () => {
  it('is refused as a configuration', async () => {
    writeFileSync(inFolder('large.json'), ' '.repeat(2 ** 20 + 1))
    const [ended] = await latentlabs(['train --config large.json'])
    expect(ended).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^latentlab: large\.json: has 1048577 bytes .*at most 1048576 bytes/,
      ),
    })
  })
})
