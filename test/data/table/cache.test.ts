import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CacheOptions, cachedTable } from '../../../src/data/table/cache.ts'
import { cachedTables, clearCache } from '../../../src/data/table/cache-entries.ts'
import { packTable } from '../../../src/data/table/pack.ts'
import type { RecordSource } from '../../../src/data/table/records.ts'
import type { TableSchema } from '../../../src/data/table/schema.ts'
import { arraySource, rowsOf } from './source.ts'

const COUNT = 3000

const schema: TableSchema = {
  format: 1,
  missing: ['NA'],
  columns: [
    { name: 'x', kind: 'numeric' },
    { name: 'word', kind: 'categorical' },
  ],
}

const columns = {
  x: rowsOf(COUNT, (i) => (i % 11 === 0 ? 'NA' : String(i / 8))),
  word: rowsOf(COUNT, (i) => `w${(i * i) % 7}`),
}

/** A source that counts how often it is read, and may do something after its first batch. */
function countedSource(name: string, then: () => unknown = () => {}) {
  const inner = arraySource(columns, { name, batch: 500 })
  const source: RecordSource & { reads: number } = {
    ...inner,
    reads: 0,
    async *batches() {
      source.reads++
      let isFirst = true
      for await (const batch of inner.batches()) {
        yield batch
        if (isFirst) await then()
        isFirst = false
      }
    },
  }
  return source
}

let root: string
let path: string
let folder: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'latentlab-cache-'))
  path = join(root, 'table.csv')
  folder = join(root, 'cache', 'tables')
  await writeFile(path, 'the contents of the table')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const open = (source: RecordSource, options: CacheOptions = {}, file = path) =>
  cachedTable({ path: file }, source, schema, { folder, memory: 1000, ...options })

/** Opens a table, closes it again, and says whether its source was read. */
async function isRead(
  options: CacheOptions & { reading?: object; schema?: TableSchema } = {},
  file = path,
) {
  const source = countedSource(file)
  const { reading, schema: other = schema, ...rest } = options
  const table = await cachedTable({ path: file, reading }, source, other, {
    folder,
    memory: 1000,
    ...rest,
  })
  table.close()
  return source.reads === 1
}

const filesIn = async () => (await readdir(folder).catch(() => [])).sort()
const entries = async () => (await filesIn()).filter((name) => name.endsWith('.rows'))

