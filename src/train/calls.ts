import type { Arrays } from '../runtime/session.ts'
import { stream } from '../tensor/random.ts'
import type { Batches } from './batches.ts'
import type { CallLength } from './call-length.ts'
import type { TrainingProgram } from './program.ts'

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
  readonly program: TrainingProgram
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

/** The calls of a stage in turn. Where rows are not in memory, those of a call are read while the one before runs. */
export class Calls {
  private order: { epoch: number; rows: Int32Array } | undefined
  private prepared: Call | undefined

  constructor(
    private readonly parts: CallParts,
    private readonly length: CallLength,
  ) {}

  /** The call that starts at a step. */
  at(first: number): Call {
    return this.prepared?.first === first ? this.prepared : this.made(first)
  }

  /** Reads the rows of the call that starts at a step. An error is thrown when it is its turn. */
  prepare(first: number): void {
    const { batches, perEpoch, epochs } = this.parts
    this.prepared = undefined
    if (!batches.windows || first >= perEpoch * epochs) return
    try {
      this.prepared = this.made(first)
    } catch {
      // `at` tries again.
    }
  }

  private made(first: number): Call {
    const { program, batches, batch, perEpoch } = this.parts
    const epoch = Math.floor(first / perEpoch)
    const done = first - epoch * perEpoch
    const steps = Math.min(this.length.steps, batches.mostSteps, perEpoch - done)
    const indices = this.rowsOf(epoch).slice(done * batch, (done + steps) * batch)
    const feeds = { ...program.feeds(first, indices, perEpoch), ...batches.feeds(indices) }
    return { first, steps, indices, feeds }
  }

  /** Rows of the store in the order of an epoch: a function of (seed, epoch). */
  private rowsOf(epoch: number): Int32Array {
    if (this.order?.epoch !== epoch) {
      const { rows, seed, shuffle } = this.parts
      this.order = undefined
      const order = stream(seed, shuffle, epoch).permutation(rows.length)
      // In place: there may be millions.
      for (let i = 0; i < order.length; i++) order[i] = rows[order[i]!]!
      this.order = { epoch, rows: order }
    }
    return this.order.rows
  }
}
