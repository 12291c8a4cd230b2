/** Seconds that a call should compute: short enough for Ctrl-C and a lively progress bar. */
export const CALL_SECONDS = 0.25
const LONGEST_CALL = 4096
/** The clock of a page may go by milliseconds: what took less may look like nothing. */
const CLOCK = 0.001

/** How many steps a call of the runtime makes: it follows the measured pace. Results do not depend on it. */
export class CallLength {
  steps: number
  /** Steps per second, averaged over recent calls. */
  speed = 0
  /** The same of the time in which the runtime did nothing else. */
  private pace = 0

  /**
   * @param fixed steps of every call, whatever the speed
   * @param seconds that a call should compute
   */
  constructor(
    private readonly fixed?: number,
    private readonly seconds = CALL_SECONDS,
  ) {
    this.steps = fixed ?? 4
  }

  /**
   * Takes a finished call into account.
   *
   * @param seconds until it was answered
   * @param computed those of them that were spent on this call, not on others of the runtime. If a call that waited were taken for a
   *   slow one, calls would be of one step where others are many.
   */
  measure(steps: number, seconds: number, computed = seconds): void {
    this.speed = averaged(this.speed, steps / Math.max(seconds, CLOCK))
    this.pace = averaged(this.pace, steps / Math.max(computed, CLOCK))
    if (this.fixed !== undefined) return
    const wanted = Math.round(this.pace * this.seconds)
    this.steps = Math.max(1, Math.min(wanted, 4 * this.steps, LONGEST_CALL))
  }
}

const averaged = (before: number, now: number): number =>
  before === 0 ? now : 0.7 * before + 0.3 * now
