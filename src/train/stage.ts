import type { Arrays, LoopSession } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/host.ts'
import { stream } from '../tensor/random.ts'
import { type BuiltStage, lastStage, parametersIn } from './build.ts'
import type { Checkpoint, Progress } from './checkpoint.ts'
import { stageConfig } from './config.ts'
import { diagnose } from './diagnose.ts'
import type { Figures, StopReason, TrainingEvent } from './events.ts'
import { initialState } from './initial-state.ts'
import { labelFeed } from './labels.ts'
import { type TrainingProgram, trainingProgram } from './program.ts'
import type { TrainerOptions } from './trainer-options.ts'

/** Seconds that a call should take: short enough for Ctrl-C and a lively progress bar. */
const CALL_SECONDS = 0.25
const LONGEST_CALL = 4096
const SAVE_SECONDS = 10

/** One stage, from its beginning or from a checkpoint within it. */
export async function fitStage(
  options: TrainerOptions,
  from: Checkpoint,
  perEpoch: number,
): Promise<{ reason: StopReason; end: Checkpoint }> {
  const { model, data, form, config, runtime } = options
  const { train } = data.splits
  const stage = model.stages[from.progress.stage]!
  const program = trainingProgram(model, form, config, {
    stage: from.progress.stage,
    ...(options.history && { history: options.history }),
  })
  const session = await runtime.compileLoop(program.loop)
  try {
    const moved = Object.keys(program.loop.state)
    const fixed = Object.fromEntries(
      [...model.parameters.keys()]
        .filter((name) => !moved.includes(name))
        .map((name) => [name, from.arrays[name]!]),
    )
    const labels = model.labels && labelFeed(train.labels!)
    const window = { data: train.store, ...labels, ...fixed }
    await session.bind(window)
    await session.load({ ...initialState(from.arrays, program), ...from.arrays })
    const { epochs } = stageConfig(config, stage)
    options.onEvent?.({
      type: 'start',
      ...(stage.name && {
        stage: stage.name,
        stageNumber: from.progress.stage + 1,
        stages: model.stages.length,
      }),
      ...(stage.phases.length > 1 && { phases: stage.phases.map(({ name }) => name) }),
      epochs,
      epoch: from.progress.epoch,
      stepsPerEpoch: perEpoch,
      examples: train.rows.length,
      dropped: train.rows.length - perEpoch * config.batch,
      parameters: [...model.parameters.values()].reduce((sum, p) => sum + sizeOf(p.shape), 0),
      runtime: runtime.name,
    })
    const place = { stage, epochs, perEpoch, fixed }
    const fitting = new Fitting(options, program, session, window, place, from.progress)
    return await fitting.run().finally(() => fitting.settled())
  } finally {
    await session.close()
  }
}

/** The stage that is under way. */
interface Place {
  readonly stage: BuiltStage
  readonly epochs: number
  readonly perEpoch: number
  /** Parameters that the stage does not move. */
  readonly fixed: Arrays
}

