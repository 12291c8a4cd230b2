import type { Arrays, Session } from '../runtime/session.ts'
import { type Floats, type HostTensor, hostTensor, rowsBetween } from '../tensor/host.ts'

/** Most rows that one call computes; larger inputs take several calls. */
export const ROWS_PER_CALL = 1000

/** Input and output of a session that runs over rows. */
export interface InputOutput {
  readonly input: string
  readonly output: string
  /** Columns of the output. */
  readonly width: number
  /** Most rows of a call; a thousand by default. */
  readonly rows?: number | undefined
  /** Other inputs, for rows `start` to `end`. */
  readonly feeds?: ((start: number, end: number) => Arrays) | undefined
}

/** Runs a session over the rows of an array, `io.rows` at a time. */
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
