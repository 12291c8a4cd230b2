import type { GraphName } from '../../package/graphs-of.ts'
import type { Arrays, Session } from '../../runtime/session.ts'
import { type Batcher, batcher } from '../batcher.ts'
import type { ServeOptions } from '../options.ts'
import { rowsOfArrays, stacked } from './rows-of-arrays.ts'
import { type Signature, signatureOf } from './signature.ts'

/** A graph of a package as a model of the Open Inference Protocol. */
export interface GraphModel {
  readonly graph: GraphName
  readonly signature: Signature
  readonly batcher: Batcher<Arrays, Arrays>
}

/** Rows of one call of the runtime, at least: between calls other models have their turn. */
const CALL_ROWS = 256

/** Requests with equal keys have rows of the same sizes and can share a call. */
export function batchKey({ hasRows, inputs }: Signature, feeds: Arrays): string | undefined {
  if (!hasRows) return undefined
  return inputs.map(({ name }) => feeds[name]!.shape.slice(1).join('x')).join(' ')
}

/**
 * @param session runs the graph
 * @param onBatch called with the rows of each batch
 */
export function graphModel(
  graph: GraphName,
  bytes: Uint8Array,
  session: Pick<Session, 'run'>,
  { batchRows, batchWait }: Pick<ServeOptions, 'batchRows' | 'batchWait'>,
  onBatch?: (rows: number) => void,
): GraphModel {
  const signature = signatureOf(bytes, `${graph}.onnx`)
  const compute = (requests: readonly Arrays[]) =>
    signature.hasRows
      ? computeRows(session, requests, Math.max(batchRows, CALL_ROWS))
      : Promise.all(requests.map(session.run))
  return {
    graph,
    signature,
    batcher: batcher({ compute, batchRows, batchWait, ...(onBatch && { onBatch }) }),
  }
}

/** Computes all rows in calls of at most `most`, between which other models have their turn; gives each request its own. */
async function computeRows(
  session: Pick<Session, 'run'>,
  requests: readonly Arrays[],
  most: number,
): Promise<Arrays[]> {
  const feeds = stacked(requests)
  const count = rowCount(feeds)
  const parts: Arrays[] = []
  for (let start = 0; start < count; start += most) {
    const end = Math.min(count, start + most)
    parts.push(await session.run(end - start === count ? feeds : rowsOfArrays(feeds, start, end)))
  }
  const outputs = stacked(parts)
  if (requests.length === 1) return [outputs]
  let start = 0
  return requests.map((request) => {
    const end = start + rowCount(request)
    const own = rowsOfArrays(outputs, start, end)
    start = end
    return own
  })
}

const rowCount = (arrays: Arrays): number => Object.values(arrays)[0]!.shape[0]!
