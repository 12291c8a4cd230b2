import { hostTensor, type Model } from 'latentlab/browser'
import { daysOf } from '../days.ts'
import type { ScoredExamples, SessionCalls } from '../protocol/api.ts'
import type { CurrentView } from './view.ts'

/** What the model in view answers about values and codes. */
export function answerCalls(
  view: CurrentView,
): Pick<
  SessionCalls,
  'encode' | 'decode' | 'reconstruct' | 'sample' | 'corrupt' | 'score' | 'rows'
> {
  return {
    async encode(values, label) {
      const model = await view.model()
      const rows = rowsOf(model, values)
      const codes = await model.encode(rows, labelled(label, rows.shape[0]!))
      return codes.data
    },
    async decode(codes, label) {
      const model = await view.model()
      const { latent } = model.model
      const count = codes.length / latent
      const decoded = await model.decode(
        hostTensor('float32', [count, latent], codes),
        labelled(label, count),
      )
      return decoded.data
    },
    async reconstruct(values, labels) {
      const model = await view.model()
      const options = labels ? { labels } : {}
      const rows = rowsOf(model, values)
      const { corrupt } = model.model
      return (corrupt ? await model.denoise(rows, options) : await model.reconstruct(rows, options))
        .data
    },
    async sample(count, seed, label) {
      const model = await view.model()
      return (await model.sample(count, { seed, labels: label })).data
    },
    async corrupt(values, corruption, seed) {
      const { parseCorruption } = await import('latentlab/models')
      const model = await view.model()
      return (await model.corrupt(rowsOf(model, values), { seed, by: parseCorruption(corruption) }))
        .data
    },
    score: (values, labels) => view.use((model) => scored(model, values, labels)),
    async rows(values) {
      const model = await view.model()
      const columns = model.model.info.columns ?? []
      const rows = await model.rows(rowsOf(model, values))
      return rows.map((row) => columns.map(({ name }) => cell(row[name])))
    },
  }
}

async function scored(
  model: Model,
  values: Float32Array,
  labels: Int32Array | undefined,
): Promise<ScoredExamples> {
  const { scores, shares, unit, threshold } = await model.score(rowsOf(model, values), { labels })
  return {
    scores: Float32Array.from(scores),
    shares: Float32Array.from(shares.data),
    width: shares.shape[1]!,
    unit,
    threshold: threshold.threshold,
  }
}

/** Rows that carry the scale of training. */
function rowsOf(model: Model, values: Float32Array) {
  const { dimension } = model.model.info
  const scale = model.config.example?.form?.scale
  return hostTensor('float32', [values.length / dimension, dimension], values, scale)
}

const labelled = (label: number | undefined, count: number) =>
  label === undefined ? {} : { labels: new Int32Array(count).fill(label) }

const cell = (value: number | string | Date | null | undefined): number | string | null =>
  value instanceof Date ? daysOf(value) : (value ?? null)
