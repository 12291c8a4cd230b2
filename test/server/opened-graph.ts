import type { Arrays } from '../../src/runtime/session.ts'
import { graphModel } from '../../src/server/v2/graph-model.ts'
import { exampleGraph, runtime } from './served.ts'

export type { Arrays }

/** The example graph with its batches: `batches` gets the rows of each. */
export async function openExample(options: { batchRows: number; batchWait: number }) {
  const bytes = exampleGraph()
  const session = await runtime().open(bytes)
  const batches: number[] = []
  return {
    graph: graphModel('encoder', bytes, session, options, (rows) => batches.push(rows)),
    batches,
  }
}
