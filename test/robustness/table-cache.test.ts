import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireCompiled } from '../compiled.ts'

requireCompiled()
const root = mkdtempSync(join(tmpdir(), 'latentlab-table-cache-'))
const inRoot = (name: string) => join(root, name)
const path = inRoot('table.csv')
const ROWS = 20_000
const schema = {
  format: 1,
  missing: ['NA'],
  columns: [
    { name: 'x', kind: 'numeric' },
    { name: 'y', kind: 'numeric' },
    { name: 'word', kind: 'categorical' },
  ],
}
/** 24 bytes a row when they are packed: 480 kB. */
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

/** Packs the table in a process of its own, into each folder; undefined where it was killed. */
function pack(
  folders: readonly string[],
  more: object = {},
  limit = '',
): Promise<Packed[] | undefined> {
  const job = JSON.stringify({ path, folders, schema, ...more })
  return new Promise((resolve, reject) => {
    const shell = `${limit} exec "$0" "$@"`
    const child = spawn('bash', ['-c', shell, process.execPath, script, job], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
    })
    child.on('error', reject)
    child.on('close', (_, signal) =>
      resolve(signal === 'SIGKILL' ? undefined : (JSON.parse(text) as Packed[])),
    )
  })
}

const names = (folder: string) => readdirSync(folder).sort()

/** The files of a folder by what they are. */
const kinds = (folder: string) =>
  names(folder)
    .map((name) => (name.startsWith('.latentlab-') ? 'unfinished' : name.replace(/,.*/, '')))
    .map((name) => name.replace(/^[0-9a-f]{32}\./, ''))
    .sort()

/** The table as it is without any trouble. */
let expected: Packed
const found = () => ({ ...expected, packed: 0 })
beforeAll(async () => {
  ;[expected] = (await pack([inRoot('undisturbed')])) as [Packed]
  expect(expected).toMatchObject({
    ...{ packed: ROWS, count: ROWS, inMemory: false },
    last: [(ROWS - 1) / 8, (ROWS - 1) % 97, 4],
  })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('a process that is killed while it packs a table', () => {
  it.each([
    ['writing rows', 'rows', ['unfinished'], ROWS],
    ['the rows are complete', 'rename rows', ['unfinished', 'used'], ROWS],
    // The rows are found by the contents of the file then.
    ['they have their name', 'rename pointer', ['rows', 'unfinished', 'used'], 0],
  ])(
    'when %s leaves nothing that is read, and the next start removes it',
    async (_, kill, left, packed) => {
      const folder = inRoot(kill)
      expect(await pack([folder], { kill })).toBeUndefined()
      expect(kinds(folder)).toEqual(left)
      expect(await pack([folder, folder])).toEqual([{ ...expected, packed }, found()])
      expect(kinds(folder)).toEqual(['file', 'rows'])
    },
  )
})

it('two processes that pack the same table at once both finish, with one entry', async () => {
  const folder = inRoot('both/tables')
  const [own, other] = [inRoot('one'), inRoot('other')]
  const both = await Promise.all([
    pack([folder], { meet: { own, other } }),
    pack([folder], { meet: { own: other, other: own } }),
  ])
  expect(both).toEqual([[expected], [expected]])
  expect(kinds(folder)).toEqual(['file', 'rows'])
  expect(await pack([folder])).toEqual([found()])
})

const isRoot = process.getuid?.() === 0
/** A small file system of its own, where mounting is permitted. */
const disk = inRoot('disk')
mkdirSync(disk)
const mount = (...args: string[]) => spawnSync('mount', args).status === 0
const mounted = isRoot && mount('-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk)
afterAll(() => {
  if (mounted) spawnSync('umount', [disk])
})

describe('a cache folder that cannot take the rows', () => {
  const ADVICE =
    /; packed rows that do not fit in memory are kept in this folder: set XDG_CACHE_HOME to a folder of your own, or state cache: false for a smaller table$/

  /** The lines with which they are refused, without their advice. */
  const refusals = (packed: readonly Packed[] | undefined) =>
    packed!.map(({ name, message = '' }) => {
      expect(name).toBe('UserError')
      expect(message).toMatch(ADVICE)
      return message.replace(ADVICE, '').replace(/[0-9a-f]{32}/, 'ENTRY')
    })

  it('gives one line where a file may not become as large', async () => {
    const folder = inRoot('limited')
    expect(refusals(await pack([folder], {}, 'ulimit -f 200;'))).toEqual([
      `cannot write ${folder}/ENTRY.rows: the file would be larger than allowed here`,
    ])
    expect(names(folder)).toEqual([])
  })

  it.skipIf(!mounted)(
    'gives one line where the disk is full (needs the right to mount)',
    async () => {
      const folder = join(disk, 'tables')
      expect(refusals(await pack([folder]))).toEqual([
        `cannot write ${folder}/ENTRY.rows: the disk is full`,
      ])
      expect(names(folder)).toEqual([])
    },
  )

  // The permissions of a folder do not bind root, a read-only file system does.
  it.skipIf(isRoot && !mounted)(
    'gives one line where it is read-only, and what it holds is read',
    async () => {
      const sealed = isRoot ? disk : inRoot('sealed')
      const [folder, other] = [join(sealed, 'tables'), join(sealed, 'others')]
      if (isRoot) expect(mount('-o', 'remount,size=2m', disk)).toBe(true)
      cpSync(inRoot('undisturbed'), folder, { recursive: true })
      if (isRoot) expect(mount('-o', 'remount,ro', disk)).toBe(true)
      else for (const one of [folder, sealed]) chmodSync(one, 0o555)
      const before = names(folder)
      const [again, refused] = (await pack([folder, other]))!
      expect(again).toEqual(found())
      const reason = isRoot ? 'the file system is read-only' : 'there is no permission'
      expect(refusals([refused!])).toEqual([`cannot write ${other}: ${reason}`])
      expect([names(folder), names(sealed)]).toEqual([before, ['tables']])
      if (!isRoot) for (const one of [sealed, folder]) chmodSync(one, 0o755)
    },
  )

  it('gives one line where it belongs to somebody else, is a link, or is a file', async () => {
    // Of two things that belong to somebody else, the folder is refused, and the entry is replaced.
    const [foreign, replaced] = isRoot ? [inRoot('foreign'), inRoot('replaced')] : ['/', undefined]
    const [link, file] = [inRoot('link'), inRoot('file')]
    symlinkSync('undisturbed', link)
    writeFileSync(file, '')
    if (replaced !== undefined) {
      for (const folder of [foreign, replaced])
        cpSync(inRoot('undisturbed'), folder, { recursive: true })
      for (const name of names(replaced)) chownSync(join(replaced, name), 54321, 54321)
      chownSync(foreign, 54321, 54321)
    }
    const before = names(foreign)
    const own = replaced === undefined ? [] : [replaced, replaced]
    const [first, second, third, ...others] = (await pack([foreign, link, file, ...own]))!
    expect(refusals([first!, second!, third!])).toEqual([
      `${foreign}: belongs to another user`,
      `${link}: is a link, which is not followed`,
      `${file}: is not a folder`,
    ])
    expect(names(foreign)).toEqual(before)
    if (replaced !== undefined) expect(others).toEqual([expected, found()])
  })
})
