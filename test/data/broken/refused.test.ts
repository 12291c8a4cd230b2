import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDataSet } from '../../../src/data/open.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { cases, formats, sound } from './cases.ts'

const root = mkdtempSync(join(tmpdir(), 'latentlab-broken-'))
const usual = { seed: 1, validation: 5, binarize: 'none' } as const
const path = (name: string) => join(root, name)

beforeAll(() => {
  vi.stubEnv('XDG_CACHE_HOME', path('cache'))
  vi.stubEnv('TMPDIR', path('temporary'))
})
beforeEach(() => {
  rmSync(root, { recursive: true, force: true })
  mkdirSync(path('temporary'), { recursive: true })
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

const everything = () => readdirSync(root, { recursive: true }).sort()

async function refusalOf(file: string, options: object): Promise<unknown> {
  try {
    await openDataSet({ ...usual, data: path(file), ...options })
    return undefined
  } catch (error) {
    return error
  }
}

describe('a file that is broken on purpose is refused in one line, and nothing is left behind', () => {
  it('in at least 300 ways', () => {
    expect(cases.length).toBeGreaterThanOrEqual(300)
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  })

  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const { file, bytes, others = {}, options = {}, message } = one
    writeFileSync(path(file), bytes)
    for (const [name, text] of Object.entries(others)) writeFileSync(path(name), text)
    const before = everything()
    const schema = typeof options.schema === 'string' ? path(options.schema) : options.schema
    const error = await refusalOf(file, { ...options, ...(schema && { schema }) })
    expect(error).toBeInstanceOf(UserError)
    const text = (error as UserError).message.replaceAll(join(root, '/'), '')
    expect(text).toContain(message)
    expect(text).toMatch(/^[^\n\r]{1,500}$/)
    expect(text).toMatch(typeof options.schema === 'string' ? /schema\.json|table\.csv/ : file)
    expect(text).not.toMatch(/undefined|NaN|\[object|Error:|\n| at \S+:\d+/)
    expect(everything()).toEqual(before)
  })
})

describe('what is odd and can be trained on is noted', () => {
  it('has one hash and the same splits in every format', async () => {
    const opened = await Promise.all(
      formats.map(async ({ end, write }) => {
        writeFileSync(path(`sound.${end}`), write(sound()))
        return openDataSet({ ...usual, data: path(`sound.${end}`) })
      }),
    )
    expect(opened.map(({ notes }) => notes)).toEqual(formats.map(() => []))
    expect(new Set(opened.map(({ hash }) => hash)).size).toBe(1)
  })

  it.each(formats.map((format) => [format.end, format] as const))(
    'a constant column and one without values, %s',
    async (end, { write }) => {
      const { names, rows } = sound()
      const table = {
        names: [...names, '__proto__', 'empty'],
        rows: rows.map((row) => [...row, 'same', null]),
      }
      writeFileSync(path(`odd.${end}`), write(table))
      const { notes, exampleShape } = await openDataSet({ ...usual, data: path(`odd.${end}`) })
      expect(notes).toEqual([
        'column "__proto__" is left out: constant: every value is "same"',
        'column "empty" is left out: all values are missing',
      ])
      expect(exampleShape).toEqual([4])
    },
  )

  it('a column that is constant in the first 10,000 rows alone', async () => {
    const lines = Array.from(
      { length: 10_020 },
      (_, i) => `${(i % 17) / 4},${i < 10_010 ? 'a' : 'b'},${i === 10_019 ? 5 : ''},007`,
    )
    writeFileSync(path('sorted.csv'), `x,class,late,code\n${lines.join('\n')}\n`)
    const { notes } = await openDataSet({ ...usual, data: path('sorted.csv') })
    expect(notes).toEqual(
      expect.arrayContaining([
        'column "class" is left out: the first 10,000 rows have "a", but line 10012 has "b"; to train on it, state its kind in a schema',
        'column "late" is left out: the first 10,000 rows have no value, but line 10021 has "5"; to train on it, state its kind in a schema',
        'column "code" is left out: constant: every value is "007"',
      ]),
    )
  })
})
