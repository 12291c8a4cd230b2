import { examineModel, type Finding, type Model, type TrainingEvent } from 'latentlab/browser'
import type { FindingText } from '../protocol/api.ts'
import type { Host } from './host.ts'

type EpochEvent = Extract<TrainingEvent, { type: 'epoch' }>

/** Test examples that the doctor looks at while a model is trained. */
const EXAMPLES = 500
/** Milliseconds between full examinations, and between those of the curves: a table may have a hundred epochs a second. */
const APART = 15_000
const CURVES_APART = 1000

/** Asks the doctor again and again while a model is trained: about its curves after every epoch, about all of it now and then. */
export class FindingsWatch {
  now: readonly FindingText[] = []
  private readonly epochs: EpochEvent[] = []
  private examining = false
  private last = performance.now()
  private lastCurves = Number.NEGATIVE_INFINITY

  constructor(
    private readonly host: Host,
    private readonly use: <T>(work: (model: Model) => Promise<T>) => Promise<T>,
  ) {}

  event(event: TrainingEvent): void {
    if (event.type !== 'epoch') return
    this.epochs.push(event)
    if (performance.now() - this.lastCurves < CURVES_APART) return
    this.lastCurves = performance.now()
    void this.examine(true)
  }

  /** @param underWay whether the training goes on */
  async examine(underWay: boolean): Promise<void> {
    if (this.examining && underWay) return
    this.examining = true
    const isDue = !underWay || performance.now() - this.last >= APART
    try {
      const { findings } = await this.use((model) =>
        examineModel(model, {
          epochs: this.epochs,
          underWay,
          checks: isDue ? 'all' : 'curves',
          ...(underWay && { examples: EXAMPLES }),
        }),
      )
      if (isDue) this.last = performance.now()
      this.report(findings.map(textOf), isDue)
    } catch {
      // What cannot be examined now is at the next epoch.
    } finally {
      this.examining = false
    }
  }

  /**
   * Training ended because a number was no longer finite.
   *
   * @param model of a state before
   * @returns the learning rate to try, if it is that
   */
  async diverged(model: Model, message: string): Promise<number | undefined> {
    const { findings } = await examineModel(model, {
      ...{ epochs: this.epochs, failure: { message }, checks: 'curves' },
    })
    this.report(findings.map(textOf), true)
    const lr = findings.find(({ name }) => name === 'not-finite')?.options?.lr
    return typeof lr === 'number' ? lr : undefined
  }

  /** Training ended because of an error, which is the finding. */
  failed(error: unknown): void {
    const what = error instanceof Error ? error.message : String(error)
    this.report([{ name: 'failed', what, evidence: '', try: '' }], true)
  }

  /** Findings of the curves alone are added to those of the last full examination. */
  private report(found: readonly FindingText[], isFull: boolean): void {
    const kept = isFull
      ? []
      : this.now.filter(({ name }) => !found.some((one) => one.name === name))
    const all = [...found, ...kept]
    if (JSON.stringify(all) === JSON.stringify(this.now)) return
    this.now = all
    this.host.send({ type: 'findings', findings: all })
  }
}

const textOf = ({ name, what, evidence, try: suggestion, options }: Finding): FindingText => ({
  name,
  what,
  evidence,
  try: suggestion,
  ...(options && { options }),
})
