import { chunksOf, type RowStore } from '../data/row-store.ts'
import { inStoreOrder, type StoreOrder } from '../data/store-order.ts'

/** Bytes of the first window and of the longest. Two are in memory at once. */
const [FIRST_BYTES, MOST_BYTES] = [2 ** 22, 2 ** 26]

/** Most rows of a window: they are sorted at once. */
const MOST_ROWS = 2 ** 19

/** The rows that are read, and in what order. */
export interface ShuffledRows {
  readonly store: RowStore
  /** Rows of the store in the order of an epoch. */
  readonly orderOf: (epoch: number) => Int32Array
  readonly epochs: number
  /** Rows of a step, and of an epoch: whole steps. */
  readonly batch: number
  readonly perEpoch: number
}

/**
 * Shuffled rows of a store that is not in memory, read a window at a time. Within a window rows are read in the order
 * of the store: the longer the window, the closer together its rows are in the file, and close ones are read by one
 * call. The first window is short, since training waits for it. Each other one is up to twice as long as the one
 * before, and is read while that is trained on.
 */
export class RowWindows {
  private current: Window | undefined
  private next: Window | undefined

  /** @param bytes of the first window, and of the longest */
  constructor(
    private readonly of: ShuffledRows,
    private readonly bytes: readonly [first: number, most: number] = [FIRST_BYTES, MOST_BYTES],
  ) {}

  /** How many rows of an epoch its window still holds from a place in the epoch's order. */
  available(epoch: number, start: number): number {
    const { first, rows } = this.at(epoch, start).span
    return first + rows.length - start
  }

  /** Rows `[count · width]` of an epoch from a place in its order: no more than are available there. */
  take(epoch: number, start: number, count: number): Uint8Array | Float32Array {
    const window = this.at(epoch, start)
    window.read(window.span.rows.length)
    const { width } = this.of.store
    const from = (start - window.span.first) * width
    return window.values.slice(from, from + count * width)
  }

  /** Reads of the next window the part that these rows are of the current one. */
  ahead(count: number): void {
    const { current, next } = this
    if (!current || !next) return
    next.read(Math.ceil((count * next.span.rows.length) / current.span.rows.length))
  }

  private at(epoch: number, start: number): Window {
    const { current, next } = this
    if (current?.holds(epoch, start)) return current
    const found = next?.holds(epoch, start) ? next : this.window(epoch, start, this.bytes[0])
    this.current = found
    this.next = this.following(found.span)
    return found
  }

  private following({ epoch, first, rows, bytes: before }: Span): Window | undefined {
    const end = first + rows.length
    const bytes = Math.min(2 * before, this.bytes[1])
    if (end < this.of.perEpoch) return this.window(epoch, end, bytes)
    return epoch + 1 < this.of.epochs ? this.window(epoch + 1, 0, bytes) : undefined
  }

  private window(epoch: number, first: number, bytes: number): Window {
    const { store, orderOf, batch, perEpoch } = this.of
    const stepBytes = batch * store.width * (store.dtype === 'uint8' ? 1 : 4)
    const most = Math.min(bytes / stepBytes, MOST_ROWS / batch)
    const left = (perEpoch - first) / batch
    // As many as needed, of about equal length: a short last one would leave little time to read the next.
    const windows = Math.ceil(left / Math.max(1, Math.floor(most)))
    const end = first + Math.ceil(left / windows) * batch
    return new Window(store, { epoch, first, rows: orderOf(epoch).slice(first, end), bytes })
  }
}

/** Some rows of an epoch. */
interface Span {
  readonly epoch: number
  /** Place of its first row in the order of the epoch. */
  readonly first: number
  /** Numbers of its rows in the store. */
  readonly rows: Int32Array
  /** How long it may be, in bytes: the last one of an epoch is shorter. */
  readonly bytes: number
}

class Window {
  /** `[rows · width]`, in the order of the epoch. */
  readonly values: Uint8Array | Float32Array
  /** In what order rows are read, and how many have been. */
  private readonly order: StoreOrder
  private done = 0

  constructor(
    private readonly store: RowStore,
    readonly span: Span,
  ) {
    const { dtype, width } = store
    const length = span.rows.length * width
    this.values = dtype === 'uint8' ? new Uint8Array(length) : new Float32Array(length)
    this.order = inStoreOrder(span.rows)
  }

  holds(epoch: number, place: number): boolean {
    const { epoch: own, first, rows } = this.span
    return epoch === own && place >= first && place < first + rows.length
  }

  /** Reads some of the rows that have not been read yet. */
  read(count: number): void {
    const { values, order, store } = this
    const { width } = store
    // In chunks: what a table decodes takes several times the memory of its cells.
    for (const chunk of chunksOf(store, order.rows.subarray(this.done, this.done + count)))
      for (let from = 0; from < chunk.values.length; from += width)
        values.set(chunk.values.subarray(from, from + width), order.places[this.done++]! * width)
  }
}
