import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  beside,
  csv,
  csvParts,
  npyParts,
  numberedColumns,
  openOutput,
  writeExamples,
} from '../../src/cli/output-file.ts'
import { parseNpy } from '../../src/data/npy.ts'
import { hostTensor } from '../../src/tensor/host.ts'

const folder = mkdtempSync(join(tmpdir(), 'latentlab-output-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('an output file', () => {
  it('has the format of its name', () => {
    expect(openOutput(join(folder, 'a.PNG'), ['npy', 'png']).format).toBe('png')
    expect(() => openOutput(join(folder, 'a.jpg'), ['npy', 'png'])).toThrow(
      /expected a name that ends in \.npy or \.png/,
    )
  })

  it('is refused where its folder is missing or its name is a folder', () => {
    mkdirSync(join(folder, 'folder.npy'))
    expect(() => openOutput(join(folder, 'no', 'a.npy'), ['npy'])).toThrow(/cannot write .*a\.npy/)
    expect(() => openOutput(join(folder, 'folder.npy'), ['npy'])).toThrow(/there is a folder/)
  })

  it('is replaced as a whole and leaves nothing beside it', async () => {
    const path = join(folder, 'replaced.csv')
    await openOutput(path, ['csv']).write('a longer text\n')
    await openOutput(path, ['csv']).write('short\n')
    expect(readFileSync(path, 'utf8')).toBe('short\n')
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full', async () => {
    await expect(openOutput('/dev/full', ['npy']).write('x')).rejects.toThrow(
      'cannot write /dev/full: the disk is full',
    )
  })

  it('takes parts as they are made, and is not there if one fails', async () => {
    const array = (...values: number[]) =>
      hostTensor('float32', [values.length / 2, 2], Float32Array.of(...values))
    async function* parts(fails = false) {
      yield array(0, 0.25, 0.5, 0.75)
      if (fails) throw new Error('no more')
      yield array(1, 1.25)
    }
    async function* tables() {
      for await (const part of parts()) yield numberedColumns('z', part)
    }
    const path = join(folder, 'parts.npy')
    await openOutput(path, ['npy']).write(npyParts([3, 2], parts()))
    const read = parseNpy(readFileSync(path), path)
    expect([read.shape, [...read.data]]).toEqual([
      [3, 2],
      [0, 0.25, 0.5, 0.75, 1, 1.25],
    ])
    const table = openOutput(join(folder, 'parts.csv'), ['csv'])
    await table.write(csvParts(tables()))
    expect(readFileSync(table.path, 'utf8')).toBe('z0,z1\n0,0.25\n0.5,0.75\n1,1.25\n')
    const before = readdirSync(folder)
    const failing = openOutput(join(folder, 'failed.npy'), ['npy'])
    await expect(failing.write(npyParts([3, 2], parts(true)))).rejects.toThrow('no more')
    expect(readdirSync(folder)).toEqual(before)
  })

  it('holds examples in their own shape', async () => {
    const output = openOutput(join(folder, 'examples.npy'), ['npy'])
    const values = hostTensor(
      'float32',
      [2, 6],
      Float32Array.from({ length: 12 }, (_, i) => i / 8),
    )
    await writeExamples(output, values, { exampleShape: [1, 2, 3] }, 1)
    const read = parseNpy(readFileSync(output.path), 'examples.npy')
    expect(read.shape).toEqual([2, 1, 2, 3])
    expect(read.data).toEqual(values.data)
  })
})

describe('a table', () => {
  it('has named columns, the left before the right', () => {
    const codes = hostTensor('float32', [2, 2], Float32Array.of(0.1, -2, 1e-8, 3))
    const label = { names: ['label'], rows: 2, cell: (row: number) => row + 7 }
    expect(csv(beside(numberedColumns('z', codes), label))).toBe(
      'z0,z1,label\n0.100000001,-2,7\n9.99999994e-9,3,8\n',
    )
  })

  it('gives every float32 back', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1 }), (values) => {
        const written = Float32Array.from(values)
        const text = csv(numberedColumns('x', hostTensor('float32', [1, values.length], written)))
        const read = Float32Array.from(text.split('\n')[1]!.split(','), Number)
        // −0 is written as 0.
        expect(read).toEqual(written.map((value) => value + 0))
      }),
    )
  })
})
