/** How much longer training goes on by itself than answers to one change of its parameters took. */
const SHARE = 2

/**
 * Measures how long the page's questions take, so that reports of changed parameters, after which the page asks anew, leave most
 * of the time to the training.
 */
export class Answering {
  private under = 0
  private began = 0
  private took = 0
  private ended = Number.NEGATIVE_INFINITY

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether answers to the report before are given, and training has had its share since. */
  get isRested(): boolean {
    return this.under === 0 && this.now() - this.ended >= SHARE * this.took
  }

  /** Forgets what was measured: the next answers are to another report. */
  reported(): void {
    this.took = 0
  }

  /** The same calls, measured. */
  measured<C extends object>(calls: C): C {
    return Object.fromEntries(
      Object.entries(calls).map(([name, call]) => [name, this.timed(call)]),
    ) as C
  }

  private timed<A extends unknown[], T>(call: (...args: A) => Promise<T>) {
    return async (...args: A): Promise<T> => {
      if (this.under++ === 0) this.began = this.now()
      try {
        return await call(...args)
      } finally {
        if (--this.under === 0) {
          this.ended = this.now()
          this.took += this.ended - this.began
        }
      }
    }
  }
}
