import type { Imputation } from '../../app/answers/imputation.ts'
import type { Scores } from '../../app/answers/scored-examples.ts'
import type { Floats } from '../../tensor/host.ts'
import { type BatcherOptions, batcher } from '../batcher.ts'
import type { ServeOptions } from '../options.ts'
import type { ServableModel } from '../served-model.ts'
import { formOf, type GivenRows, readRows, spans, together, withLabels } from './given-rows.ts'
import type { MethodName, Requests } from './schemas.ts'
import { jsonRows, jsonValue, type Nested, rowsAsStored } from './values.ts'

/** A request that has been checked. */
export interface Checked {
  readonly rows: number
  /** Computes it, together with others where that changes nothing. */
  answer(signal: AbortSignal): Promise<object>
}

/** A method of a model over JSON. */
export type Method<M extends MethodName> = (request: Requests[M]) => Promise<Checked>

export type Methods = { readonly [M in MethodName]: Method<M> }

type Batching = Pick<ServeOptions, 'batchRows' | 'batchWait'>

/**
 * What a model answers over JSON.
 *
 * @param onBatch called with the rows of each call
 */
export function methodsOf(
  served: ServableModel,
  batching: Batching,
  onBatch: (method: MethodName, rows: number) => void,
): Methods {
  const optionsOf = (method: MethodName) => ({
    ...batching,
    onBatch: (rows: number) => onBatch(method, rows),
  })
  const examples = async ({ rows, labels }: { rows: unknown[]; labels?: number[] | undefined }) =>
    withLabels(served, await readRows(served, rows), labels)
  const rows = (values: Floats) => rowsOf(served, values)
  const score = scoring(served, optionsOf('score'))
  const encode = perRow(optionsOf('encode'), async (values, options) =>
    floatRows(await served.encode(values, options)),
  )
  const reconstruct = perRow(optionsOf('reconstruct'), async (values, options) =>
    rows(await served.reconstruct(values, options)),
  )
  const decode = perRow(optionsOf('decode'), async (values, options) =>
    rows(await served.decode(values, options)),
  )
  const alone = {
    sample: oneByOne(optionsOf('sample')),
    impute: oneByOne(optionsOf('impute')),
  }
  return {
    score: async (request) => score(await examples(request), request),
    encode: async (request) => encode(await examples(request), (codes) => ({ codes })),
    reconstruct: async (request) =>
      reconstruct(await examples(request), (restored) => ({ rows: restored })),
    async decode({ codes, labels }) {
      const width = served.model.latent
      const data = Float32Array.from(codes.flat())
      const given = withLabels(
        served,
        { dtype: 'float32', shape: [codes.length, width], data },
        labels,
      )
      return decode(given, (decoded) => ({ rows: decoded }))
    },
    async sample({ count, seed, labels }) {
      return alone.sample(count, async () => ({
        rows: await rows(await served.sample(count, { seed, labels })),
      }))
    },
    async impute({ rows: given, draws, ...options }) {
      await examples({ rows: given, labels: options.labels })
      return alone.impute(given.length, async () =>
        imputationOf(await served.impute(given as object[], options), draws ?? false),
      )
    },
  }
}

/** A method that answers each row by itself, so that rows of several requests can be computed together. */
function perRow<R>(
  options: Omit<BatcherOptions<GivenRows, R[]>, 'compute'>,
  compute: (values: Floats, options: Pick<GivenRows, 'labels'>) => Promise<R[]>,
) {
  const batches = batcher<GivenRows, R[]>({
    ...options,
    async compute(requests) {
      const { values, labels } = together(requests)
      const all = await compute(values, { labels })
      return spans(requests).map(([start, end]) => all.slice(start, end))
    },
  })
  return (given: GivenRows, answer: (rows: R[]) => object): Checked => {
    const count = given.values.shape[0]!
    return {
      rows: count,
      answer: async (signal) =>
        answer(await batches.submit({ request: given, rows: count, key: '', signal })),
    }
  }
}

/** A method whose draws depend on the whole request: each is computed by itself. */
function oneByOne(options: Omit<BatcherOptions<() => Promise<object>, object>, 'compute'>) {
  const turns = batcher<() => Promise<object>, object>({
    ...options,
    batchWait: 0,
    compute: ([work]) => work!().then((answer) => [answer]),
  })
  return (rows: number, work: () => Promise<object>): Checked => ({
    rows,
    answer: (signal) => turns.submit({ request: work, rows, key: undefined, signal }),
  })
}

type ScoreRequest = Pick<Requests['score'], 'score' | 'falseAlarms' | 'shares'>

function scoring(
  served: ServableModel,
  options: Omit<BatcherOptions<GivenRows & ScoreRequest, object>, 'compute'>,
) {
  const batches = batcher<GivenRows & ScoreRequest, object>({
    ...options,
    async compute(requests) {
      const { values, labels } = together(requests)
      const { score, falseAlarms } = requests[0]!
      const asked = { labels, score: score as never, falseAlarms }
      const found = await served.score(values, asked)
      return spans(requests).map((span, i) => scoresOf(served, found, span, requests[i]!))
    },
  })
  return (given: GivenRows, { score, falseAlarms, shares }: ScoreRequest): Checked => {
    const rows = given.values.shape[0]!
    const request = { ...given, score, falseAlarms, shares }
    const key = JSON.stringify([score, falseAlarms])
    return { rows, answer: (signal) => batches.submit({ request, rows, key, signal }) }
  }
}

/** The part of scores that belongs to the rows of one request. */
function scoresOf(
  served: ServableModel,
  { score, unit, scores, shares, code, columns, threshold, alarms }: Scores,
  [start, end]: readonly [start: number, end: number],
  { shares: withShares = true }: ScoreRequest,
): object {
  const width = shares.shape[1]!
  const data = shares.data.slice(start * width, end * width)
  const form = formOf(served)
  const own = withShares
    ? rowsAsStored(
        { dtype: 'float64', shape: [end - start, width], data },
        form && { ...form, scale: 1 },
      )
    : []
  const named = (row: Nested) =>
    columns ? Object.fromEntries(columns.map((column, c) => [column, (row as number[])[c]!])) : row
  const { rate, falseAlarms, rows: calibrationRows } = threshold
  return {
    score,
    unit,
    threshold: { value: threshold.threshold, falseAlarms, rate, calibrationRows },
    rows: Array.from({ length: end - start }, (_, i) => ({
      score: scores[start + i]!,
      alarm: alarms[start + i]!,
      ...(code && { codeShare: code[start + i]! }),
      ...(withShares && { shares: named(own[i]!) }),
    })),
  }
}

const imputationOf = ({ rows, gaps, notes }: Imputation, withDraws: boolean): object => ({
  rows: jsonRows(rows),
  gaps: gaps.map(({ draws, value, low, high, set, ...gap }) => ({
    ...gap,
    value: jsonValue(value),
    ...(low !== undefined && { low: jsonValue(low), high: jsonValue(high) }),
    ...(set && { set: set.map(jsonValue) }),
    ...(withDraws && { draws: draws.map(jsonValue) }),
  })),
  notes,
})

/** What a model returns as rows of JSON: objects for a table, lists for anything else. */
async function rowsOf(served: ServableModel, values: Floats): Promise<unknown[]> {
  const form = formOf(served)
  return form?.table ? jsonRows(await served.rows(values)) : rowsAsStored(values, form)
}

const floatRows = (values: Floats): unknown[] => rowsAsStored(values, undefined)
