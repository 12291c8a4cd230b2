/** How much longer training goes on by itself than answers to one change of its parameters took. */
const SHARE = 2

/** Milliseconds after a report at which the next one waits no longer, however many answers follow each other. */
const MOST = 4000

/**
 * Measures how long the page's questions take, so that reports of changed parameters, after which the page asks anew, leave most
 * of the time to the training.
 */
export class Answering {
  private under = 0
  private began = 0
  private took = 0
  private ended = Number.NEGATIVE_INFINITY
  private lastReport: number

  constructor(private readonly now: () => number = () => performance.now()) {
    this.lastReport = now()
  }

  /** Whether answers to the report before are given and training has had its share since, or that report is long ago. */
  get isRested(): boolean {
    const now = this.now()
    const hasShare = this.under === 0 && now - this.ended >= SHARE * this.took
    return hasShare || now - this.lastReport >= MOST
  }

  /** Forgets what was measured: the next answers are to another report, or about another training. */
  reported(): void {
    this.took = 0
    this.lastReport = this.now()
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
