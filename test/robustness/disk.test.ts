import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import {
  checkpoint,
  ended,
  leftovers,
  options,
  outcome,
  resolveConfig,
  resumeRun,
  startTraining,
  temporaryFolder,
  trainRun,
  writeData,
} from './runs.ts'

const folder = temporaryFolder()
const data = writeData(folder)
const isRoot = process.getuid?.() === 0

/** A file system of one MiB of its own, where mounting is permitted. */
const disk = join(folder, 'disk')
mkdirSync(disk)
const mount = (...args: string[]) => spawnSync('mount', args).status === 0
const mounted = isRoot && mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk)
afterAll(() => {
  if (mounted) spawnSync('umount', [disk])
})

const config = options(data, { epochs: 8 })
async function undisturbed() {
  const out = join(folder, 'undisturbed')
  if (!existsSync(out)) await trainRun({ config: resolveConfig(config), out })
  return outcome(out)
}

describe.skipIf(!mounted)('a disk without room (needs the right to mount one)', () => {
  const ballast = join(disk, 'ballast')
  afterEach(() => rmSync(ballast, { force: true }))
  const fillUp = () => {
    for (let size = 1 << 20; size >= 1; size >>= 1)
      try {
        while (true) writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' })
      } catch {
        // There is no room for this size any more.
      }
  }

  it('that fills up while training gives one line; the checkpoint before goes on when there is room', async () => {
    const out = join(disk, 'run')
    let saved = 0
    const training = trainRun({
      config: resolveConfig(config),
      out,
      stepsPerCall: 5,
      saveEvery: 0,
      onEvent(event) {
        if (event.type !== 'checkpoint') return
        saved = event.step
        if (saved >= 30) fillUp()
      },
    })
    await expect(training).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(
        /^cannot write \S+: the disk is full; what was saved before is kept: [^\n]+, continue with: resume\('\S+'\)$/,
      ),
    })
    expect(leftovers(out)).toEqual([])
    expect(checkpoint(out, 'last').progress.step).toBe(saved)
    rmSync(ballast)
    await resumeRun({ folder: out })
    expect(outcome(out)).toEqual(await undisturbed())
    rmSync(out, { recursive: true })
  })

  it('gives one line before a run is begun, and nothing is left of it', async () => {
    fillUp()
    const out = join(disk, 'some/where/run')
    await expect(trainRun({ config: resolveConfig(config), out })).rejects.toMatchObject({
      name: 'UserError',
      message: `cannot create ${out}: the disk is full`,
    })
    expect(readdirSync(disk)).toEqual(['ballast'])
  })
})

// The permissions of a folder do not bind root, a read-only file system does.
const sealed = isRoot ? disk : join(folder, 'sealed')
if (!isRoot) mkdirSync(sealed)
const folders = (run: string) =>
  ['', 'checkpoints/last', 'checkpoints/best'].map((name) => join(run, name))
async function seal(run: string) {
  if (!isRoot)
    for (const path of [sealed, ...folders(run)]) if (existsSync(path)) chmodSync(path, 0o555)
  // Refused as long as a file is open for writing.
  while (isRoot && !mount('-o', 'remount,ro', disk)) await sleep(1)
}
function unseal(run: string) {
  if (isRoot) mount('-o', 'remount,rw', disk)
  else for (const path of [sealed, ...folders(run)]) if (existsSync(path)) chmodSync(path, 0o755)
}

describe.skipIf(isRoot && !mounted)(
  'a folder that cannot be written (as root: needs the right to mount)',
  () => {
    const refusal = isRoot ? 'the file system is read-only' : 'there is no permission'
    const out = join(sealed, 'run')

    it('gives one line in the middle of a run, which goes on when it can be written', async () => {
      const long = { ...config, epochs: 100_000 }
      const child = startTraining({ train: { config: long, out, stepsPerCall: 4, saveEvery: 0 } })
      const end = ended(child)
      const first = join(out, 'checkpoints/last/checkpoint.safetensors')
      while (!existsSync(first) && child.exitCode === null) await sleep(1)
      await seal(out)
      const { code, stderr } = await end
      expect(stderr).toMatch(
        new RegExp(`^cannot write \\S+: ${refusal}; what was saved before is kept: [^\n]+\n$`),
      )
      expect(code).toBe(2)
      const { step, epoch } = checkpoint(out, 'last').progress

      await expect(resumeRun({ folder: out })).rejects.toMatchObject({
        name: 'UserError',
        message: `cannot lock ${out}: ${refusal}`,
      })
      const other = join(sealed, 'other/run')
      await expect(trainRun({ config: resolveConfig(config), out: other })).rejects.toMatchObject({
        name: 'UserError',
        message: `cannot create ${other}: ${refusal}`,
      })
      unseal(out)
      expect(readdirSync(sealed)).toEqual(['run'])
      expect(checkpoint(out, 'last').progress).toMatchObject({ step, epoch })
      await resumeRun({ folder: out, epochs: epoch + 2 })
      const straight = join(folder, 'straight')
      await trainRun({ config: resolveConfig({ ...config, epochs: epoch + 2 }), out: straight })
      expect(outcome(out)).toEqual(outcome(straight))
      expect(leftovers(out)).toEqual([])
    })
  },
)
