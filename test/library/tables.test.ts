import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { load, type Model, resume, train } from '../../src/entries/node.ts'

let folder: string
let model: Model
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latentlab-tables-'))
  await train({ data: rows, ...options, out: join(folder, 'run') })
  model = await load(join(folder, 'run'), { data: rows })
})
afterAll(async () => {
  await model?.close()
  await rm(folder, { recursive: true, force: true })
})

interface Row {
  readonly id: string
  readonly age: number
  readonly height: number | null
  readonly city: string
  readonly when: Date
  readonly seconds: number
}

const cities = ['Oslo', 'Bergen', 'Rome, Italy']
const rows: readonly Row[] = Array.from({ length: 200 }, (_, i) => ({
  id: `k${i}`,
  age: 20.5 + ((i * 7) % 50),
  height: i % 9 === 0 ? null : 1.5 + ((i * 13) % 60) / 100,
  city: cities[i % 3]!,
  when: new Date(Date.UTC(2020, 0, 1 + i)),
  seconds: 1.7e9 + 10 * Math.sin(i),
}))

const options = { hidden: [8], latent: 2, epochs: 2, validation: 20, threads: 1 }

const csvOf = (table: readonly Row[]) =>
  [
    'id,age,height,city,when,seconds',
    ...table.map(({ id, age, height, city, when, seconds }) =>
      [id, age, height ?? '', `"${city}"`, when.toISOString().slice(0, 10), seconds].join(','),
    ),
  ].join('\n')

describe('a model of a table', () => {
  it('is trained on each column by its kind, without keys', () => {
    const { table } = model.config.example!.form!
    expect(table!.columns.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      'age: numeric',
      'height: numeric',
      'city: categorical',
      'when: datetime',
      'seconds: numeric',
    ])
    expect(table!.columns.find(({ name }) => name === 'seconds')!.centre).toBeCloseTo(1.7e9, -2)
    expect(model.config.options.likelihood).toBe('columns')
  })

  it('reads rows by their names, whatever their order and what else they hold', async () => {
    const codes = await model.encode(rows.slice(3, 5))
    const turned = rows.slice(3, 5).map((row) => ({
      ...{ other: 7 },
      ...Object.fromEntries(Object.entries(row).reverse()),
    }))
    expect((await model.encode(turned)).data).toEqual(codes.data)
    // A row has the same code alone.
    const alone = await model.encode([rows[4]!])
    expect(alone.data[0]).toBeCloseTo(codes.data[2]!, 6)
    expect(alone.data[1]).toBeCloseTo(codes.data[3]!, 6)
  })

  it('returns rows in the units of the file', async () => {
    const [row] = await model.rows(await model.reconstruct([rows[4]!]))
    expect(Object.keys(row!)).toEqual(['age', 'height', 'city', 'when', 'seconds'])
    expect(row!.seconds).toBeGreaterThan(1.7e9 - 10)
    expect(row!.seconds).toBeLessThan(1.7e9 + 10)
    expect(cities).toContain(row!.city)
    expect((row!.when as Date).getUTCFullYear()).toBe(2020)
  })

  it('refuses a row without a column, and a value of another kind, naming both', async () => {
    await expect(model.encode([{ age: 3 }])).rejects.toThrow('examples: has no column "height"')
    await expect(model.encode([{ ...rows[0]!, age: 'old' }])).rejects.toThrow(
      'examples: row 1, column "age": expected a number, got "old"',
    )
  })

  it('takes what it returned as it is', async () => {
    const restored = await model.reconstruct(rows.slice(0, 4))
    const [first] = await model.rows(restored)
    const again = await model.encode([{ ...first!, id: 'x' }])
    const codes = await model.encode(restored)
    expect(again.data[0]).toBeCloseTo(codes.data[0]!, 4)
  })

  it('fills gaps with values of their column, and leaves all else of a row', async () => {
    const given = [
      { ...rows[1]!, city: null, note: 'kept' },
      rows[2]!,
      { ...rows[3]!, age: null, when: null, height: null },
      { id: 'k', age: null, height: null, city: null, when: null, seconds: null },
    ]
    const settings = { samples: 5, importanceSamples: 50, seed: 3 }
    const { rows: filled, gaps, effectiveSamples, notes } = await model.impute(given, settings)
    const columns = gaps.map(({ row, column }) => `${row} ${column}`)
    expect(columns).toEqual([
      '0 city',
      ...['2 age', '2 height', '2 when'],
      ...['3 age', '3 height', '3 city', '3 when', '3 seconds'],
    ])
    expect(filled[0]).toEqual({ ...given[0], city: gaps[0]!.value })
    expect(filled[1]).toEqual(rows[2])
    expect(filled[2]).toEqual({
      ...given[2],
      age: gaps[1]!.value,
      height: gaps[2]!.value,
      when: gaps[3]!.value,
    })
    const [city, age, , when] = gaps
    expect(city!.set![0]).toBe(city!.value)
    expect([...city!.set!, ...city!.draws].every((name) => cities.includes(String(name)))).toBe(
      true,
    )
    expect(city!.probability).toBeGreaterThan(0.3)
    expect(city).not.toHaveProperty('low')
    expect(age!.draws).toHaveLength(5)
    expect(age!.low).toBeLessThan(age!.value as number)
    expect(age!.high).toBeGreaterThan(age!.value as number)
    expect(age).not.toHaveProperty('set')
    const [low, high] = [when!.low, when!.high].map((date) => (date as Date).getTime())
    expect((when!.value as Date).getTime()).toBeGreaterThan(low!)
    expect((when!.value as Date).getTime()).toBeLessThan(high!)
    expect(effectiveSamples[1]).toBeNaN()
    expect(effectiveSamples[3]).toBeCloseTo(50, 3)
    expect(notes).toEqual([])
    const few = { ...settings, samples: 100 }
    expect((await model.impute(given, few)).notes[0]).toMatch(
      /^3 of 3 rows with gaps: fewer than 100 of 50 codes count, .* raise importanceSamples, or compare with method: 'gibbs'$/,
    )
    expect((await model.impute(given, settings)).gaps).toEqual(gaps)
  })

  it('is found again by the values of its data, wherever these are now', async () => {
    const file = join(folder, 'table.csv')
    await writeFile(file, csvOf(rows))
    const evaluate = async (data: string) => {
      const one = await load(join(folder, 'run'), { data })
      return one.evaluate('test').finally(() => one.close())
    }
    const moved = join(folder, 'moved.csv')
    await copyFile(file, moved)
    const [a, b] = [await evaluate(file), await evaluate(moved)]
    expect(a.bound).toBe((await model.evaluate('test')).bound)
    expect(b.bound).toBe(a.bound)
    await writeFile(moved, csvOf([{ ...rows[0]!, age: 21 }, ...rows.slice(1)]))
    await expect(evaluate(moved)).rejects.toThrow('the data has changed since the run was started')
  })

  it('is resumed to the bytes of one that was not stopped', async () => {
    const bytes = (run: string) =>
      readFile(join(folder, run, 'checkpoints', 'last', 'checkpoint.safetensors'))
    await train({ data: rows, ...options, epochs: 1, out: join(folder, 'short') })
    await resume(join(folder, 'short'), { data: rows, epochs: 2 })
    expect((await bytes('short')).equals(await bytes('run'))).toBe(true)
  })
})