describe('a table that does not fit in memory', () => {
  it('reads as one in memory does', async () => {
    const inMemory = await packTable(arraySource(columns), schema)
    const inFile = await open(countedSource(path))
    expect([inMemory.inMemory, inFile.inMemory]).toEqual([true, false])
    expect(inFile.hash).toBe(inMemory.hash)
    expect(inFile.columns).toEqual(inMemory.columns)
    expect([inFile.count, inFile.bytes]).toEqual([COUNT, inMemory.bytes])
    const orders = [
      rowsOf(COUNT, (i) => i),
      rowsOf(700, (i) => (i * 1237) % COUNT),
      [5, 5, 4, COUNT - 1, 0, 5],
      [],
      ...[1, 40, 499, 501, 1001].flatMap((size) => [
        rowsOf(size, (i) => 700 + i),
        rowsOf(size, (i) => 2000 - i),
        rowsOf(size, (i) => 2 * i),
        rowsOf(size, (i) => (i * i * 7) % COUNT),
      ]),
    ]
    for (const rows of orders) expect(inFile.read(rows)).toEqual(inMemory.read(rows))
    expect(inFile.rowHashes()).toEqual(inMemory.rowHashes())
    inFile.close()
  })

  it('is packed once, and found again by its file', async () => {
    expect([await isRead(), await isRead()]).toEqual([true, false])
    const again = await open(countedSource('other name'))
    expect([again.name, again.count]).toEqual(['other name', COUNT])
    again.close()
  })

  it('is found again as new data, once it was packed for training, but not the other way round', async () => {
    await isRead()
    expect(await isRead({ newData: true })).toBe(false)
    expect(await entries()).toHaveLength(1)
    await rm(folder, { recursive: true })
    expect([await isRead({ newData: true }), await isRead({ newData: true })]).toEqual([
      true,
      false,
    ])
    expect(await isRead()).toBe(true)
  })

  it('is found again after its file was renamed, touched or copied', async () => {
    await isRead()
    const moved = join(root, 'moved.csv')
    await rename(path, moved)
    expect(await isRead({}, moved)).toBe(false)
    await utimes(moved, 1, 1)
    expect(await isRead({}, moved)).toBe(false)
    await writeFile(path, await readFile(moved))
    expect(await isRead()).toBe(false)
    expect(await entries()).toHaveLength(1)
  })

  it('is packed again where contents, reading or schema differ', async () => {
    await isRead()
    expect(await isRead({ reading: { separator: ';' } })).toBe(true)
    expect(await isRead({ schema: { ...schema, missing: ['NA', '-'] } })).toBe(true)
    const { mtime } = await stat(path)
    await writeFile(path, 'other contents of the same')
    await utimes(path, mtime, mtime)
    expect(await isRead()).toBe(true)
    expect(await entries()).toHaveLength(4)
  })

  it('is readable by its owner alone', async () => {
    await isRead()
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect((await stat(join(folder, (await entries())[0]!))).mode & 0o777).toBe(0o600)
    await chmod(folder, 0o755)
    await writeFile(path, 'new contents')
    await isRead()
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut short', (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['longer', (bytes) => Buffer.concat([bytes, bytes.subarray(0, 1)])],
    ['changed in its header', (bytes) => flipped(bytes, bytes.length - 80)],
    ['changed in its footer', (bytes) => flipped(bytes, bytes.length - 40)],
    ['empty', () => Buffer.alloc(0)],
  ])('is packed again where the entry is %s', async (_, damage) => {
    await isRead()
    const entry = join(folder, (await entries())[0]!)
    const whole = await readFile(entry)
    await writeFile(entry, damage(whole))
    expect(await isRead()).toBe(true)
    expect(await readFile(entry)).toEqual(whole)
    expect(await isRead()).toBe(false)
  })

  it('needs the cache', async () => {
    await expect(open(countedSource(path), { useCache: false })).rejects.toThrow(
      'its packed rows take more than',
    )
    expect(await filesIn()).toEqual([])
  })

  it('can be opened twice at once', async () => {
    const both = await Promise.all([open(countedSource(path)), open(countedSource(path))])
    const rows = rowsOf(100, (i) => i * 7)
    expect(both[0].read(rows)).toEqual(both[1].read(rows))
    for (const table of both) table.close()
    expect(await entries()).toHaveLength(1)
    expect(await isRead()).toBe(false)
  })
})

const flipped = (bytes: Buffer, at: number) => {
  const changed = Buffer.from(bytes)
  changed[at]! ^= 1
  return changed
}

describe('a table that fits in memory', () => {
  it('leaves no file', async () => {
    const table = await open(countedSource(path), { memory: 1e6 })
    expect([table.inMemory, table.count]).toEqual([true, COUNT])
    expect(await filesIn()).toEqual([])
  })
})

