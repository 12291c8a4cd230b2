import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { fileBytes } from '../../../src/data/table/read/file-bytes.ts'
import { openRecords } from '../../../src/data/table/read/open-records.ts'
import { utf8 } from './written.ts'

const root = mkdtempSync(join(tmpdir(), 'latentlab-bytes-'))
const path = join(root, 'table.csv')
const text = `a,b\n${'1,2\n'.repeat(40_000)}`

beforeEach(() => writeFileSync(path, text))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const CHANGED = `${path}: was changed while it was read (its size or its time of modification is another one); try again when nothing writes to it`

describe('the bytes of a file', () => {
  it('come in pieces and from anywhere, the last ones fewer', async () => {
    writeFileSync(path, 'abcdefghij')
    const source = await fileBytes(path, 4)
    expect(source).toMatchObject({ name: path, size: 10 })
    const pieces: string[] = []
    for await (const piece of source.stream()) pieces.push(new TextDecoder().decode(piece))
    expect(pieces).toEqual(['abcd', 'efgh', 'ij'])
    expect(await source.slice(3, 6)).toEqual(utf8('def'))
    expect(await source.slice(8, 40)).toEqual(utf8('ij'))
    expect(await source.slice(10, 12)).toEqual(utf8(''))
  })

  it.each([
    ['a folder', () => root, 'is a folder; expected a file'],
    ['a file that is not there', () => join(root, 'none.csv'), 'there is no such file'],
    ['a file in a file', () => join(path, 'x.csv'), 'there is no such file'],
    ['a device', () => '/dev/zero', 'is a character device'],
    [
      'a pipe',
      () => {
        execFileSync('mkfifo', [join(root, 'pipe')])
        return join(root, 'pipe')
      },
      'is a named pipe',
    ],
  ])('are refused for %s', async (_, named, message) => {
    const name = named()
    await expect(fileBytes(name)).rejects.toThrow(name)
    await expect(fileBytes(name)).rejects.toThrow(message)
  })

  const changes: [string, () => void, string][] = [
    ['grows', () => appendFileSync(path, '1,2\n'), CHANGED],
    ['shrinks', () => truncateSync(path, 1000), CHANGED],
    ['is written again', () => utimesSync(path, 1, 1), CHANGED],
    [
      'is replaced',
      () => {
        writeFileSync(`${path}.new`, text)
        renameSync(`${path}.new`, path)
      },
      CHANGED,
    ],
    ['is removed', () => rmSync(path), `${path}: there is no such file`],
  ]
  it.each(changes)('are refused in a slice of a file that %s', async (_, change, message) => {
    const source = await fileBytes(path)
    change()
    await expect(source.slice(0, 4)).rejects.toThrow(message)
    await expect(source.stream()[Symbol.asyncIterator]().next()).rejects.toThrow(message)
  })

  it.each(changes.slice(0, 3))(
    'are refused between the batches of a table that %s',
    async (_, change, message) => {
      const source = await openRecords(await fileBytes(path, 4096), {})
      let rows = 0
      const reading = async () => {
        for await (const batch of source.batches()) {
          if (rows === 0) change()
          rows += batch.count
        }
      }
      await expect(reading()).rejects.toThrow(message)
      expect(rows).toBeGreaterThan(0)
    },
  )
})
