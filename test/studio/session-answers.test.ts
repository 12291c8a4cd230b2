import { beforeAll, describe, expect, it } from 'vitest'
import { idxBytes } from '../../src/data/idx.ts'
import { writeNpy } from '../../src/data/npy.ts'
import { parseCorruption } from '../../src/entries/models.ts'
import { type Model, openRun } from '../../src/entries/node.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import type { ModelSummary, PointColours } from '../../studio/src/protocol/api.ts'
import { pixels } from '../data/pictures/files.ts'
import { dropped, memorySession, type Opened } from './memory-host.ts'
import { keptFiles, ownFiles, parts, partsFile, small, trained, trainedOnParts } from './parts.ts'

/** The model of a session's run, as the library opens it. */
const libraryModel = (opened: Opened, data: Parameters<typeof openRun>[1]): Promise<Model> =>
  openRun(ownFiles(keptFiles(opened).files), data)

const codes = Float32Array.of(0.5, -1, 0, 2)
const asCodes = hostTensor('float32', [2, 2], codes)
const two = Int32Array.of(1, 4)

function ofClasses(colours: PointColours): Extract<PointColours, { kind: 'classes' }> {
  if (colours.kind !== 'classes') throw new Error('expected classes')
  return colours
}

describe('answers about a table', () => {
  let opened: Opened
  let model: Model
  beforeAll(async () => {
    opened = await trainedOnParts()
    model = await libraryModel(opened, { data: parts })
    return () => model.close()
  })

  it('are those of the library: codes, decoded and reconstructed rows, samples', async () => {
    const { calls } = opened
    const values = await calls.examples(two)
    expect(await calls.decode(codes)).toEqual((await model.decode(asCodes)).data)
    expect(await calls.sample(3, 7)).toEqual((await model.sample(3, { seed: 7 })).data)
    expect(await calls.sample(3, 8)).not.toEqual(await calls.sample(3, 7))
    const { numbers } = await calls.map()
    const rows = [...two].map((place) => parts[numbers[place]!]!)
    expect(await calls.encode(values)).toEqual((await model.encode(rows)).data)
    expect(await calls.reconstruct(values)).toEqual((await model.reconstruct(rows)).data)
  })

  it('gives back the rows of the file for the values of examples, and the kinds of their columns', async () => {
    const { calls } = opened
    const { numbers, classes } = await calls.map()
    const all = Int32Array.from(numbers.keys())
    const rows = await calls.rows(await calls.examples(all))
    rows.forEach(([length, width, load, colour], place) => {
      const row = parts[numbers[place]!]!
      expect(length).toBeCloseTo(row.length, 4)
      expect(width).toBeCloseTo(row.width, 4)
      if (row.load === null) expect(load).toBeNull()
      else expect(load).toBeCloseTo(row.load, 4)
      expect(colour).toBe(row.colour)
    })
    const { names, values } = ofClasses(await calls.colours({ by: 'label' }))
    expect(Array.from(values, (kind) => names[kind])).toEqual(
      Array.from(numbers, (number) => parts[number]!.kind),
    )
    expect(values).toEqual(classes)
  })

  it('colours by loss and score as the library computes them, by a column as the file has it', async () => {
    const { calls } = opened
    const { numbers, splits, count } = await calls.map()
    expect(count).toBe(parts.length)
    const rows = Array.from(numbers, (number) => parts[number]!)
    const loss = await calls.colours({ by: 'loss' })
    const { bound, units, terms } = await model.losses(rows, { seed: small.seed })
    expect(loss).toEqual({ kind: 'numbers', values: bound, unit: units[Object.keys(terms)[0]!] })
    const score = await calls.colours({ by: 'score' })
    const scored = await model.score(rows)
    expect(score).toEqual({
      kind: 'numbers',
      values: Float32Array.from(scored.scores),
      unit: scored.unit,
    })
    const load = (await calls.colours({ by: 'column', column: 'load' })) as { values: Float32Array }
    rows.forEach((row, place) => {
      if (row.load === null) expect(load.values[place]).toBeNaN()
      else expect(load.values[place]).toBeCloseTo(row.load, 4)
    })
    const colour = ofClasses(await calls.colours({ by: 'column', column: 'colour' }))
    expect(Array.from(colour.values, (at) => colour.names[at])).toEqual(
      rows.map((row) => row.colour),
    )
    expect(await calls.colours({ by: 'split' })).toMatchObject({ values: Int32Array.from(splits) })
    expect([0, 1, 2].map((split) => splits.filter((one) => one === split).length)).toEqual([
      60, 15, 15,
    ])
    await expect(calls.colours({ by: 'column', column: 'price' })).rejects.toThrow(/price/)
  })

  it('scores with shares that add up to each score, and counts alarms as the threshold does', async () => {
    const { calls } = opened
    const { numbers, splits } = await calls.map()
    const tested = [...splits.keys()].filter((place) => splits[place] === 2)
    const values = await calls.examples(Int32Array.from(tested))
    const { scores, shares, width, threshold, unit } = await calls.score(values)
    const direct = await model.score(tested.map((place) => parts[numbers[place]!]!))
    expect(scores).toEqual(Float32Array.from(direct.scores))
    expect([unit, threshold]).toEqual([direct.unit, direct.threshold.threshold])
    scores.forEach((score, row) => {
      const own = shares.subarray(row * width, (row + 1) * width)
      expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(score, 3)
    })
    const calibration = await calls.calibration()
    expect(calibration.normal).toEqual(scores.slice().sort())
    expect(calibration.anomalies).toHaveLength(0)
    expect(calibration).toMatchObject({
      threshold,
      unit,
      falseAlarms: direct.threshold.falseAlarms,
    })
  })

  it('scores the known anomalies of the test split beside its examples, of which none is one', async () => {
    const session = memorySession()
    const reading = { label: 'kind', normal: ['sound', 'worn'] }
    await session.calls.openData({ from: 'files', files: [partsFile()], reading })
    await trained(session, { model: 'vae', options: small })
    const own = await libraryModel(session, { data: parts })
    const { test } = (await own.data()).splits
    const known = Array.from(test.anomalies!.rows, (row) => parts[row]!)
    expect(new Set(known.map(({ kind }) => kind))).toEqual(new Set(['broken']))
    const { scores } = await own.score(known)
    const { normal, anomalies } = await session.calls.calibration()
    expect(anomalies).toEqual(Float32Array.from(scores).sort())
    const { splits } = await session.calls.map()
    expect(normal).toHaveLength(splits.filter((split) => split === 2).length)
    await own.close()
  })

  it('orders the dimensions of the code as the library does', async () => {
    const { calls } = opened
    const { numbers } = await calls.map()
    const { dimensions } = await model.latents(Array.from(numbers, (number) => parts[number]!))
    const latents = await calls.latents()
    expect([...latents.order]).toEqual(dimensions.map(({ index }) => index))
    for (const { index, kl, mean, deviation, active } of dimensions) {
      expect(latents.kl![index]).toBe(Math.fround(kl!.value))
      expect(latents.mean[index]).toBe(Math.fround(mean))
      expect(latents.deviation[index]).toBe(Math.fround(deviation))
      expect(latents.active[index]).toBe(Number(active))
    }
  })

  it('walks from one code to another, with both ends', async () => {
    const { calls } = opened
    const [from, to] = [Float32Array.of(0, 3), Float32Array.of(4, 0)]
    expect([...(await calls.path(from, to, 5, 'line'))]).toEqual([
      0, 3, 1, 2.25, 2, 1.5, 3, 0.75, 4, 0,
    ])
    const arc = await calls.path(from, to, 3, 'sphere')
    expect([...arc.slice(0, 2), ...arc.slice(4)]).toEqual(
      [0, 3, 4, 0].map((x) => expect.closeTo(x, 5)),
    )
    // At right angles: 45 degrees of the way, as far from the origin as both ends are on average.
    expect([arc[2], arc[3]]).toEqual([3.5, 3.5].map((x) => expect.closeTo(x * Math.SQRT1_2, 5)))
  })

  it('projects codes of two dimensions onto their principal axes, which hold all of the variance', async () => {
    const { explained, positions, places } = await opened.calls.project('pca')
    expect(explained![0]! + explained![1]!).toBeCloseTo(1, 6)
    const { codes } = await opened.calls.map()
    const spread = (of: Float32Array) => {
      const [x, y] = [0, 1].map((d) => of.filter((_, i) => i % 2 === d)) as [
        Float32Array,
        Float32Array,
      ]
      const variance = (v: Float32Array) => {
        const mean = v.reduce((a, b) => a + b, 0) / v.length
        return v.reduce((sum, one) => sum + (one - mean) ** 2, 0)
      }
      return variance(x) + variance(y)
    }
    expect(spread(positions) / spread(codes)).toBeCloseTo(1, 4)
    expect(places).toHaveLength(parts.length)
  })

  it('says in one line what a table has not', async () => {
    const { calls } = opened
    await expect(calls.thumbnails(two)).rejects.toMatchObject({ name: 'UserError' })
    await expect(calls.measures(codes)).rejects.toMatchObject({ name: 'UserError' })
  })
})

