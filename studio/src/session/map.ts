import { type Model, UserError } from 'latentlab/browser'
import { daysOf } from '../days.ts'
import type { MapPoints, PointColours, SessionCalls } from '../protocol/api.ts'
import { conditionsAt, type ExampleSet, labelsAt } from './example-set.ts'
import type { Host } from './host.ts'
import { type CurrentView, pictureOf } from './view.ts'

/** Examples of one call, after which others get their turn. */
const CHUNK = 2000

/** The examples of the map, with their codes. */
export class MapDesk {
  /** The latest codes of the examples, in this order. */
  private codes: { readonly set: ExampleSet; readonly values: Float32Array } | undefined

  constructor(
    private readonly host: Host,
    private readonly view: CurrentView,
  ) {}

  readonly calls: Pick<SessionCalls, 'map' | 'colours' | 'examples' | 'thumbnails'> = {
    map: async () => {
      const set = this.view.examples()
      const { classes, splits, numbers, count } = set
      const codes = set.codes ?? (await this.encoded(set))
      this.codes = { set, values: codes }
      return { count, codes, classes, splits, numbers } satisfies MapPoints
    },
    colours: async (by): Promise<PointColours> => {
      const set = this.view.examples()
      if (by.by === 'label')
        return { kind: 'classes', values: set.classes, names: set.facts.map(({ name }) => name) }
      if (by.by === 'split')
        return { kind: 'classes', values: Int32Array.from(set.splits), names: [] }
      if (by.by === 'column') return this.column(set, by.column)
      return by.by === 'loss' ? this.losses(set) : this.scores(set)
    },
    examples: async (places) => (await this.view.examples().values(places)).data,
    thumbnails: async (places) => {
      const { data } = await this.view.examples().values(places)
      const { model } = await this.view.model()
      const picture = pictureOf(model.info.exampleShape)
      if (!picture) throw new UserError('thumbnails: are those of pictures')
      return bytesOf(data, picture)
    },
  }

  /** The codes that the map has shown last; computed where there are none of these examples. */
  async codesOf(): Promise<Float32Array> {
    const set = this.view.examples()
    if (this.codes?.set !== set) await this.calls.map()
    return this.codes!.values
  }

  private async encoded(set: ExampleSet): Promise<Float32Array> {
    const { latent } = (await this.view.model()).model
    return this.each(set, latent, async (model, places) => {
      const labels = conditionsAt(model, set, places)
      return (await model.encode(await set.values(places), { labels })).data
    })
  }

  private async losses(set: ExampleSet): Promise<PointColours> {
    const seed = (await this.view.model()).config.train.seed
    let unit = ''
    const values = await this.each(set, 1, async (model, places) => {
      const labels = model.model.labels ? labelsAt(set, places) : undefined
      const { bound, terms, units } = await model.losses(await set.values(places), { labels, seed })
      const [first] = Object.keys(terms)
      unit = units[first!]!
      return bound ?? terms[first!]!
    })
    return { kind: 'numbers', values, unit }
  }

  private async scores(set: ExampleSet): Promise<PointColours> {
    let unit = ''
    const values = await this.each(set, 1, async (model, places) => {
      const labels = conditionsAt(model, set, places)
      const scored = await model.score(await set.values(places), { labels })
      unit = scored.unit
      return Float32Array.from(scored.scores)
    })
    return { kind: 'numbers', values, unit }
  }

  private async column(set: ExampleSet, name: string): Promise<PointColours> {
    const columns = (await this.view.model()).model.info.columns ?? []
    if (!columns.some((column) => column.name === name))
      throw new UserError(`${name}: is not a column that the model was trained on`)
    const cells: unknown[] = []
    await this.each(set, 1, async (model, places) => {
      const rows = await model.rows(await set.values(places))
      for (const row of rows) {
        const cell = row[name]
        cells.push(cell instanceof Date ? daysOf(cell) : cell)
      }
      return new Float32Array(places.length)
    })
    if (cells.every((cell) => cell === null || typeof cell === 'number'))
      return {
        kind: 'numbers',
        values: Float32Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell))),
        unit: '',
      }
    // What is missing is of no class.
    const texts = cells.map((cell) => (cell === null ? undefined : String(cell)))
    const names = [...new Set(texts.filter((text) => text !== undefined))].sort()
    const known = new Map(names.map((text, place) => [text, place]))
    const values = Int32Array.from(texts, (text) => (text === undefined ? -1 : known.get(text)!))
    return { kind: 'classes', values, names }
  }

  /** What is computed of all examples, some at a time, by the model of then. */
  private async each(
    set: ExampleSet,
    width: number,
    of: (model: Model, places: number[]) => Promise<Float32Array>,
  ): Promise<Float32Array> {
    const all = new Float32Array(set.count * width)
    for (let start = 0; start < set.count; start += CHUNK) {
      const end = Math.min(set.count, start + CHUNK)
      const places = Array.from({ length: end - start }, (_, i) => start + i)
      all.set(await this.view.use((model) => of(model, places)), start * width)
      this.host.send({ type: 'progress', task: 'encode', share: end / set.count })
    }
    return all
  }
}

type Picture = NonNullable<ReturnType<typeof pictureOf>>

/** Values `[n, C, H, W]` in [0, 1] as bytes `[n, H, W, C]`. */
export function bytesOf(values: Float32Array, { width, height, channels }: Picture): Uint8Array {
  const area = width * height
  const bytes = new Uint8Array(values.length)
  const count = values.length / (area * channels)
  for (let n = 0; n < count; n++)
    for (let c = 0; c < channels; c++) {
      const from = (n * channels + c) * area
      for (let i = 0; i < area; i++)
        bytes[(n * area + i) * channels + c] =
          255 * Math.min(1, Math.max(0, values[from + i]!)) + 0.5
    }
  return bytes
}