describe('nothing half-written is left', () => {
  it('of a source that fails, of an interruption, nor of a file that changes', async () => {
    const fails = () => {
      throw new Error('line 7 is broken')
    }
    await expect(open(countedSource(path, fails))).rejects.toThrow('line 7 is broken')
    const controller = new AbortController()
    const source = countedSource(path, () => controller.abort())
    await expect(open(source, { signal: controller.signal })).rejects.toThrow(/abort/i)
    const changing = () => writeFile(path, 'something else now')
    const changed = 'table.csv: changed while it was read'
    await expect(open(countedSource(path, changing))).rejects.toThrow(changed)
    expect(await filesIn()).toEqual([])
    await expect(
      open(
        countedSource(path, () => writeFile(path, 'and now')),
        { memory: 1e6 },
      ),
    ).rejects.toThrow(changed)
  })

  it('of a process that was killed', async () => {
    await mkdir(folder, { recursive: true })
    const { thisProcess } = await import('../../../src/data/disk/process-identity.ts')
    const { temporaryPath } = await import('../../../src/data/disk/temporary.ts')
    const ours = await temporaryPath(folder)
    const dead = ours.replace(`-${thisProcess().pid}-`, '-4194305-')
    await writeFile(dead, 'half of some rows')
    await isRead()
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('where the cache cannot be written, and a line says so', async () => {
    await writeFile(join(root, 'cache'), 'a file in place of the folder')
    await expect(open(countedSource(path))).rejects.toThrow(
      /^cannot write .*tables: .*; packed rows that do not fit in memory are kept in this folder: set XDG_CACHE_HOME/,
    )
  })
})

describe('the cache', () => {
  const fill = async (name: string) => {
    const file = join(root, name)
    await writeFile(file, name)
    await isRead({}, file)
    return file
  }

  it('lists its tables, the one used last first', async () => {
    await fill('a.csv')
    const [entry] = await cachedTables(folder)
    expect(entry).toMatchObject({
      table: join(root, 'a.csv'),
      rows: COUNT,
      columns: 2,
      isInUse: false,
    })
    await utimes(join(folder, entry!.file), 1, 1)
    await fill('b.csv')
    expect((await cachedTables(folder)).map(({ table }) => table)).toEqual([
      join(root, 'b.csv'),
      join(root, 'a.csv'),
    ])
  })

  it('removes what was used longest ago beyond its limit, never what is in use', async () => {
    const first = await fill('a.csv')
    const bytes = (await cachedTables(folder))[0]!.bytes
    const used = await open(countedSource(first), {}, first)
    for (const { file } of await cachedTables(folder)) await utimes(join(folder, file), 1, 1)
    await fill('b.csv')
    for (const { file, table } of await cachedTables(folder))
      if (table?.endsWith('b.csv')) await utimes(join(folder, file), 2, 2)
    const third = join(root, 'c.csv')
    await writeFile(third, 'c')
    await isRead({ limit: 2 * bytes }, third)
    const kept = (await cachedTables(folder)).map(({ table }) => table)
    expect(kept).toEqual([third, first])
    expect([...used.read([8])]).toEqual([1, 1])
    used.close()
    const fourth = join(root, 'd.csv')
    await writeFile(fourth, 'd')
    await isRead({ limit: 2 * bytes }, fourth)
    expect((await cachedTables(folder)).map(({ table }) => table)).toEqual([fourth, third])
  })

  it('has one limit for tables and pictures, and those used longest ago go first', async () => {
    const pictures = join(folder, '..', 'pictures')
    await mkdir(pictures, { recursive: true })
    for (const [name, used] of [
      ['old.rows', 1],
      ['new.rows', 2e9],
    ] as const) {
      await writeFile(join(pictures, name), 'x'.repeat(200_000))
      await utimes(join(pictures, name), used, used)
    }
    const source = countedSource(path)
    ;(await open(source, { limit: 350_000 })).close()
    expect(await readdir(pictures)).toEqual(['new.rows'])
    expect(await cachedTables(folder)).toHaveLength(1)
  })

  it('is cleared, but for what is in use', async () => {
    const first = await fill('a.csv')
    await fill('b.csv')
    const used = await open(countedSource(first), {}, first)
    const { removed, kept } = await clearCache(folder)
    expect([removed.length, kept.length, kept[0]!.isInUse]).toEqual([1, 1, true])
    used.close()
    expect((await cachedTables(folder))[0]?.isInUse).toBe(false)
    expect((await clearCache(folder)).removed).toHaveLength(1)
    expect(await filesIn()).toEqual([])
  })
})
