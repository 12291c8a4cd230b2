import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { pathFault, pathsFault } from '../../src/package/files.ts'
import {
  type Manifest,
  manifestOf,
  openManifest,
  parseManifest,
  readListed,
  requireSeal,
} from '../../src/package/manifest.ts'
import { memorySource } from '../../src/package/source.ts'
import type { UserError } from '../../src/tensor/errors.ts'
import { bytesText, madeUp, refusalOf, sealed, textBytes } from './made-up.ts'

const hashOf = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

describe('the paths of a package', () => {
  it('are relative, of plain names', () => {
    for (const path of ['config.json', 'onnx/encoder.onnx', 'a/b_c-d.e/F.0', '_x', 'console.json'])
      expect(pathFault(path), path).toBeUndefined()
    const bad = [
      ...[
        '',
        '.',
        '..',
        '/a',
        'a/',
        'a//b',
        '../a',
        'a/../b',
        'a/./b',
        'a/..',
        '~/a',
        '-a',
        '.git/config',
      ],
      ...[
        'a\\b',
        '..\\a',
        'C:a',
        'C:/a',
        'c:\\a',
        '\\\\host\\a',
        'file:///a',
        'a b',
        'a\nb',
        'a\0',
        'a\u007f',
      ],
      ...[
        'é',
        'a%2e',
        'a?b',
        'a#b',
        'a*',
        'a.',
        'a./b',
        'con',
        'NUL.json',
        'a/aux.b',
        'Lpt1',
        'x'.repeat(201),
      ],
      ...[undefined, null, 7, ['a']],
    ]
    for (const path of bad) expect(pathFault(path), String(path)).toMatch(/^[^\n]*(path|letters)/)
  })

  it('differ in more than case, and none is the folder of another', () => {
    expect(pathsFault(['a.json', 'b/a.json', 'b/c/a.json'])).toBeUndefined()
    expect(pathsFault(['onnx/a.json', 'ONNX/a.json'])).toBe(
      'the paths "onnx/a.json" and "ONNX/a.json" differ in nothing but case',
    )
    expect(pathsFault(['a.md', 'A.md/b.json'])).toBe('"a.md" is both a file and a folder')
    expect(pathsFault(['x/y.md/z.md', 'x/y.md'])).toBe('"x/y.md" is both a file and a folder')
  })

  it('are of files that hold data or text, and of at most 100', () => {
    for (const path of ['a.pkl', 'a.py', 'a.bin', 'a.js', 'a', 'a.onnx.data', 'json'])
      expect(pathsFault([path])).toBe(
        `"${path}" is of a kind that a package does not hold; expected .json, .safetensors, .onnx or .md`,
      )
    const many = Array.from({ length: 101 }, (_, i) => `${i}.json`)
    expect(pathsFault(many)).toBe('lists 101 files; expected at most 100')
    expect(pathsFault(many.slice(1))).toBeUndefined()
  })
})

