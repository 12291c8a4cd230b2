import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clone, run, STOPPED } from './packed.ts'

// .npmrc has ignore-scripts, with which npm runs no script before it packs.
describe('in a clone where nothing is compiled', () => {
  let folder: string
  let copy: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latentlab-clone-'))
    copy = await clone(folder)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each([
    [['pack']],
    [['pack', '--ignore-scripts', '--pack-destination', '..']],
    [['publish', '--dry-run']],
  ])('npm %j makes no empty package', async (command) => {
    const { status, output } = run('npm', command, copy)
    expect(status, output).toBe(254)
    expect(output).toMatch(STOPPED)
    const made = [...(await readdir(copy)), ...(await readdir(folder))]
    expect(made.filter((name) => name.endsWith('.tgz'))).toEqual([])
  })
})
