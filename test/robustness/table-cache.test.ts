import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireCompiled } from '../compiled.ts'
import { temporaryFolder } from './runs.ts'

requireCompiled()
const root = temporaryFolder()
const path = join(root, 'table.csv')
const ROWS = 60_000
const schema = {
  format: 1,
  missing: ['NA'],
  columns: [
    { name: 'x', kind: 'numeric' },
    { name: 'y', kind: 'numeric' },
    { name: 'word', kind: 'categorical' },
  ],
}
/** 24 bytes a row: more than a megabyte. */
const lines = Array.from({ length: ROWS }, (_, i) => `${i / 8},${i % 97},w${i % 5}`)
writeFileSync(path, `x,y,word\n${lines.join('\n')}\n`)

interface Packed {
  /** Rows that were packed: 0 where they were found in the cache. */
  readonly packed: number
  readonly hash?: string
  readonly name?: string
  readonly message?: string
}

const script = fileURLToPath(new URL('packing.mjs', import.meta.url))

/** Packs the table in a process of its own; undefined where that was killed. */
function pack(folder: string, more: object = {}, limit = ''): Promise<Packed | undefined> {
  const job = JSON.stringify({ path, folder, schema, ...more })
  const shell = `${limit} exec "$0" "$@"`
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', shell, process.execPath, script, job], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL' || code === 137) resolve(undefined)
      else resolve(JSON.parse(text) as Packed)
    })
  })
}

const names = (folder: string) => readdirSync(folder).sort()
/** What kinds of files a folder holds. */
const kinds = (folder: string) =>
  names(folder).map((name) =>
    name.startsWith('.latentlab-')
      ? 'unfinished'
      : name.replace(/^[0-9a-f]+/, '').replace(/,.*/, ''),
  )

/** The table as it is without any trouble. */
let expected: Packed
beforeAll(async () => {
  expected = (await pack(join(root, 'undisturbed')))!
  expect(expected).toMatchObject({
    packed: ROWS,
    count: ROWS,
    inMemory: false,
    last: [(ROWS - 1) / 8, (ROWS - 1) % 97, 4],
  })
})

const ADVICE =
  /; packed rows that do not fit in memory are kept in this folder: set XDG_CACHE_HOME to a folder of your own, or state cache: false for a smaller table$/

describe('a process that is killed while it packs a table', () => {
  it.each([
    ['rows', ['unfinished'], ROWS],
    ['rename rows', ['unfinished', '.used'], ROWS],
    // The rows are complete then, and found by the contents of the file.
    ['rename pointer', ['unfinished', '.rows', '.used'], 0],
  ])(
    'at %s leaves nothing that is read, and the next start removes it',
    async (kill, left, packed) => {
      const folder = join(root, `killed at ${kill}`)
      expect(await pack(folder, { kill })).toBeUndefined()
      expect(kinds(folder).sort()).toEqual([...left].sort())
      expect(await pack(folder)).toEqual({ ...expected, packed })
      expect(kinds(folder).sort()).toEqual(['.file', '.rows'])
      expect(await pack(folder)).toEqual({ ...expected, packed: 0 })
    },
  )
})

it('two processes that pack the same table at once both finish, with one entry', async () => {
  const folder = join(root, 'both')
  const [one, other] = [join(root, 'one'), join(root, 'other')]
  const both = await Promise.all([
    pack(folder, { meet: { own: one, other } }),
    pack(folder, { meet: { own: other, other: one } }),
  ])
  expect(both).toEqual([expected, expected])
  expect(kinds(folder).sort()).toEqual(['.file', '.rows'])
  expect(await pack(folder)).toEqual({ ...expected, packed: 0 })
})

describe('a cache folder that cannot take the rows is refused in one line', () => {
  const isRoot = process.getuid?.() === 0
  const disk = join(root, 'disk')
  mkdirSync(disk)
  const mount = (...args: string[]) => spawnSync('mount', args).status === 0
  const mounted = isRoot && mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk)
  afterAll(() => {
    if (mounted) spawnSync('umount', [disk])
  })

  async function refusal(folder: string, limit?: string): Promise<string> {
    const { name, message } = (await pack(folder, {}, limit))!
    expect(name).toBe('UserError')
    expect(message).toMatch(ADVICE)
    return message!.replace(ADVICE, '').replace(/[0-9a-f]{32}/, 'ENTRY')
  }

  it('where a file may not become as large', async () => {
    const folder = join(root, 'limited')
    expect(await refusal(folder, 'ulimit -f 500;')).toBe(
      `cannot write ${folder}/ENTRY.rows: the file would be larger than allowed here`,
    )
    expect(names(folder)).toEqual([])
  })

  it.skipIf(!mounted)('where the disk is full (needs the right to mount one)', async () => {
    const folder = join(disk, 'tables')
    expect(await refusal(folder)).toBe(`cannot write ${folder}/ENTRY.rows: the disk is full`)
    expect(names(folder)).toEqual([])
  })

  // The permissions of a folder do not bind root, a read-only file system does.
  it.skipIf(isRoot && !mounted)(
    'where it is read-only, and what it holds is still read',
    async () => {
      const sealed = isRoot ? disk : join(root, 'sealed')
      const folder = join(sealed, 'tables')
      if (isRoot) expect(mount('-o', 'remount,size=4m', disk)).toBe(true)
      cpSync(join(root, 'undisturbed'), folder, { recursive: true })
      if (isRoot) expect(mount('-o', 'remount,ro', disk)).toBe(true)
      else for (const one of [folder, sealed]) chmodSync(one, 0o555)
      const before = names(folder)
      expect(await pack(folder)).toEqual({ ...expected, packed: 0 })
      const reason = isRoot ? 'the file system is read-only' : 'there is no permission'
      const other = join(sealed, 'other')
      expect(await refusal(other)).toBe(`cannot write ${other}: ${reason}`)
      expect(names(folder)).toEqual(before)
      expect(names(sealed)).toEqual(['tables'])
      if (!isRoot) for (const one of [sealed, folder]) chmodSync(one, 0o755)
    },
  )

  it('where it belongs to somebody else, is a link, or is a file', async () => {
    const foreign = isRoot ? join(root, 'foreign') : '/'
    if (isRoot) {
      cpSync(join(root, 'undisturbed'), foreign, { recursive: true })
      chownSync(foreign, 54321, 54321)
    }
    const before = names(foreign)
    expect(await refusal(foreign)).toBe(`${foreign}: belongs to another user`)
    expect(names(foreign)).toEqual(before)
    const link = join(root, 'link')
    symlinkSync('undisturbed', link)
    expect(await refusal(link)).toBe(`${link}: is a link, which is not followed`)
    const file = join(root, 'file')
    writeFileSync(file, '')
    expect(await refusal(file)).toBe(`${file}: is not a folder`)
    rmSync(link)
  })

  it.skipIf(!isRoot)(
    'but not where only an entry belongs to somebody else: that is replaced',
    async () => {
      const folder = join(root, 'foreign entry')
      cpSync(join(root, 'undisturbed'), folder, { recursive: true })
      for (const name of names(folder))
        if (name.endsWith('.rows')) chownSync(join(folder, name), 54321, 54321)
      expect(await pack(folder)).toEqual(expected)
      expect(await pack(folder)).toEqual({ ...expected, packed: 0 })
    },
  )
})
