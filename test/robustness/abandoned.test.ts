import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compiled } from '../compiled.ts'
import { leftovers, options, resolveConfig, temporaryFolder, trainRun, writeData } from './runs.ts'

const { temporaryPath } = (await compiled(
  'data/disk/temporary.js',
)) as typeof import('../../src/data/disk/temporary.ts')
const { writeAtomically } = (await compiled(
  'data/disk/files.js',
)) as typeof import('../../src/data/disk/files.ts')

const folder = temporaryFolder()
const config = options(writeData(folder), { epochs: 1 })

/** Runs a script in a process that is killed in place of its first rename. */
function killedAtRename(script: string, ...args: string[]): NodeJS.Signals | null {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const preload = fileURLToPath(new URL('killed-at-rename.mjs', import.meta.url))
  return spawnSync(process.execPath, ['--import', preload, path, ...args]).signal
}

describe('a kill at the first rename', () => {
  it('of a new run: the next training there removes the hidden folder', async () => {
    const place = join(folder, 'runs')
    const train = { config, out: join(place, 'killed') }
    expect(killedAtRename('training.mjs', JSON.stringify({ train }))).toBe('SIGKILL')
    expect(readdirSync(place)).toEqual([expect.stringMatching(/^\.latentlab-\d+-/)])
    await trainRun({ config: resolveConfig(config), out: join(place, 'next') })
    expect(readdirSync(place)).toEqual(['next'])

    // A file that a verb writes for the user, by the command line.
    const out = join(place, 'samples.png')
    const sample = ['sample', join(place, 'next'), '--count', '4', '--out', out]
    expect(killedAtRename('../../bin/latentlab.js', ...sample)).toBe('SIGKILL')
    expect(readdirSync(place)).toEqual([expect.stringMatching(/^\.latentlab-\d+-/), 'next'])
    await writeAtomically(out, 'whole')
    expect(readdirSync(place).sort()).toEqual(['next', 'samples.png'])
  })
})

describe('what stands under a temporary name', () => {
  const place = join(folder, 'place')
  mkdirSync(place)
  let made = 0
  /** A file under the name that this process would use, with some parts replaced: id, start, space. */
  async function left(parts: Record<number, string>): Promise<string> {
    const path = await temporaryPath(place)
    const name = path.slice(place.length + 1).split('-')
    const renamed = join(place, name.map((part, i) => parts[i] ?? part).join('-'))
    writeFileSync(renamed, `${made++}`)
    return renamed
  }
  // No process has the start 1, nor a number beyond the largest.
  const ENDED = { 2: '1' }

  it.skipIf(!existsSync('/proc/self/stat'))('is removed if its process has ended', async () => {
    const paths = [await left(ENDED), await left({ 1: '4194305' })]
    await temporaryPath(place)
    expect(paths.map((path) => existsSync(path))).toEqual([false, false])
  })

  it('stays if its process is running, or counted elsewhere, or the name is another’s', async () => {
    const mine = await left({})
    const elsewhere = await left({ ...ENDED, 3: '00000000' })
    const foreign = join(place, '.latentlab-settings')
    renameSync(await left(ENDED), foreign)
    await temporaryPath(place)
    expect([mine, elsewhere, foreign].map((path) => existsSync(path))).toEqual([true, true, true])
    expect(leftovers(place)).toHaveLength(3)
  })

  it.skipIf(process.getuid?.() !== 0)('stays if another user owns it', async () => {
    const path = await left(ENDED)
    spawnSync('chown', ['65534', path])
    await temporaryPath(place)
    expect(existsSync(path)).toBe(true)
  })
})
