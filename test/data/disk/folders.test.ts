import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createFolders, removeEmpty } from '../../../src/data/disk/folders.ts'

const root = mkdtempSync(join(tmpdir(), 'latentlab-folders-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('createFolders', () => {
  it('creates what is missing, and returns the outermost of it', async () => {
    mkdirSync(join(root, 'a'))
    expect(await createFolders(join(root, 'a/b/c/d'), 0o700)).toBe(join(root, 'a/b'))
    for (const name of ['a/b', 'a/b/c', 'a/b/c/d'])
      expect(statSync(join(root, name)).mode & 0o777).toBe(0o700)
    expect(await createFolders(join(root, 'a/b/c/d'))).toBeUndefined()
    await removeEmpty(join(root, 'a/b/c/d'), join(root, 'a/b'))
    expect([existsSync(join(root, 'a')), existsSync(join(root, 'a/b'))]).toEqual([true, false])
  })

  it('is not disturbed by others that create the same folder at once', async () => {
    const folder = join(root, 'same/time')
    const created = await Promise.all(Array.from({ length: 20 }, () => createFolders(folder)))
    expect(existsSync(folder)).toBe(true)
    expect(created.filter((outermost) => outermost === join(root, 'same'))).not.toEqual([])
  })

  it('leaves nothing where it fails', async () => {
    writeFileSync(join(root, 'file'), '')
    await expect(createFolders(join(root, 'file/x/y'))).rejects.toMatchObject({ code: 'ENOTDIR' })
    const long = 'x'.repeat(300)
    await expect(createFolders(join(root, `new/${long}`))).rejects.toMatchObject({
      code: 'ENAMETOOLONG',
    })
    expect(existsSync(join(root, 'new'))).toBe(false)
    // Linux alone has such a folder, in which nothing can be created.
    if (existsSync('/proc/self'))
      await expect(createFolders('/proc/none/x')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
