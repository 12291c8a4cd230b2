import type { DataSet } from '../data/dataset.ts'
import type { BuiltModel } from '../models/model.ts'
import { initialValue } from '../nn/parameters.ts'
import type { Arrays, LoopSession, Runtime } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import { type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'
import { stream } from '../tensor/random.ts'
import type { Checkpoint, Progress } from './checkpoint.ts'
import type { TrainConfig } from './config.ts'
import { diagnose } from './diagnose.ts'
import type { Figures, StopReason, TrainingEvent } from './events.ts'
import { type DataForm, type TrainingProgram, trainingProgram } from './program.ts'

/** Where a training keeps what must survive it. */
export interface TrainingStore {
  /** Replaces a checkpoint as a whole, or fails and leaves the one before. */
  save(kind: 'last' | 'best', checkpoint: Checkpoint): Promise<void>
  /** Adds an event to the metrics; returns their length in bytes. */
  append(event: TrainingEvent): Promise<number>
}

export interface TrainerOptions {
  readonly model: BuiltModel
  readonly data: DataSet
  readonly form: DataForm
  readonly config: TrainConfig
  readonly runtime: Runtime
  readonly store: TrainingStore
  /** Where to go on; without it, from the start. */
  readonly from?: Checkpoint
  /** Figures of the validation split under the given parameters; absent where there is none. */
  readonly validate?: (parameters: Arrays) => Promise<Figures>
  readonly onEvent?: (event: TrainingEvent) => void
  /** Ends the training after the call under way. */
  readonly signal?: AbortSignal
  /** Steps of every call; by default as many as take a fraction of a second. Results do not depend on it. */
  readonly stepsPerCall?: number
  /** Seconds between checkpoints. */
  readonly saveEvery?: number
}

/** Seconds that a call should take: short enough for Ctrl-C and a lively progress bar. */
const CALL_SECONDS = 0.25
const LONGEST_CALL = 4096
const SAVE_SECONDS = 10

const FRESH: Progress = {
  step: 0,
  epoch: 0,
  sums: {},
  best: null,
  sinceBest: 0,
  metricsBytes: 0,
  seconds: 0,
}

/** The state of a training that has not begun. */
export function initialState(model: BuiltModel, program: TrainingProgram, seed: number): Arrays {
  const parameters = [...model.parameters.values()].map(
    (p) => [p.name, initialValue(p, seed)] as const,
  )
  const slots = program.slots.map(
    ({ name, shape }) =>
      [name, hostTensor('float32', shape, new Float32Array(sizeOf(shape)))] as const,
  )
  return Object.fromEntries<HostTensor>([...parameters, ...slots])
}

/** Fits a model: calls of many steps each, a validation and an event after every epoch, checkpoints. */
export async function fit(options: TrainerOptions): Promise<StopReason> {
  const { model, data, form, config, runtime } = options
  const { rows } = data.splits.train
  const perEpoch = Math.floor(rows.length / config.batch)
  if (perEpoch === 0)
    throw new UserError(
      `batch: ${config.batch} examples are more than the ${rows.length} that there are for training`,
    )
  const program = trainingProgram(model, form, config)
  const session = await runtime.compileLoop(program.loop)
  try {
    const window = { data: data.splits.train.store }
    await session.bind(window)
    await session.load(options.from?.arrays ?? initialState(model, program, config.seed))
    options.onEvent?.({
      type: 'start',
      epochs: config.epochs,
      epoch: options.from?.progress.epoch ?? 0,
      stepsPerEpoch: perEpoch,
      examples: rows.length,
      dropped: rows.length - perEpoch * config.batch,
      parameters: [...model.parameters.values()].reduce((sum, p) => sum + sizeOf(p.shape), 0),
      runtime: runtime.name,
    })
    const fitting = new Fitting(options, program, session, window, perEpoch)
    return await fitting.run().finally(() => fitting.settled())
  } finally {
    await session.release()
  }
}

/** One training under way. */
class Fitting {
  private progress: Progress
  private stepsPerCall: number
  /** Steps per second of late calls. */
  private speed = 0
  private lastSave = performance.now()
  private saving: Promise<void> = Promise.resolve()
  private order: { epoch: number; rows: Int32Array } | undefined

  constructor(
    private readonly options: TrainerOptions,
    private readonly program: TrainingProgram,
    private readonly session: LoopSession,
    private readonly window: Arrays,
    private readonly perEpoch: number,
  ) {
    this.progress = options.from?.progress ?? FRESH
    this.stepsPerCall = options.stepsPerCall ?? 4
  }

  async run(): Promise<StopReason> {
    const { config, signal } = this.options
    let reason: StopReason = 'finished'
    while (this.progress.epoch < config.epochs) {
      if (this.stoppedEarly()) {
        reason = 'early'
        break
      }
      if (signal?.aborted) {
        reason = 'cancelled'
        break
      }
      await this.runSteps()
      if (this.stepInEpoch() === this.perEpoch) await this.endEpoch()
      const every = (this.options.saveEvery ?? SAVE_SECONDS) * 1000
      if (performance.now() - this.lastSave >= every) await this.save()
    }
    await this.save()
    await this.saving
    const { epoch, seconds, best } = this.progress
    this.options.onEvent?.({ type: 'stopped', reason, epoch, seconds, ...(best ? { best } : {}) })
    return reason
  }

  /** Waits for a checkpoint that is being written, whether it succeeds or not. */
  async settled(): Promise<void> {
    await this.saving.catch(() => {})
  }

  private stoppedEarly(): boolean {
    const { patience } = this.options.config
    return patience > 0 && this.progress.sinceBest >= patience
  }

  private stepInEpoch(): number {
    return this.progress.step - this.progress.epoch * this.perEpoch
  }

  /** Rows of the store in the order of the epoch under way: a function of (seed, epoch). */
  private epochRows(): Int32Array {
    const { epoch } = this.progress
    if (this.order?.epoch !== epoch) {
      const { rows } = this.options.data.splits.train
      const order = stream(this.options.config.seed, 'shuffle', epoch).permutation(rows.length)
      this.order = { epoch, rows: order.map((i) => rows[i]!) }
    }
    return this.order.rows
  }

  /** One call of the runtime: some steps, all within an epoch. */
  private async runSteps(): Promise<void> {
    const { batch } = this.options.config
    const done = this.stepInEpoch()
    const steps = Math.min(this.stepsPerCall, this.perEpoch - done)
    const indices = this.epochRows().slice(done * batch, (done + steps) * batch)
    const first = this.progress.step
    const start = performance.now()
    const results = await this.session.run(steps, this.program.feeds(first, indices, this.perEpoch))
    const seconds = (performance.now() - start) / 1000
    const sums = this.added(results)
    const finite =
      Number(results.finite!.data[0]) === 0 && Object.values(sums).every(Number.isFinite)
    if (!finite) await this.fail(first, indices)
    this.progress = {
      ...this.progress,
      step: first + steps,
      sums,
      seconds: this.progress.seconds + seconds,
    }
    this.adapt(steps, seconds)
    this.report()
  }

  /** Sums in step order, so that they do not depend on how the steps are cut into calls. */
  private added(results: Arrays): Record<string, number> {
    const sums: Record<string, number> = {}
    for (const name of [...this.program.terms.map((term) => `term ${term}`), 'objective']) {
      let sum = this.progress.sums[name] ?? 0
      for (const value of results[name]!.data as Iterable<number>) sum += value
      sums[name] = sum
    }
    return sums
  }

  private adapt(steps: number, seconds: number): void {
    const speed = steps / seconds
    this.speed = this.speed === 0 ? speed : 0.7 * this.speed + 0.3 * speed
    if (this.options.stepsPerCall !== undefined) return
    const wanted = Math.round(this.speed * CALL_SECONDS)
    this.stepsPerCall = Math.max(1, Math.min(wanted, 4 * this.stepsPerCall, LONGEST_CALL))
  }

  private means(): Figures {
    const steps = this.stepInEpoch()
    const mean = (name: string) => this.progress.sums[name]! / steps
    const terms = this.program.terms.map((term) => [term, mean(`term ${term}`)] as const)
    return { terms: Object.fromEntries(terms), objective: mean('objective') }
  }

  private report(): void {
    const { config, onEvent } = this.options
    const left = config.epochs * this.perEpoch - this.progress.step
    onEvent?.({
      type: 'progress',
      epoch: this.progress.epoch + 1,
      epochs: config.epochs,
      step: this.stepInEpoch(),
      stepsPerEpoch: this.perEpoch,
      examplesPerSecond: this.speed * config.batch,
      secondsLeft: left / this.speed,
      ...this.means(),
    })
  }

  private async parameters(): Promise<Arrays> {
    const state = await this.session.state()
    return Object.fromEntries([...this.options.model.parameters.keys()].map((n) => [n, state[n]!]))
  }

  private async endEpoch(): Promise<void> {
    const { config, validate, store, onEvent } = this.options
    const train = this.means()
    const parameters = validate ? await this.parameters() : {}
    const validation = await validate?.(parameters)
    const value = validation && monitored(validation, config.monitor)
    const improved =
      value !== undefined && value < (this.progress.best?.value ?? Number.POSITIVE_INFINITY)
    const epoch = this.progress.epoch + 1
    const event: TrainingEvent = {
      type: 'epoch',
      epoch,
      epochs: config.epochs,
      train,
      ...(validation
        ? { validation: { terms: validation.terms, objective: validation.objective } }
        : {}),
      best: improved,
      seconds: this.progress.seconds,
      examplesPerSecond: this.speed * config.batch,
    }
    await this.saving
    const metricsBytes = await store.append(event)
    this.progress = {
      ...this.progress,
      epoch,
      sums: {},
      best: improved ? { epoch, value } : this.progress.best,
      sinceBest: improved || value === undefined ? 0 : this.progress.sinceBest + 1,
      metricsBytes,
    }
    if (improved) await store.save('best', this.checkpoint(parameters))
    onEvent?.(event)
  }

  private checkpoint(arrays: Arrays): Checkpoint {
    return { progress: this.progress, model: this.options.model.definition.name, arrays }
  }

  /** Writes the state while the next call runs; the call after that waits for it. */
  private async save(): Promise<void> {
    await this.saving
    const checkpoint = this.checkpoint(await this.session.state())
    this.lastSave = performance.now()
    this.saving = this.options.store.save('last', checkpoint).then(() => {
      this.options.onEvent?.({ type: 'checkpoint', step: checkpoint.progress.step })
    })
    // A failure is thrown where it is awaited; until then it must not count as unhandled.
    this.saving.catch(() => {})
  }

  /** The call that started at step `first` ended in numbers that are not finite. */
  private async fail(first: number, indices: Int32Array): Promise<never> {
    const { runtime, model, form, config, store } = this.options
    const state = await this.session.previousState()
    await this.saving
    await store.save('last', this.checkpoint(state))
    throw await diagnose(runtime, model, form, config, {
      state,
      data: this.window,
      first,
      indices,
      perEpoch: this.perEpoch,
    })
  }
}

function monitored(figures: Figures, name: string): number {
  const { terms, objective } = figures
  const value =
    name === 'objective' ? objective : Object.hasOwn(terms, name) ? terms[name] : undefined
  if (value !== undefined) return value
  const known = ['objective', ...Object.keys(figures.terms)].join(', ')
  throw new UserError(`monitor: there is no validation term ${name} (known: ${known})`)
}
