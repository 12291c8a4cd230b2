import type { Arrays, Session } from '../runtime/session.ts'
import { type Floats, type HostTensor, hostTensor, rowsBetween } from '../tensor/host.ts'

/** Examples that one call computes at most; larger inputs are cut into calls. */
export const ROWS_PER_CALL = 1000

/** What goes into a session that is run over rows, and what comes out. */
export interface InputOutput {
  readonly input: string
  readonly output: string
  /** Of a row of the output. */
  readonly width: number
  /** Rows of a call. */
  readonly rows?: number
  /** Other inputs, for rows `start` to `end`. */
  readonly feeds?: (start: number, end: number) => Arrays
}

/** Runs a session over the rows of an array, a thousand at a time unless it says otherwise. */
export async function inParts(
  session: Session,
  given: Floats,
  { labels }: { labels?: HostTensor<'int64'> },
  io: InputOutput,
): Promise<Floats> {
  const count = given.shape[0]!
  const rows = io.rows ?? ROWS_PER_CALL
  const all = new Float32Array(count * io.width)
  for (let start = 0; start < count; start += rows) {
    const end = Math.min(count, start + rows)
    const results = await session.run({
      ...io.feeds?.(start, end),
      [io.input]: rowsBetween(given, start, end),
      ...(labels && { labels: hostTensor('int64', [end - start], labels.data.slice(start, end)) }),
    })
    all.set(results[io.output]!.data as Float32Array, start * io.width)
  }
  return hostTensor('float32', [count, io.width], all)
}
