import { HttpError } from './http-error.ts'

/** The rows that wait for a model, or are computed by it: so many, and no more. */
export interface Admission {
  readonly rows: number
  /**
   * Lets a request in.
   *
   * @returns a function to call when its rows are computed or given up
   * @throws HttpError 429 where the queue is full
   */
  enter(rows: number): () => void
}

/** Seconds after which a client that was turned away may try again. */
const RETRY_AFTER = 1

/** A request always enters an empty queue, however many rows it has. */
export function admission(name: string, most: number): Admission {
  let rows = 0
  return {
    get rows() {
      return rows
    },
    enter(more) {
      if (rows > 0 && rows + more > most)
        throw new HttpError(
          429,
          `${name}: the queue is full (${rows} of ${most} rows); try again in ${RETRY_AFTER} s`,
          { 'Retry-After': String(RETRY_AFTER) },
        )
      rows += more
      let hasLeft = false
      return () => {
        if (!hasLeft) rows -= more
        hasLeft = true
      }
    },
  }
}
