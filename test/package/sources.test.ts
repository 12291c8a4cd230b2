import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { sourceAt as sourceInPage } from '../../src/app/package/browser.ts'
import { sourceAt } from '../../src/app/package/node.ts'
import { fileListSource, type GivenFile } from '../../src/package/file-list.ts'
import { folderSource, writePackage } from '../../src/package/folder.ts'
import { memorySource } from '../../src/package/source.ts'
import { verifyFiles } from '../../src/package/verify-files.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { systemError, withFileSystem } from '../robustness/file-system.ts'
import { madeUp, refusalOf, textBytes } from './made-up.ts'

const root = mkdtempSync(join(tmpdir(), 'latentlab-sources-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const at = (...names: string[]) => join(root, ...names)

/** A package in a folder of its own. */
async function written(name: string): Promise<string> {
  await writePackage(at(name), await madeUp())
  return at(name)
}

describe('a package in a folder', () => {
  it('is written as it is, with the folders on the way, and found sound', async () => {
    const files = await madeUp()
    await writePackage(at('packages', 'new', 'sensors'), files)
    const folder = at('packages', 'new', 'sensors')
    const found = readdirSync(folder, { recursive: true }).map(String).sort()
    expect(found).toEqual([...files.keys(), 'onnx'].sort())
    for (const [path, bytes] of files)
      expect(Buffer.compare(readFileSync(join(folder, path)), bytes), path).toBe(0)
    expect(readdirSync(at('packages', 'new'))).toEqual(['sensors'])
    const source = folderSource(folder)
    expect((await source.list!()).sort()).toEqual([...files.keys()].sort())
    expect(await verifyFiles(source)).toEqual([])
  })

  it('is never written over another, nor in part', async () => {
    const folder = await written('taken')
    const before = readFileSync(join(folder, 'config.json'))
    expect(await refusalOf(async () => writePackage(folder, await madeUp()))).toBe(
      `out: '${folder}': the folder exists already and is not empty; choose another name, or remove it`,
    )
    expect(readFileSync(join(folder, 'config.json'))).toEqual(before)
    await expect(writePackage(at('x'), new Map([['../y.json', textBytes('1')]]))).rejects.toThrow(
      'files: the path "../y.json" is not allowed',
    )
    writeFileSync(at('file'), '')
    expect(await refusalOf(async () => writePackage(at('file', 'p'), await madeUp()))).toBe(
      `cannot write ${at('file', 'p')}: a part of the path is not a folder`,
    )
    // A name too long for the file system, once everything is written but the last file.
    const long = new Map([
      ...(await madeUp()),
      [`a/${'b'.repeat(150)}/${'c'.repeat(40)}.md`, textBytes('')],
    ])
    const parent = at('made', 'on', 'the', 'way')
    await expect(writePackage(join(parent, 'd'.repeat(300)), long)).rejects.toThrow(
      'the name is too long',
    )
    expect(existsSync(at('made'))).toBe(false)
    expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('is whole or not there, whichever step fails, and nothing else is left', async () => {
    const files = await madeUp()
    const folder = at('deep', 'down', 'p')
    const isWhole = () =>
      [...files].every(([path, bytes]) => readFileSync(join(folder, path)).equals(bytes))
    let failing = 0
    for (let isDone = false; !isDone; failing++) {
      let step = 0
      const writing = withFileSystem(
        () => {
          if (existsSync(folder)) expect(isWhole()).toBe(true)
          if (step++ === failing) throw systemError(failing % 2 === 0 ? 'ENOSPC' : 'EROFS')
        },
        () => writePackage(folder, files),
      )
      isDone = await writing.then(
        () => step <= failing,
        (error) => {
          expect(error).toBeInstanceOf(UserError)
          expect(error.message).toMatch(
            /^cannot write \S+deep\/down\/p\S*: the (disk is full|file system is read-only)$/,
          )
          return false
        },
      )
      expect(existsSync(isDone ? folder : at('deep')), `step ${failing}`).toBe(isDone)
      if (isDone) expect(isWhole()).toBe(true)
      rmSync(at('deep'), { recursive: true, force: true })
    }
    expect(failing).toBeGreaterThan(20)
  })

  it('is read inside the folder only: links may stay in it, not leave it', async () => {
    const folder = await written('linked')
    writeFileSync(at('secret.json'), 'secret')
    const source = folderSource(folder)
    const replaced = (target: string) => {
      rmSync(join(folder, 'config.json'))
      symlinkSync(target, join(folder, 'config.json'))
    }
    cpSync(join(folder, 'config.json'), join(folder, 'copy.json'))
    replaced('copy.json')
    expect(Buffer.from(await source.read('config.json', 100))).toEqual(
      readFileSync(join(folder, 'copy.json')),
    )
    const leaving = `${folder}/config.json: is a link that leads out of the folder; copy the package with its files instead of links (cp -rL)`
    for (const target of [
      '../secret.json',
      at('secret.json'),
      '/etc/passwd',
      '/proc/self/environ',
      '..',
    ]) {
      replaced(target)
      expect(await refusalOf(() => source.read('config.json', 1e6)), target).toBe(leaving)
    }
    replaced('nowhere.json')
    expect(await refusalOf(() => source.read('config.json', 100))).toBe(
      `${folder}/config.json: there is no such file`,
    )
    renameSync(join(folder, 'onnx'), at('elsewhere'))
    symlinkSync(at('elsewhere'), join(folder, 'onnx'))
    expect(await refusalOf(() => source.read('onnx/encoder.onnx', 1e6))).toMatch(
      'linked/onnx/encoder.onnx: is a link that leads out of the folder',
    )
    // The folder itself may be a link.
    symlinkSync(await written('direct'), at('shortcut'))
    expect(await verifyFiles(folderSource(at('shortcut')))).toEqual([])
  })

  it('is read no further than its files go, and of regular files only', async () => {
    const folder = await written('odd')
    const source = folderSource(folder)
    expect(await refusalOf(() => source.read('../odd/config.json', 100))).toMatch(
      `${folder}: the path "../odd/config.json" is not allowed`,
    )
    expect(await refusalOf(() => source.read('config.json', 45))).toBe(
      `${folder}/config.json: has 46 bytes, and at most 45 bytes of such a file can be read`,
    )
    expect(await refusalOf(() => source.read('onnx', 1e6))).toMatch(
      `cannot read ${folder}/onnx: there is a folder of that name`,
    )
    rmSync(join(folder, 'config.json'))
    execFileSync('mkfifo', [join(folder, 'config.json')])
    expect(await refusalOf(() => source.read('config.json', 100))).toBe(
      `${folder}/config.json: is a named pipe; expected a regular file`,
    )
    expect(await refusalOf(() => folderSource(at('nothing')).read('a.json', 1))).toBe(
      `cannot read ${at('nothing')}: there is no such file or folder`,
    )
    expect(await refusalOf(() => folderSource(join(folder, 'README.md')).list!())).toBe(
      `${folder}/README.md: is not a folder; expected that of a package`,
    )
    mkdirSync(at('empty'))
    expect(await verifyFiles(folderSource(at('empty')))).toEqual([
      {
        path: 'manifest.json',
        what: 'there is no such file, and every package has one',
        isNote: false,
      },
    ])
  })

  it('may lie in a clone: hidden files are passed over, others are noted', async () => {
    const folder = await written('clone')
    mkdirSync(join(folder, '.git', 'objects'), { recursive: true })
    writeFileSync(join(folder, '.git', 'objects', 'ab'), 'x')
    writeFileSync(join(folder, '.gitattributes'), '*.onnx filter=lfs\n')
    expect(await verifyFiles(folderSource(folder))).toEqual([])
    mkdirSync(join(folder, 'notes'))
    writeFileSync(join(folder, 'notes', 'to do.txt'), 'x')
    const note = { what: 'is not in manifest.json; nothing reads it', isNote: true }
    expect(await verifyFiles(folderSource(folder))).toEqual([{ path: 'notes/to do.txt', ...note }])
  })
})

describe('a package as a list of files', () => {
  const listOf = (files: ReadonlyMap<string, Uint8Array>, folder = 'sensors'): GivenFile[] =>
    Array.from(files, ([path, bytes]) =>
      Object.assign(new File([bytes as BlobPart], path.split('/').at(-1)!), {
        webkitRelativePath: `${folder}/${path}`,
      }),
    )

  it('is read without the name of the folder that was chosen', async () => {
    const files = await madeUp()
    const source = fileListSource(listOf(files))
    expect(source.name).toBe('sensors')
    expect((await source.list!()).sort()).toEqual([...files.keys()].sort())
    expect(await verifyFiles(source)).toEqual([])
    expect(await source.read('onnx/encoder.onnx', 1e6)).toEqual(files.get('onnx/encoder.onnx'))
  })

  it('may be named by paths where there is no folder', async () => {
    const files = Array.from(await madeUp(), ([path, bytes]) => new File([bytes as BlobPart], path))
    const source = fileListSource(files)
    expect(source.name).toBe('files')
    expect(await verifyFiles(source)).toEqual([])
  })

  it('is refused in one line where files are missing, too large, twice or of several folders', async () => {
    const files = listOf(await madeUp())
    expect(await refusalOf(() => fileListSource([...files, files[0]!]))).toBe(
      'files: there are two of the path "config.json"',
    )
    const others = listOf(await madeUp(), 'other')
    expect(await refusalOf(() => fileListSource([...files, ...others]))).toBe(
      'files: they are of several folders, "sensors" and "other"; expected those of one package',
    )
    const source = fileListSource(files)
    expect(await refusalOf(() => source.read('toString', 9))).toBe(
      'sensors/toString: there is no such file',
    )
    expect(await refusalOf(() => source.read('config.json', 45))).toBe(
      'sensors/config.json: has 46 bytes, more than the 45 bytes expected',
    )
    const gone: GivenFile = {
      name: 'config.json',
      size: 3,
      arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')),
    }
    expect(await refusalOf(() => fileListSource([gone]).read('config.json', 9))).toBe(
      'files/config.json: cannot be read (NotReadableError): it was moved or changed; choose the folder again',
    )
  })
})

describe('a package as a caller names it', () => {
  it('is a folder, an address, files or a source', async () => {
    const folder = await written('named')
    expect(await verifyFiles(sourceAt(folder))).toEqual([])
    for (const at of [sourceAt, sourceInPage]) {
      expect(at('https://example.org/p/').name).toBe('https://example.org/p')
      expect(at(new URL('http://example.org/p')).name).toBe('http://example.org/p')
      expect(at([new File(['{}'], 'config.json')]).name).toBe('files')
      expect(await verifyFiles(at(await madeUp()))).toEqual([])
      const own = memorySource(new Map(), 'own')
      expect(at(own)).toBe(own)
    }
  })

  it('is refused in one line where it is nothing of these', async () => {
    const expected = 'location: expected the folder or the address of a package, or its files'
    for (const [location, got] of [
      ['', '""'],
      [undefined, 'undefined'],
      [null, 'null'],
      [7, '7'],
      [{}, 'a value of type Object'],
      [[], 'no files'],
      [['a.json'], '"a.json" among them'],
      [[new File([], 'a.json'), null], 'null among them'],
    ])
      expect(await refusalOf(() => sourceAt(location as string))).toBe(`${expected}, got ${got}`)
    expect(await refusalOf(() => sourceInPage(7 as never))).toBe(
      'location: expected the address of a package, or its files, got 7',
    )
    expect(await refusalOf(() => sourceAt(new URL('file:///etc')))).toBe(
      'address: expected one of https: or http:, got "file:"',
    )
  })
})

describe('a package in memory', () => {
  it('is refused paths and sizes as any other', async () => {
    const source = memorySource(await madeUp(), 'p')
    expect(await refusalOf(() => source.read('/etc/passwd', 9))).toMatch(
      'p: the path "/etc/passwd" is not allowed',
    )
    expect(await refusalOf(() => source.read('README.md', 19))).toBe(
      'p/README.md: has 20 bytes, more than the 19 bytes expected',
    )
  })
})
