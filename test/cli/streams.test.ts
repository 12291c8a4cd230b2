import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { quarters, workingFolder } from './command-line.ts'

const { folder, inFolder } = workingFolder()
const bin = fileURLToPath(new URL('../../bin/latentlab.js', import.meta.url))
const has = (command: string) => spawnSync('which', [command]).status === 0

/** Runs a line of the shell, in which `latentlab` is the built command. */
function shell(line: string) {
  const script = `latentlab() { "${process.execPath}" "${bin}" "$@"; }\n${line}`
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: folder })
  return { code: status, stdout: String(stdout), stderr: String(stderr) }
}

beforeAll(() => writeFileSync(inFolder('images.npy'), writeNpy(quarters(200).images)))
const training = 'train --data images.npy --hidden 8 --batch 20 --threads 1 --no-report'

describe.skipIf(!existsSync('/dev/full'))('a stream on a full device', () => {
  const line = 'latentlab: cannot write to standard output: the disk is full\n'

  it.each(['models', '--help', 'models --json'])('%s > /dev/full: one line, code 2', (words) => {
    expect(shell(`latentlab ${words} > /dev/full`)).toEqual({ code: 2, stdout: '', stderr: line })
  })

  it('standard error: an error keeps its code, a training prints its result and ends with 0', () => {
    expect(shell('latentlab nonsense 2> /dev/full').code).toBe(2)
    const { code, stdout } = shell(`latentlab ${training} --epochs 2 --out full 2> /dev/full`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^run: full \(vae/) })
    expect(existsSync(inFolder('full/checkpoints/last/checkpoint.safetensors'))).toBe(true)
  })

  it('both at once: code 2', () => {
    expect(shell('latentlab models > /dev/full 2>&1').code).toBe(2)
  })
})

describe('a file that has no room for all of the output', () => {
  it('one line, code 2: Node itself drops the rest without an error', () => {
    const { code, stderr } = shell('ulimit -f 2; latentlab train --help > help.txt')
    expect(stderr).toMatch(/^latentlab: cannot write to standard output: the file would be larger/)
    expect(code).toBe(2)
    expect(statSync(inFolder('help.txt')).size).toBeLessThan(2049)
  })
})

describe('output that is closed or not read', () => {
  it('is not an error', () => {
    expect(shell('latentlab models >&-')).toEqual({ code: 0, stdout: '', stderr: '' })
    const { stdout, stderr } = shell('{ latentlab models; echo $? >&2; } | head -n 1')
    expect(stdout.split('\n')).toHaveLength(2)
    expect(stderr).toBe('0\n')
  })
})

/** Waits for the first checkpoint of a run. */
async function trained(run: string): Promise<void> {
  const path = inFolder(`${run}/checkpoints/last/checkpoint.safetensors`)
  await expect.poll(() => existsSync(path), { timeout: 60_000, interval: 20 }).toBe(true)
}

const epochs = (run: string) =>
  readFileSync(inFolder(`${run}/metrics.jsonl`), 'utf8').split('\n').length - 1

describe.skipIf(!has('script'))('a terminal that is closed', () => {
  it('ends a training with code 129, and it is saved', async () => {
    // The outer shell ends with its terminal, and with it all in it but the inner one, which notes the code.
    const noted = `trap "" HUP; env -u _ "${process.execPath}" "${bin}" ${training} --epochs 100000 --out hung; echo $? > code`
    const line = `sh -c '${noted}'; true`
    const terminal = spawn('script', ['-qec', line, '/dev/null'], { cwd: folder, stdio: 'pipe' })
    terminal.stdout.resume()
    await trained('hung')
    terminal.kill('SIGKILL')
    await expect.poll(() => existsSync(inFolder('code')), { timeout: 60_000 }).toBe(true)
    await expect.poll(() => readFileSync(inFolder('code'), 'utf8')).toBe('129\n')
    const { code, stdout } = shell('latentlab inspect hung --json')
    expect(code).toBe(0)
    const { epoch, step } = JSON.parse(stdout)
    expect(epoch).toBe(epochs('hung'))
    expect(step).toBeGreaterThanOrEqual(epoch)
  })

  it('does not end one that nohup has started', async () => {
    const line = `nohup sh -c 'echo $$ > process; exec env -u _ "${process.execPath}" "${bin}" ${training} --epochs 100000 --out kept' > /dev/null 2>&1`
    const terminal = spawn('script', ['-qec', line, '/dev/null'], { cwd: folder, stdio: 'pipe' })
    await trained('kept')
    terminal.kill('SIGKILL')
    const before = epochs('kept')
    await expect.poll(() => epochs('kept'), { timeout: 60_000 }).toBeGreaterThan(before + 20)
    process.kill(Number(readFileSync(inFolder('process'), 'utf8')), 'SIGTERM')
  })
})
