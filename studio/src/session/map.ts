import { UserError } from 'latentlab/browser'
import type { MapPoints, PointColours, SessionCalls } from '../protocol/api.ts'
import type { Host } from './host.ts'
import { type CurrentView, pictureOf } from './view.ts'

/** Examples encoded by one call, after which others get their turn. */
const CHUNK = 2000

/** The examples of the map, with their codes. */
export function mapCalls(
  host: Host,
  view: CurrentView,
): Pick<SessionCalls, 'map' | 'colours' | 'examples' | 'thumbnails'> {
  return {
    async map() {
      const set = view.examples()
      const model = await view.model()
      const { latent } = model.model
      const codes = new Float32Array(set.count * latent)
      if (set.codes) codes.set(set.codes)
      else
        for (let start = 0; start < set.count; start += CHUNK) {
          const end = Math.min(set.count, start + CHUNK)
          const places = Array.from({ length: end - start }, (_, i) => start + i)
          const labels = model.model.labels === 'condition' ? labelsAt(set, places) : undefined
          const found = await model.encode(set.values(places), { labels })
          codes.set(found.data, start * latent)
          host.send({ type: 'progress', task: 'encode', share: end / set.count })
        }
      return {
        count: set.count,
        codes,
        classes: set.classes,
        splits: set.splits,
        numbers: set.numbers,
      } satisfies MapPoints
    },
    async colours(by): Promise<PointColours> {
      const set = view.examples()
      if (by.by === 'label')
        return { kind: 'classes', values: set.classes, names: set.facts.map(({ name }) => name) }
      if (by.by === 'split')
        return {
          kind: 'classes',
          values: Int32Array.from(set.splits),
          names: ['train', 'validation', 'test'],
        }
      throw new UserError(`colour: ${by.by} is not known`)
    },
    async examples(places) {
      return view.examples().values(places).data
    },
    async thumbnails(places) {
      const { data } = view.examples().values(places)
      const { model } = await view.model()
      return bytesOf(data, pictureOf(model.info.exampleShape)!)
    },
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

const labelsAt = (
  { classes, facts }: ReturnType<CurrentView['examples']>,
  places: readonly number[],
): Int32Array => Int32Array.from(places, (place) => facts[classes[place]!]!.label)
