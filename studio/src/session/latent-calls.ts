import { hostTensor, type LatentDimensions, UserError } from 'latentlab/browser'
import { codePaths } from 'latentlab/metrics'
import { evenly } from '../evenly.ts'
import type { SessionCalls } from '../protocol/api.ts'
import { labelsAt } from './example-set.ts'
import type { Host } from './host.ts'
import { measured } from './measures.ts'
import { type CurrentView, pictureOf } from './view.ts'

/** Examples that figures of dimensions are computed from, at most. */
const LATENT_EXAMPLES = 2000
/** Examples of a UMAP projection, at most. */
const UMAP_EXAMPLES = 5000

export const finiteOr = (value: number, otherwise: number): number =>
  Number.isFinite(value) ? value : otherwise

/** What the latent space looks like: its dimensions, ways through it, projections of it. */
export function latentCalls(
  host: Host,
  view: CurrentView,
  codesOf: () => Promise<Float32Array>,
): Pick<SessionCalls, 'latents' | 'path' | 'project' | 'measures'> {
  async function computed(): Promise<LatentDimensions['dimensions']> {
    const set = view.examples()
    const places = evenly(set.count, LATENT_EXAMPLES)
    const labels = labelsAt(set, places)
    const values = await set.values(places)
    return (await view.use((model) => model.latents(values, { labels }))).dimensions
  }
  return {
    async latents() {
      const dimensions = view.get().dimensions ?? (await computed())
      const ordered = [...dimensions].sort((a, b) => a.index - b.index)
      const column = (of: (one: (typeof ordered)[number]) => number) =>
        Float32Array.from(ordered, of)
      return {
        // Of a model that is diverging, codes may be infinite: its traversals start at the origin.
        mean: column(({ mean }) => finiteOr(mean, 0)),
        deviation: column(({ deviation }) => finiteOr(deviation, 1)),
        active: Uint8Array.from(ordered, ({ active }) => Number(active)),
        order: Int32Array.from(dimensions, ({ index }) => index),
        ...(ordered.every(({ kl }) => kl) && { kl: column(({ kl }) => kl!.value) }),
      }
    },
    async path(from, to, steps, along) {
      return codePaths[along](from, to, steps).data
    },
    async project(kind) {
      const set = view.examples()
      const codes = await codesOf()
      const latent = codes.length / set.count
      if (latent < 2) throw new UserError('a projection needs a code of two dimensions or more')
      if (kind === 'pca') {
        const { principalAxes } = await import('latentlab/metrics')
        const { projected, variances, totalVariance } = principalAxes(
          hostTensor('float32', [set.count, latent], codes),
          2,
        )
        return {
          positions: projected.data,
          places: Int32Array.from({ length: set.count }, (_, place) => place),
          explained: variances.map((variance) => variance / totalVariance),
        }
      }
      const places = evenly(set.count, UMAP_EXAMPLES)
      const chosen = Array.from(places, (place) =>
        Array.from(codes.subarray(place * latent, (place + 1) * latent)),
      )
      const { umapOf } = await import('./umap.ts')
      const positions = await umapOf(chosen, (share) =>
        host.send({ type: 'progress', task: 'project', share }),
      )
      return { positions, places }
    },
    async measures(values) {
      const model = await view.model()
      const picture = pictureOf(model.model.info.exampleShape)
      if (!picture) throw new UserError('measures: are those of pictures')
      return measured(values, picture)
    },
  }
}
