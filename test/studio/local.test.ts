import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { localHost } from '../../studio/src/session/local/local-host.ts'
import { localStorage } from '../../studio/src/session/local/local-storage.ts'
import { picturesFolder } from '../../studio/src/session/local/pictures-folder.ts'
import { RECORD } from '../../studio/src/session/run-storage.ts'
import { openSession } from '../../studio/src/session/session.ts'
import { pixels, png } from '../data/pictures/files.ts'
import { dropped } from './memory-host.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'latentlab-local-')))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let made = 0
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(root, String(made++))
  mkdirSync(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const bytes = (text: string) => new TextEncoder().encode(text)
const record = (name: string) =>
  JSON.stringify({ name, model: 'vae', epoch: 1, epochs: 2, changed: 0 })
const userError = { name: 'UserError', message: expect.not.stringContaining('\n') }

describe('runs on the disk', () => {
  it('have names of their own that a file system takes, of whatever they are called', async () => {
    const storage = localStorage(join(folderOf({}), 'runs'))
    const names = [
      'parts.csv vae',
      'parts.csv vae',
      '../../etc',
      '불량/검사 vae',
      '…',
      '',
      'x'.repeat(300),
      'CON\0',
      '가'.repeat(300),
    ]
    const ids = []
    for (const name of names) ids.push(await storage.newId(name))
    expect(ids.slice(0, 6)).toEqual([
      'parts-csv-vae',
      'parts-csv-vae-2',
      'etc',
      '불량-검사-vae',
      'run',
      'run-2',
    ])
    expect(new Set(ids).size).toBe(names.length)
    for (const id of ids) {
      await storage.write(id, RECORD, bytes(record(id)))
      await storage.write(id, 'checkpoints/last/checkpoint.safetensors', bytes('weights'))
    }
    const listed = await storage.list()
    expect(listed.map(({ id }) => id).sort()).toEqual([...ids].sort())
    expect([...(await storage.paths(ids[3]!))].sort()).toEqual([
      'checkpoints/last/checkpoint.safetensors',
      RECORD,
    ])
    expect(await (await storage.read(ids[3]!, RECORD))!.text()).toBe(record('불량-검사-vae'))
    expect(await storage.read(ids[3]!, 'config.json')).toBeUndefined()
  })

  it.each([...['..', '.', '', '../other', '/etc', 'a/b', 'a\0b', 'a/../..']])(
    'refuse the name %j, which would be elsewhere',
    async (id) => {
      const folder = folderOf({ 'runs/a/b/keep.txt': 'kept', 'other/keep.txt': 'kept' })
      const storage = localStorage(join(folder, 'runs'))
      for (const refused of [
        storage.remove(id),
        storage.write(id, 'x', bytes('x')),
        storage.read(id, 'keep.txt'),
        storage.paths(id),
      ])
        await expect(refused).rejects.toMatchObject(userError)
      expect(existsSync(join(folder, 'runs/a/b/keep.txt'))).toBe(true)
      expect(existsSync(join(folder, 'other/keep.txt'))).toBe(true)
    },
  )

  it.each([...['../b/x', '../../x', 'data/../../b/x', './x', 'a\0']])(
    'refuse the path %j, which would leave the run',
    async (path) => {
      const folder = folderOf({ 'runs/a/keep.txt': '' })
      const storage = localStorage(join(folder, 'runs'))
      await expect(storage.write('a', path, bytes('x'))).rejects.toMatchObject(userError)
      await expect(storage.read('a', path)).rejects.toMatchObject(userError)
      expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
        'runs',
        'runs/a',
        'runs/a/keep.txt',
      ])
    },
  )

  it('replace a file as a whole: whoever reads meanwhile finds the old or the new one, and nothing else is left', async () => {
    const folder = folderOf({ 'runs/a/weights': 'a'.repeat(200_000) })
    const storage = localStorage(join(folder, 'runs'))
    const seen = new Set<string>()
    let writing = true
    const reading = (async () => {
      while (writing) {
        const text = await (await storage.read('a', 'weights'))!.text()
        seen.add(`${text[0]} ${text.length} ${text === text[0]!.repeat(text.length)}`)
      }
    })()
    for (const letter of 'bcdefgh')
      await storage.write('a', 'weights', bytes(letter.repeat(200_000)))
    writing = false
    await reading
    for (const text of seen) expect(text).toMatch(/^[a-h] 200000 true$/)
    expect(readdirSync(join(folder, 'runs/a'))).toEqual(['weights'])
  })

  it('say in one line that the disk cannot be written or read, and keep what was there', async () => {
    const folder = folderOf({ 'runs/a/weights/x': 'old', file: '' })
    const storage = localStorage(join(folder, 'runs'))
    // A folder where a file should be, and a file where a folder should be.
    await expect(storage.write('a', 'weights', bytes('new'))).rejects.toMatchObject(userError)
    await expect(storage.read('a', 'weights')).rejects.toMatchObject(userError)
    await expect(localStorage(join(folder, 'file')).newId('run')).rejects.toMatchObject(userError)
    await expect(storage.write('a', 'n'.repeat(300), bytes(''))).rejects.toMatchObject(userError)
    expect(readFileSync(join(folder, 'runs/a/weights/x'), 'utf8')).toBe('old')
    expect(readdirSync(join(folder, 'runs/a'))).toEqual(['weights'])
  })

  it.skipIf(process.getuid?.() === 0)(
    'say that a folder may not be written to (not as root, who may)',
    async () => {
      const folder = folderOf({ 'runs/a/weights': '' })
      chmodSync(join(folder, 'runs/a'), 0o500)
      await expect(
        localStorage(join(folder, 'runs')).write('a', 'x', bytes('')),
      ).rejects.toMatchObject(userError)
      chmodSync(join(folder, 'runs/a'), 0o700)
    },
  )

  it('are not what is no run: other folders, files, and damaged records', async () => {
    const folder = folderOf({
      'runs/a/config.json': '{}',
      'runs/b/studio.json': '{',
      'runs/note.txt': '',
    })
    expect(await localStorage(join(folder, 'runs')).list()).toEqual([])
    expect(await localStorage(join(folder, 'none')).list()).toEqual([])
  })
})