describe('answers about pictures', () => {
  const bytes = hostTensor('uint8', [60, 4, 4], pixels(60 * 16))
  const labels = Int32Array.from({ length: 60 }, (_, i) => i % 3)

  async function pictures(model: string, options: Readonly<Record<string, unknown>> = {}) {
    const opened = memorySession()
    const files = [
      dropped('p-images-idx3-ubyte', idxBytes(bytes)),
      dropped('p-labels-idx1-ubyte', idxBytes(hostTensor('uint8', [60], Uint8Array.from(labels)))),
    ]
    await opened.calls.openData({ from: 'files', files })
    const end = opened.ended()
    const all = { ...small, validation: 10, test: 10, epochs: 1, ...options }
    const summary = await opened.calls.train({ model, options: all })
    await end
    return { ...opened, summary }
  }

  it('of a conditional model see the label: its map, its samples, its decoder, its table', async () => {
    const opened = await pictures('cvae')
    const { calls } = opened
    const summary: ModelSummary = opened.summary
    expect(summary.can).toMatchObject({ labels: true, decode: true, sample: true })
    const own = await libraryModel(opened, { data: bytes, labels })
    const map = await calls.map()
    const chosen = hostTensor('uint8', [60, 4, 4], gathered(bytes.data, map.numbers))
    const known = Int32Array.from(map.numbers, (n) => labels[n]!)
    expect(map.codes).toEqual((await own.encode(chosen, { labels: known })).data)
    const value = await calls.decode(codes, 2)
    expect(value).toEqual((await own.decode(asCodes, { labels: [2, 2] })).data)
    expect(value).not.toEqual(await calls.decode(codes, 1))
    expect(await calls.sample(2, 3, 1)).toEqual((await own.sample(2, { seed: 3, labels: 1 })).data)
    const places = Int32Array.of(5, 0)
    const values = await calls.examples(places)
    const ofPlaces = (labels: Int32Array) =>
      own.score(hostTensor('float32', [2, 16], values, 1 / 255), { labels })
    const right = Int32Array.from(places, (place) => known[place]!)
    const wrong = right.map((label) => (label + 1) % 3)
    const { scores } = await calls.score(values, right)
    expect(scores).toEqual(Float32Array.from((await ofPlaces(right)).scores))
    expect(scores).not.toEqual((await calls.score(values, wrong)).scores)
    const table = await (await calls.saveTable(Int32Array.of(5, 0))).file.text()
    const expected = [5, 0].map((place) => {
      const split = ['train', 'validation', 'test'][map.splits[place]!]
      const code = [...map.codes.slice(2 * place, 2 * place + 2)]
      return [map.numbers[place]! + 1, split, known[place], ...code].join(',')
    })
    expect(table.trim().split('\n')).toEqual(['row,split,label,z1,z2', ...expected])
    await own.close()
  })

  it('corrupt by the corruption asked for and restore what was corrupted', async () => {
    const opened = await pictures('dae', { corruption: 'gaussian:0.2' })
    const { calls } = opened
    const own = await libraryModel(opened, { data: bytes, labels })
    const values = await calls.examples(two)
    const floats = hostTensor('float32', [2, 16], values, 1 / 255)
    const by = 'masking:0.5'
    const corrupted = await calls.corrupt(values, by, 4)
    expect(corrupted).toEqual(
      (await own.corrupt(floats, { seed: 4, by: parseCorruption(by) })).data,
    )
    const restored = hostTensor('float32', [2, 16], corrupted, 1 / 255)
    expect(await calls.reconstruct(corrupted)).toEqual((await own.denoise(restored)).data)
    await own.close()
  })

  it('are about every example where there are more than are computed at a time', async () => {
    const many = hostTensor('uint8', [2001, 2, 2], pixels(2001 * 4))
    const opened = memorySession()
    const files = [
      dropped('p-images-idx3-ubyte', idxBytes(many)),
      dropped('p-labels-idx1-ubyte', idxBytes(hostTensor('uint8', [2001], new Uint8Array(2001)))),
    ]
    await opened.calls.openData({ from: 'files', files })
    const end = opened.ended()
    await opened.calls.train({ model: 'pca', options: { latent: 2 } })
    await end
    const own = await libraryModel(opened, { data: many })
    const { codes, numbers } = await opened.calls.map()
    const all = (await own.encode(many)).data
    // Sums of another number of rows may differ in the last bits.
    numbers.forEach((n, place) => {
      for (const i of [0, 1]) expect(codes[2 * place + i]).toBeCloseTo(all[2 * n + i]!, 4)
    })
    await own.close()
  })

  it('show examples as bytes of their pixels', async () => {
    const opened = await pictures('ae')
    const { numbers } = await opened.calls.map()
    const shown = await opened.calls.thumbnails(Int32Array.of(7, 3))
    expect(shown).toEqual(gathered(bytes.data, [numbers[7]!, numbers[3]!]))
  })

  it('shows pictures in colour with the bytes of their file, channels last', async () => {
    const session = memorySession()
    const coloured = hostTensor('uint8', [60, 6, 6, 3], pixels(60 * 108))
    await session.calls.openData({
      from: 'files',
      files: [dropped('coloured.npy', writeNpy(coloured))],
    })
    await trained(session, { model: 'ae', options: { ...small, epochs: 1 } })
    const { numbers } = await session.calls.map()
    const shown = await session.calls.thumbnails(Int32Array.of(5, 11))
    const expected = [numbers[5]!, numbers[11]!].map((n) =>
      Array.from(coloured.data.subarray(n * 108, n * 108 + 108)),
    )
    expect(new Set(expected[0]!.slice(0, 3)).size).toBeGreaterThan(1)
    expect(Array.from(shown)).toEqual(expected.flat())
  })
})

