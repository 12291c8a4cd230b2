import type { Arrays } from '../runtime/session.ts'
import { stream } from '../tensor/random.ts'
import type { Batches } from './batches.ts'
import type { CallLength } from './call-length.ts'
import { RowWindows } from './row-windows.ts'

/** A call of the runtime: some steps, all within an epoch. */
export interface Call {
  /** Number of its first step, from 0. */
  readonly first: number
  readonly steps: number
  /** Rows of the store, batch after batch. */
  readonly indices: Int32Array
  readonly feeds: Arrays
}

/** What the calls of a stage are made of. */
export interface CallParts {
  /** Feeds of a call, without those of `batches`. */
  readonly feeds: (first: number, indices: Int32Array) => Arrays
  readonly batches: Batches
  /** Rows of the training split. */
  readonly rows: Int32Array
  readonly batch: number
  readonly perEpoch: number
  readonly epochs: number
  readonly seed: number
  /** Name of the random stream that shuffles each epoch. */
  readonly shuffle: string
}

/** The calls of a stage in turn. Where rows are not in memory, those of a call are read while calls before it run. */
export class Calls {
  /** The order of the epoch of the latest call, and of the next where its first rows are read ahead. */
  private readonly orders = new Map<number, Int32Array>()
  private readonly windows: RowWindows | undefined
  private prepared: Call | undefined

  constructor(
    private readonly parts: CallParts,
    private readonly length: CallLength,
  ) {
    const { batch, perEpoch } = parts
    const { windows: store } = parts.batches
    const orderOf = (epoch: number) => this.orderOf(epoch)
    this.windows =
      store &&
      new RowWindows({
        store,
        orderOf,
        get epochs() {
          return parts.epochs
        },
        batch,
        perEpoch: perEpoch * batch,
      })
  }

  /** The call that starts at a step, of so many steps at most. */
  at(first: number, most = Number.POSITIVE_INFINITY): Call {
    const { prepared } = this
    return prepared?.first === first && prepared.steps <= most ? prepared : this.made(first, most)
  }

  /** Forgets what has been prepared: options have changed that it was made with. */
  forget(): void {
    this.prepared = undefined
  }

  /** Reads the rows of the call that starts at a step. An error is thrown when it is its turn. */
  prepare(first: number, most = Number.POSITIVE_INFINITY): void {
    const { batch, perEpoch, epochs } = this.parts
    this.prepared = undefined
    if (!this.windows || first >= perEpoch * epochs) return
    try {
      this.prepared = this.made(first, most)
      this.windows.ahead(this.prepared.steps * batch)
    } catch {
      // `at` tries again.
    }
  }

  private made(first: number, most: number): Call {
    const { batches, batch, perEpoch } = this.parts
    const { windows } = this
    const epoch = Math.floor(first / perEpoch)
    for (const other of this.orders.keys()) if (other < epoch) this.orders.delete(other)
    const done = first - epoch * perEpoch
    const start = done * batch
    const there = windows ? windows.available(epoch, start) / batch : perEpoch - done
    const steps = Math.min(this.length.steps, there, most)
    const indices = this.orderOf(epoch).slice(start, start + steps * batch)
    const values = windows?.take(epoch, start, indices.length)
    const feeds = { ...this.parts.feeds(first, indices), ...batches.feeds(indices, values) }
    return { first, steps, indices, feeds }
  }

  /** Rows of the store in the order of an epoch: a function of (seed, epoch). */
  private orderOf(epoch: number): Int32Array {
    const known = this.orders.get(epoch)
    if (known) return known
    const { rows, seed, shuffle } = this.parts
    const order = stream(seed, shuffle, epoch).permutation(rows.length)
    // In place: there may be millions.
    for (let i = 0; i < order.length; i++) order[i] = rows[order[i]!]!
    this.orders.set(epoch, order)
    return order
  }
}
