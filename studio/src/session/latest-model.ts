import type { Model, Training } from 'latentlab/browser'
import type { Answering } from './answering.ts'

/** Milliseconds between reports that the parameters have changed. */
const REPORT_MILLISECONDS = 500

/** Milliseconds after which a report that had to wait is tried again. */
const SOON = 100

/** The model that is being trained, with parameters of now wherever it is asked for after they changed. */
export class LatestModel {
  private snapshot: Promise<Model> | undefined
  private isStale = true
  private reported = 0
  /** Of a report that is due later. */
  private due: ReturnType<typeof setTimeout> | undefined
  /** What models are used for at the moment. */
  private readonly uses = new Map<Model, Set<Promise<unknown>>>()

  constructor(
    private readonly training: Pick<Training, 'state' | 'snapshot'>,
    /** The model at the end. */
    private readonly done: Promise<Model>,
    private readonly answering: Pick<Answering, 'isRested'>,
    private readonly changed: () => void,
  ) {}

  /** Takes note that the parameters have changed. */
  age(now = performance.now()): void {
    this.isStale = true
    if (this.due !== undefined) return
    this.plan(Math.max(0, this.reported + REPORT_MILLISECONDS - now))
  }

  /** Reports after a while, once training has had its share of the time. */
  private plan(wait: number): void {
    this.due = setTimeout(() => {
      this.due = undefined
      if (!this.answering.isRested && this.training.state === 'running') return this.plan(SOON)
      this.reported = performance.now()
      this.changed()
    }, wait)
  }

  /** For one call; the next model may close it behind that. */
  async model(): Promise<Model> {
    if (!this.snapshot || this.isStale) {
      this.isStale = false
      this.snapshot = this.taken(this.snapshot)
    }
    return this.snapshot
  }

  /** For several calls, until what they are for is done. */
  async use<T>(work: (model: Model) => Promise<T>): Promise<T> {
    const model = await this.model()
    const uses = this.uses.get(model) ?? new Set()
    this.uses.set(model, uses)
    const done = work(model)
    uses.add(done)
    try {
      return await done
    } finally {
      uses.delete(done)
      if (uses.size === 0) this.uses.delete(model)
    }
  }

  /** Replaces the latest snapshot by the model at the end. */
  end(model: Model): void {
    clearTimeout(this.due)
    const before = this.snapshot
    this.snapshot = Promise.resolve(model)
    this.isStale = false
    void this.retire(before, model)
    this.changed()
  }

  async close(): Promise<void> {
    clearTimeout(this.due)
    await this.retire(this.snapshot)
  }

  private async taken(before: Promise<Model> | undefined): Promise<Model> {
    const { training, done } = this
    if (training.state !== 'ended') {
      try {
        const model = await training.snapshot()
        void this.retire(before, model)
        return model
      } catch {
        // It has ended meanwhile, or is computed in closed form and has no model before its end.
      }
    }
    return done.catch(async (error: unknown) => {
      if (!before) throw error
      return before
    })
  }

  /** Closes a model that is not asked for any more, when nothing uses it. */
  private async retire(old: Promise<Model> | undefined, next?: Model): Promise<void> {
    const model = await old?.catch(() => undefined)
    if (!model || model === next) return
    await Promise.allSettled(this.uses.get(model) ?? [])
    await model.close()
  }
}