/** Pictures of 16 pixels, by their numbers. */
const gathered = (data: Uint8Array, numbers: ArrayLike<number>): Uint8Array =>
  Uint8Array.from(Array.from(numbers, (n) => [...data.subarray(n * 16, n * 16 + 16)]).flat())

describe('answers about a table with dates', () => {
  const start = Date.UTC(2024, 0, 1)
  const DAY = 86_400_000
  const rows = Array.from({ length: 60 }, (_, i) => ({
    day: new Date(start + i * DAY).toISOString().slice(0, 10),
    moment: new Date(start + i * 0.3 * DAY).toISOString().slice(0, 16).replace('T', ' '),
    size: Math.sin(i) + i / 7,
    site: i % 5 === 4 ? '' : i % 2 === 0 ? 'north' : 'south',
  }))
  let opened: Opened
  let summary: ModelSummary
  beforeAll(async () => {
    opened = memorySession()
    const csv = [
      'day,moment,size,site',
      ...rows.map((row) => Object.values(row).join(',')),
      '',
    ].join('\n')
    const files = [dropped('dates.csv', csv, 'text/csv')]
    await opened.calls.openData({
      from: 'files',
      files,
      reading: { kinds: { day: 'datetime', moment: 'datetime' } },
    })
    const end = opened.ended()
    summary = await opened.calls.train({
      model: 'vae',
      options: { ...small, validation: 10, test: 10 },
    })
    await end
  })

  it('gives them as days since 1970, and says which columns hold them', async () => {
    const { calls } = opened
    const { numbers } = await calls.map()
    const found = await calls.rows(await calls.examples(Int32Array.from(numbers.keys())))
    found.forEach(([day, moment], place) => {
      const i = numbers[place]!
      expect(day).toBeCloseTo(start / DAY + i, 3)
      // To the minute.
      expect(moment).toBeCloseTo(start / DAY + 0.3 * i, 2)
    })
    expect(summary.dates).toEqual({ day: 'day', moment: 'minute' })
  })

  it('colours by texts as by classes, of which what is missing has none', async () => {
    const { calls } = opened
    const { numbers } = await calls.map()
    const { values, names } = ofClasses(await calls.colours({ by: 'column', column: 'site' }))
    expect(names).toEqual(['north', 'south'])
    expect(Array.from(values, (at) => names[at] ?? '')).toEqual(
      Array.from(numbers, (n) => rows[n]!.site),
    )
  })

  it('colours by them as by numbers', async () => {
    const { calls } = opened
    const { numbers } = await calls.map()
    const colours = await calls.colours({ by: 'column', column: 'day' })
    expect(colours.kind).toBe('numbers')
    Array.from(colours.values, (value, place) =>
      expect(value).toBeCloseTo(start / DAY + numbers[place]!, 1),
    )
  })
})
