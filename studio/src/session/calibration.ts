import { hostTensor, type Model } from 'latentlab/browser'
import { evenly } from '../evenly.ts'
import type { Calibration } from '../protocol/api.ts'
import { conditionsAt, type ExampleSet, type Rows } from './example-set.ts'

/** Examples that are scored, at most. */
const EXAMPLES = 2000
const CHUNK = 500
const TEST = 2

/** Scores of test examples, and of known anomalies, beside the threshold of the model. */
export async function calibrationOf(model: Model, set: ExampleSet): Promise<Calibration> {
  const tested = places(set)
  const normal: number[] = []
  let found: Awaited<ReturnType<Model['score']>> | undefined
  for (let start = 0; start < tested.length; start += CHUNK) {
    const chunk = tested.slice(start, start + CHUNK)
    const labels = conditionsAt(model, set, chunk)
    found = await model.score(await set.values(chunk), { labels })
    normal.push(...found.scores)
  }
  const anomalies: number[] = []
  for (const rows of chunks(set.anomalies)) anomalies.push(...(await model.score(rows)).scores)
  return {
    normal: Float32Array.from(normal).sort(),
    anomalies: Float32Array.from(anomalies).sort(),
    threshold: found?.threshold.threshold ?? 0,
    falseAlarms: found?.threshold.falseAlarms ?? 0,
    unit: found?.unit ?? '',
  }
}

/** Test examples, or all where there are none of those. */
function places({ count, splits }: ExampleSet): number[] {
  const all = Array.from({ length: count }, (_, place) => place)
  const tested = all.filter((place) => splits[place] === TEST)
  const from = tested.length > 0 ? tested : all
  return Array.from(evenly(from.length, EXAMPLES), (index) => from[index]!)
}

function* chunks(rows: Rows | undefined): Generator<Rows> {
  if (!rows) return
  const [count, width] = rows.shape as readonly [number, number]
  for (let start = 0; start < Math.min(count, EXAMPLES); start += CHUNK) {
    const end = Math.min(count, start + CHUNK, EXAMPLES)
    const part = rows.data.subarray(start * width, end * width)
    yield hostTensor('float32', [end - start, width], part, rows.scale)
  }
}
