import { afterEach, describe, expect, it, vi } from 'vitest'

const home = vi.hoisted(() => ({ folder: '/home/someone' as string | undefined }))
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  homedir() {
    // As Node.js does for a user whom the system does not know, where HOME is not set.
    if (home.folder === undefined) throw new Error('uv_os_homedir returned ENOENT')
    return home.folder
  },
}))
const { cacheFolder } = await import('../../../src/data/disk/cache-folder.ts')

afterEach(() => vi.unstubAllEnvs())

describe('the cache folder', () => {
  it.each([
    ['/var/cache', '/home/someone', '/var/cache/latentlab'],
    ['', '/home/someone', '/home/someone/.cache/latentlab'],
    // A relative one would be another folder for every working folder.
    ['cache', '/home/someone', '/home/someone/.cache/latentlab'],
    ['', '', '/.cache/latentlab'],
    ['', undefined, '/.cache/latentlab'],
    ['/var/cache', undefined, '/var/cache/latentlab'],
  ])('with XDG_CACHE_HOME=%s and the home %s is %s', (stated, folder, expected) => {
    vi.stubEnv('XDG_CACHE_HOME', stated)
    home.folder = folder
    expect(cacheFolder()).toBe(expected)
  })
})