describe('the host in the local server', () => {
  const outside = folderOf({ 'secret.csv': 'a,b\n1,2\n', 'run/config.json': '{}' })
  const folder = folderOf({
    'parts.csv': 'a,b\n1,2\n3,4\n',
    'deep/er/table.parquet': '',
    'deep/er/still/too.csv': '',
    'package/manifest.json': '{}',
    'package/model.safetensors': 'weights',
    'runs/one/config.json': '{}',
    'runs/one/checkpoints/last/checkpoint.safetensors': '',
    '.hidden/x.csv': '',
    'node_modules/y.csv': '',
    'readme.txt': '',
    'mixed/a.png': '',
    'mixed/x.csv': '',
    'flat/1.jpg': '',
    'flat/metadata.csv': '',
  })
  for (const [kind, name] of ['crack', 'fine'].entries())
    for (let i = 0; i < 12; i++) {
      mkdirSync(join(folder, 'faults', name), { recursive: true })
      writeFileSync(
        join(folder, 'faults', name, `${i}.png`),
        png({ data: pixels(12, 20 * i + kind) }),
      )
    }
  symlinkSync(outside, join(folder, 'link'))
  symlinkSync(join(outside, 'secret.csv'), join(folder, 'package/secret.csv'))
  symlinkSync(join(folder, 'parts.csv'), join(folder, 'same.csv'))
  const host = localHost(folder, () => {})
  const given = (path: string) => host.data({ from: 'folder', path }, { onProgress: () => {} })

  it('lists data, runs and packages of its folder and of the folders in it, and nothing behind a link', async () => {
    const found = await host.folder()
    expect(found.map(({ path, kind }) => `${kind} ${path}`).sort()).toEqual([
      'data deep/er/table.parquet',
      'data faults',
      'data flat',
      'data mixed/x.csv',
      'data parts.csv',
      'data same.csv',
      'package package',
      'run runs/one',
    ])
  })

  it('opens a folder of pictures, and a table with its columns', async () => {
    const { calls, close } = openSession(host)
    expect(await calls.openData({ from: 'folder', path: 'faults' })).toMatchObject({
      ...{ kind: 'images', rows: 24, picture: { width: 4, height: 3, channels: 1 } },
      classes: [
        { name: 'crack', count: 12 },
        { name: 'fine', count: 12 },
      ],
    })
    const numbers = Array.from({ length: 30 }, (_, i) => `${i}.5,${i % 7}`)
    writeFileSync(join(folder, 'numbers.csv'), `a,b\n${numbers.join('\n')}\n`)
    const { columns } = await calls.openData({ from: 'folder', path: 'numbers.csv' })
    expect(columns!.map(({ name }) => name)).toEqual(['a', 'b'])
    const reading = { kinds: { b: 'ignore' } }
    const again = await calls.openData({ from: 'folder', path: 'numbers.csv', reading })
    expect(again.columns!.map(({ kind }) => kind)).toEqual(['numeric', 'ignore'])
    await close()
    rmSync(join(folder, 'numbers.csv'))
  })

  it.each([
    ...[
      '../secret.csv',
      '..',
      '/etc/passwd',
      outside,
      'link/secret.csv',
      'link',
      'package/secret.csv',
    ],
    'deep/../../x',
  ])('opens nothing outside of it: %s', async (path) => {
    await expect(given(path)).rejects.toMatchObject(userError)
    await expect(host.files!(path)).rejects.toMatchObject(userError)
  })

  it('opens what lies in it, also by a way round, with the corrections of reading', async () => {
    expect(await given('parts.csv')).toMatchObject({
      name: 'parts.csv',
      source: { data: join(folder, 'parts.csv') },
    })
    expect(await given('deep/../same.csv')).toMatchObject({
      source: { data: join(folder, 'parts.csv') },
    })
    const reading = { label: 'b', layout: 'hw', kinds: { a: 'count' } }
    const request = { from: 'folder', path: 'parts.csv', reading } as const
    expect((await host.data(request, { onProgress: () => {} })).options).toEqual({
      label: 'b',
      layout: 'hw',
    })
  })

  it('gives the files of a package without those that are links', async () => {
    const files = await host.files!('package')
    expect(files.map(({ path }) => path).sort()).toEqual([
      'package/manifest.json',
      'package/model.safetensors',
    ])
  })

  it('has no name of a bundled set for another', async () => {
    await expect(
      host.data({ from: 'bundled', name: 'cifar' }, { onProgress: () => {} }),
    ).rejects.toMatchObject(userError)
  })

  it.each(['faults/../../x.png', 'faults//../../x.png', 'faults/a\0.png'])(
    'writes no picture outside of a folder: %j',
    async (path) => {
      await expect(picturesFolder([dropped(path, 'x')])).rejects.toMatchObject(userError)
    },
  )
})
