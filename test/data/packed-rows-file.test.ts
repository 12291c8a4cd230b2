import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openRowsFile, rowsFileWriter } from '../../src/data/packed-rows-file.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { stream } from '../../src/tensor/random.ts'

const folder = mkdtempSync(join(tmpdir(), 'latentlab-rows-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** 3 rows of bytes at 10, 20, … and 40 000 of three floats that are the row's number, its half, its negative. */
async function floats(path: string, count = 40_000) {
  const writer = await rowsFileWriter(path, 'float32', 3)
  const rows = Array.from({ length: count }, (_, i) => [i, i / 2, -i])
  writer.write(Float32Array.from(rows.slice(0, 7).flat()))
  writer.write(Float32Array.from(rows.slice(7).flat()))
  writer.finish()
  return openRowsFile(path)
}

describe('a file of packed rows', () => {
  it('gives rows in the order asked for, near and far ones and the same twice', async () => {
    const store = await floats(join(folder, 'floats'))
    expect([store.dtype, store.count, store.width, store.array]).toEqual([
      'float32',
      40_000,
      3,
      undefined,
    ])
    expect([...store.gather([5, 39_999, 4, 5, 0])]).toEqual(
      [5, 39_999, 4, 5, 0].flatMap((i) => [i, i / 2, i === 0 ? -0 : -i]),
    )
    const { permutation } = stream(1, 'rows')
    const rows = permutation(40_000)
    const gathered = store.gather(rows) as Float32Array
    expect(Array.from(rows, (_, i) => gathered[3 * i])).toEqual([...rows])
    expect(() => store.gather([40_000])).toThrow(RangeError)
    expect(() => store.gather([0.5])).toThrow(RangeError)
    store.close()
  })

  it('gives bytes as bytes', async () => {
    const path = join(folder, 'bytes')
    const writer = await rowsFileWriter(path, 'uint8', 2)
    writer.write(Uint8Array.of(10, 11, 20, 21, 30, 31))
    writer.finish()
    const store = openRowsFile(path)
    expect(store.gather([2, 0])).toEqual(Uint8Array.of(30, 31, 10, 11))
    expect(readFileSync(path).subarray(128)).toEqual(Buffer.of(10, 11, 20, 21, 30, 31))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    store.close()
  })

  it('is there only once it is finished', async () => {
    const path = join(folder, 'unfinished')
    const writer = await rowsFileWriter(path, 'uint8', 2)
    writer.write(Uint8Array.of(1, 2))
    expect(() => writer.write(Uint8Array.of(1))).toThrow('1 values are no rows of 2')
    expect(existsSync(path)).toBe(false)
    writer.discard()
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('is refused when it has changed or is none', async () => {
    const path = join(folder, 'changing')
    const store = await floats(path, 10)
    appendFileSync(path, 'x')
    const text = 'its size is not that of its rows: it has changed or is cut off'
    expect(() => store.gather([0])).toThrow(text)
    truncateSync(path, 140)
    expect(() => store.gather([9])).toThrow(UserError)
    expect(() => openRowsFile(path)).toThrow(text)
    store.close()
    writeFileSync(path, '{"format":"other"}')
    expect(() => openRowsFile(path)).toThrow('changing: is not a file of packed rows')
    expect(() => openRowsFile(join(folder, 'none'))).toThrow('there is no such file')
  })
})
