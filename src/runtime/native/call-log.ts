import type { Arrays } from '../session.ts'

/** A call of a loop. */
export interface LoopCall {
  readonly steps: number
  readonly feeds: Arrays
}

/** Seconds of calls after which a new copy of the state is made: as long as computing them again may take. */
const LONGEST = 2

export const bytesOf = (arrays: Arrays): number =>
  Object.values(arrays).reduce((sum, { data }) => sum + data.byteLength, 0)

/**
 * A copy of the state, and the calls since: they give every later state again, to the bit. It holds at most about twice
 * the state.
 */
export class CallLog {
  private readonly kept: LoopCall[] = []
  private seconds = 0
  private bytes = 0

  /** @param state before the first call */
  constructor(readonly state: Arrays) {}

  get calls(): readonly LoopCall[] {
    return this.kept
  }

  /** Whether a new log, from the state as it is now, should take the place of this one. */
  get isFull(): boolean {
    return this.seconds >= LONGEST || this.bytes >= bytesOf(this.state)
  }

  /** Adds a call that has been made. Its feeds are kept as they are. */
  add(call: LoopCall, seconds: number): void {
    this.kept.push(call)
    this.seconds += seconds
    this.bytes += bytesOf(call.feeds)
  }
}