/** One stage under way. */
class Fitting {
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
    private readonly place: Place,
    private progress: Progress,
  ) {
    this.stepsPerCall = options.stepsPerCall ?? 4
  }

  async run(): Promise<{ reason: StopReason; end: Checkpoint }> {
    const { signal } = this.options
    let reason: StopReason = 'finished'
    while (this.progress.epoch < this.place.epochs) {
      if (this.stoppedEarly()) {
        reason = 'early'
        break
      }
      if (signal?.aborted) {
        reason = 'cancelled'
        break
      }
      await this.runSteps()
      if (this.stepInEpoch() === this.place.perEpoch) await this.endEpoch()
      const every = (this.options.saveEvery ?? SAVE_SECONDS) * 1000
      if (performance.now() - this.lastSave >= every) await this.save()
    }
    const end = await this.save()
    await this.saving
    return { reason, end }
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
    return this.progress.step - this.progress.epoch * this.place.perEpoch
  }

  /** Rows of the store in the order of the epoch under way: a function of (seed, epoch). */
  private epochRows(): Int32Array {
    const { epoch } = this.progress
    if (this.order?.epoch !== epoch) {
      const { rows } = this.options.data.splits.train
      const { name } = this.place.stage
      const shuffle = name ? `${name} shuffle` : 'shuffle'
      const order = stream(this.options.config.seed, shuffle, epoch).permutation(rows.length)
      this.order = { epoch, rows: order.map((i) => rows[i]!) }
    }
    return this.order.rows
  }

  /** One call of the runtime: some steps, all within an epoch. */
  private async runSteps(): Promise<void> {
    const { batch } = this.options.config
    const done = this.stepInEpoch()
    const steps = Math.min(this.stepsPerCall, this.place.perEpoch - done)
    const indices = this.epochRows().slice(done * batch, (done + steps) * batch)
    const first = this.progress.step
    const start = performance.now()
    const results = await this.session.run(
      steps,
      this.program.feeds(first, indices, this.place.perEpoch),
    )
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
    const { stage, epochs, perEpoch } = this.place
    const left = epochs * perEpoch - this.progress.step
    onEvent?.({
      type: 'progress',
      ...(stage.name && { stage: stage.name }),
      epoch: this.progress.epoch + 1,
      epochs,
      step: this.stepInEpoch(),
      stepsPerEpoch: perEpoch,
      examplesPerSecond: this.speed * config.batch,
      secondsLeft: left / this.speed,
      ...this.means(),
    })
  }

  private async parameters(): Promise<Arrays> {
    return parametersIn(this.options.model, this.complete(await this.session.state()))
  }

  private async endEpoch(): Promise<void> {
    const { config, model, validate, store, onEvent } = this.options
    const { stage, epochs } = this.place
    const last = stage === lastStage(model)
    const train = this.means()
    const parameters = validate ? await this.parameters() : {}
    const validation = await validate?.(parameters, stage)
    const value = validation && monitored(validation, config.monitor, last)
    const improved =
      value !== undefined && value < (this.progress.best?.value ?? Number.POSITIVE_INFINITY)
    const epoch = this.progress.epoch + 1
    const event: TrainingEvent = {
      type: 'epoch',
      ...(stage.name && { stage: stage.name }),
      epoch,
      epochs,
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
    if (improved && last) await store.save('best', this.checkpoint(parameters))
    onEvent?.(event)
  }

  private checkpoint(arrays: Arrays): Checkpoint {
    return { progress: this.progress, model: this.options.model.definition.name, arrays }
  }

  /** Writes the state while the next call runs; the call after that waits for it. */
  private async save(): Promise<Checkpoint> {
    await this.saving
    const checkpoint = this.checkpoint(this.complete(await this.session.state()))
    this.lastSave = performance.now()
    this.saving = this.options.store.save('last', checkpoint).then(() => {
      this.options.onEvent?.({ type: 'checkpoint', step: checkpoint.progress.step })
    })
    // A failure is thrown where it is awaited; until then it must not count as unhandled.
    this.saving.catch(() => {})
    return checkpoint
  }

  /** The state with the parameters that the stage does not move. */
  private complete(state: Arrays): Arrays {
    return { ...this.place.fixed, ...state }
  }

  /** The call that started at step `first` ended in numbers that are not finite. */
  private async fail(first: number, indices: Int32Array): Promise<never> {
    const { runtime, model, form, config, store, history } = this.options
    const state = await this.session.previousState()
    await this.saving
    await store.save('last', this.checkpoint(this.complete(state)))
    const error = await diagnose(runtime, model, form, config, {
      stage: this.progress.stage,
      state,
      data: this.window,
      first,
      indices,
      perEpoch: this.place.perEpoch,
      ...(history && { history }),
    })
    // Told behind what the checkpoint counts, so that resuming takes it back.
    await store.append({ type: 'failed', message: error.commandLine })
    throw error
  }
}

/**
 * The figure that early stopping and the best checkpoint follow; none for `none`. A stage before the last
 * follows its objective where it has no term of that name.
 */
function monitored(figures: Figures, name: string, last: boolean): number | undefined {
  const { terms, objective } = figures
  if (name === 'none') return undefined
  const value =
    name === 'objective' ? objective : Object.hasOwn(terms, name) ? terms[name] : undefined
  if (value !== undefined) return value
  if (!last) return objective
  const known = ['objective', ...Object.keys(figures.terms), 'none'].join(', ')
  throw new UserError(`monitor: there is no validation term ${name} (known: ${known})`)
}
