/** Seconds that a call should take: short enough for Ctrl-C and a lively progress bar. */
export const CALL_SECONDS = 0.25
const LONGEST_CALL = 4096

/** How many steps a call of the runtime makes: it follows the measured speed. Results do not depend on it. */
export class CallLength {
  steps: number
  /** Steps per second, averaged over recent calls. */
  speed = 0

  /**
   * @param fixed steps of every call, whatever the speed
   * @param seconds that a call should take
   */
  constructor(
    private readonly fixed?: number,
    private readonly seconds = CALL_SECONDS,
  ) {
    this.steps = fixed ?? 4
  }

  /** Takes a finished call into account. */
  measure(steps: number, seconds: number): void {
    const speed = steps / seconds
    this.speed = this.speed === 0 ? speed : 0.7 * this.speed + 0.3 * speed
    if (this.fixed !== undefined) return
    const wanted = Math.round(this.speed * this.seconds)
    this.steps = Math.max(1, Math.min(wanted, 4 * this.steps, LONGEST_CALL))
  }
}
