/*
 * Long work in turns: a page answers its user between two of them.
 */

/** Bytes that are copied, or digested, in one turn: a few milliseconds. */
export const TURN_BYTES = 2 ** 20

/** Lets the page answer, or a server its other requests. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

type Copied = Exclude<ArrayBufferView, DataView> & {
  readonly length: number
  readonly BYTES_PER_ELEMENT: number
}

/** A copy of an array, made in turns. Until it is made, the array must stay as it is. */
export async function copiedInTurns<T extends Copied>(data: T): Promise<T> {
  type Array = T & { set(from: T, offset: number): void; subarray(from: number, to: number): T }
  const made = new (data.constructor as new (length: number) => Array)(data.length)
  const each = TURN_BYTES / data.BYTES_PER_ELEMENT
  for (let from = 0; from < data.length; from += each) {
    made.set((data as Array).subarray(from, from + each), from)
    if (data.length > each) await pause()
  }
  return made
}