describe('a manifest', () => {
  it('lists each file with its size and hash, and has a seal over that', async () => {
    const files = await madeUp()
    const manifest = JSON.parse(bytesText(files.get('manifest.json')!)) as Manifest
    files.delete('manifest.json')
    const paths = ['README.md', 'config.json', 'model.safetensors', 'onnx/encoder.onnx']
    const entries = paths.map((path) => [path, files.get(path)!] as const)
    const expected = entries.map(([path, bytes]) => [
      path,
      { bytes: bytes.length, sha256: hashOf(bytes) },
    ])
    const rows = entries.map(([path, bytes]) => [path, bytes.length, hashOf(bytes)])
    expect(manifest).toEqual({
      format: 'latentlab package 1',
      latentlab: '1.2.3',
      files: Object.fromEntries(expected),
      seal: hashOf(JSON.stringify(['latentlab package 1', '1.2.3', rows])),
    })
    expect(Object.keys(manifest.files)).toEqual(paths)
    const reversed = new Map([...files].reverse())
    expect(await manifestOf(reversed, '1.2.3')).toEqual(await manifestOf(files, '1.2.3'))
  })

  it('has the same hashes in a page that is not a secure context', async () => {
    const expected = await madeUp()
    vi.stubGlobal('crypto', {})
    try {
      expect(await madeUp()).toEqual(expected)
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it('is not made for paths that a package cannot have', async () => {
    const only = (path: string) => manifestOf(new Map([[path, textBytes('x')]]), '1.2.3')
    await expect(only('../a.json')).rejects.toThrow(
      'manifest.json: the path "../a.json" is not allowed',
    )
    await expect(only('a.py')).rejects.toThrow('"a.py" is of a kind that a package does not hold')
    await expect(only('Manifest.json')).rejects.toThrow('manifest.json: lists itself')
  })

  const parsed = async () =>
    JSON.parse(bytesText((await madeUp()).get('manifest.json')!)) as Manifest
  const refused = (text: string) => refusalOf(() => parseManifest(textBytes(text), 'm'))

  /** The message for a manifest in which some fields, and some of its files, differ from a good one. */
  const edited = async (fields: object, files: object = {}) => {
    const manifest = await parsed()
    return refused(
      JSON.stringify({ ...manifest, files: { ...manifest.files, ...files }, ...fields }),
    )
  }

  /** The same, with a seal that fits. */
  const resealed = async (added: Readonly<Record<string, Manifest['files'][string]>>) => {
    const { format, latentlab, files } = await parsed()
    const all = { ...files, ...added }
    const rows = Object.keys(all)
      .sort()
      .map((path) => [path, all[path]!.bytes, all[path]!.sha256])
    const seal = hashOf(JSON.stringify([format, latentlab, rows]))
    return refused(JSON.stringify({ format, latentlab, files: all, seal }))
  }
  const hash = 'f'.repeat(64)
  const entry = { bytes: 1, sha256: hash }

  it('is refused in one line where it is of another form', async () => {
    const notOurs = 'expected "latentlab package 1": it is not a package, or one of a later version'
    expect(await refused('x')).toBe('m: is not JSON')
    expect(await refused('[]')).toBe(`m: format is undefined; ${notOurs}`)
    expect(await refused('{"format":"latentlab package 2"}')).toBe(
      `m: format is "latentlab package 2"; ${notOurs}`,
    )
    expect(await refused('{"format":"a","format":"b"}')).toBe('m: has the name "format" twice')
    expect(await refused('<!DOCTYPE html><html>')).toBe(
      'm: is a web page instead of the file; expected the address of the folder that holds the files themselves',
    )
    expect(await edited({ files: undefined })).toBe('m: files: is missing; expected an object')
    expect(await edited({ files: [] })).toBe('m: files: expected an object, got []')
    expect(await edited({ extra: 1 })).toMatch('m: has fields that do not belong there: extra')
    expect(await edited({ latentlab: 3 })).toBe('m: latentlab: expected a text, got 3')
    expect(await edited({ seal: 'abc' })).toBe(
      'm: seal: expected a SHA-256 of 64 hexadecimal digits, got abc',
    )
    for (const bytes of [-1, 0.5, 2 ** 31, '3', null])
      expect(await edited({}, { 'a.md': { ...entry, bytes } })).toMatch(
        /^m: files a\.md bytes: expected .*, got/,
      )
    expect(await edited({}, { 'a.md': { ...entry, sha256: hash.toUpperCase() } })).toMatch(
      /^m: files a\.md sha256: expected a SHA-256 of 64 hexadecimal digits, got "F+…"$/,
    )
  })

  it('is refused with paths that leave the folder, though its seal fits', async () => {
    const adding = (path: string) => resealed({ [path]: entry })
    expect(await adding('../outside.json')).toMatch(
      /^m: the path "\.\.\/outside\.json" is not allowed/,
    )
    expect(await adding('/etc/x.json')).toMatch(/^m: the path "\/etc\/x\.json" is not allowed/)
    expect(await adding('readme.md')).toMatch('differ in nothing but case')
    expect(await adding('run.py')).toMatch('"run.py" is of a kind that a package does not hold')
    expect(await adding('manifest.json')).toBe('m: lists itself')
    const large = { ...entry, bytes: 2 ** 31 - 1 }
    expect(await resealed({ 'a.onnx': large, 'b.onnx': large, 'c.onnx': large })).toMatch(
      /^m: its files have 64424\d+ bytes; expected at most 4294967296$/,
    )
  })

  it('is refused where it does not match its seal, whichever part was edited', async () => {
    const message = 'm: does not match its own seal: it was edited or damaged'
    const config = (await parsed()).files['config.json']!
    expect(await edited({ latentlab: '1.2.4' })).toBe(message)
    expect(await edited({}, { 'config.json': { ...config, bytes: config.bytes + 1 } })).toBe(
      message,
    )
    expect(await edited({}, { 'config.json': { ...config, sha256: hash } })).toBe(message)
    expect(await edited({}, { 'new.json': entry })).toBe(message)
    expect(await edited({}, { 'README.md': undefined })).toBe(message)
    expect(await edited({ seal: hash })).toBe(message)
  })

  it('has the seal that a caller asks for, or is refused', async () => {
    const files = await madeUp()
    const { seal } = await openManifest(memorySource(files))
    expect((await openManifest(memorySource(files), seal)).seal).toBe(seal)
    const other = memorySource(
      await sealed(new Map([...files, ['config.json', textBytes('{}')]])),
      'p',
    )
    const { seal: otherSeal } = await openManifest(other)
    expect(otherSeal).not.toBe(seal)
    expect(await refusalOf(() => openManifest(other, seal))).toBe(
      `p: the package has the seal ${otherSeal}, and seal asks for ${seal}: it is another package, or another version of it`,
    )
    try {
      requireSeal(await openManifest(other), 'abc', 'p')
      expect.unreachable()
    } catch (error) {
      expect((error as UserError).commandLine).toBe(
        '--seal: expected 64 hexadecimal digits, as the "seal" of manifest.json has them, got "abc"',
      )
    }
  })
})

describe('a file that the manifest lists', () => {
  const reading = async (bytes: Uint8Array, path = 'config.json') => {
    const files = await madeUp()
    const manifest = await openManifest(memorySource(files))
    return refusalOf(() =>
      readListed(memorySource(new Map([...files, [path, bytes]]), 'p'), manifest, path),
    )
  }
  it('is read where size and hash agree', async () => {
    const files = await madeUp()
    const source = memorySource(files)
    const manifest = await openManifest(source)
    expect(await readListed(source, manifest, 'config.json')).toBe(files.get('config.json'))
    expect(await refusalOf(() => readListed(source, manifest, 'toString'))).toBe(
      'the package/toString: is not in manifest.json, which lists README.md, config.json, model.safetensors and onnx/encoder.onnx',
    )
  })

  it('is refused in words for what it is instead', async () => {
    const config = bytesText((await madeUp()).get('config.json')!)
    expect(await reading(textBytes(config.replace('ae', 'AE')))).toBe(
      'p/config.json: does not match its hash in manifest.json: it was changed or damaged',
    )
    expect(await reading(textBytes(`${config} `))).toBe(
      'p/config.json: has 47 bytes, but manifest.json says 46: it was changed or cut off',
    )
    expect(await reading(textBytes(config.replace('\n', '\r\n')))).toBe(
      'p/config.json: its line ends were converted, as Git on Windows does: clone it again with -c core.autocrlf=false',
    )
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n'
    expect(await reading(textBytes(pointer), 'model.safetensors')).toBe(
      'p/model.safetensors: is a pointer of Git LFS instead of the file; fetch the files with: git lfs pull',
    )
    expect(await reading(new Uint8Array(2 ** 17))).toBe(
      'p/config.json: has 131072 bytes, more than the 65582 bytes expected',
    )
  })
})
