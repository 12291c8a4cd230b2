import type { Arrays, LoopSession } from '../runtime/session.ts'
import { sizeOf } from '../tensor/host.ts'
import { type Batches, batchesOf } from './batches.ts'
import { type BuiltStage, lastStage, parametersIn } from './build.ts'
import { CallLength } from './call-length.ts'
import { Calls } from './calls.ts'
import type { Checkpoint, Progress } from './checkpoint.ts'
import { CheckpointWriter } from './checkpoint-writer.ts'
import { stageConfig } from './config.ts'
import { diagnose } from './diagnose.ts'
import type { Figures, StopReason, TrainingEvent } from './events.ts'
import { initialState } from './initial-state.ts'
import { monitored } from './monitor.ts'
import { type TrainingProgram, trainingProgram } from './program.ts'
import type { TrainerOptions } from './trainer-options.ts'

/**
 * Trains one stage, from its beginning or from a checkpoint within it.
 *
 * @param perEpoch steps of an epoch
 */
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
    history: options.history,
  })
  const session = await runtime.compileLoop(program.loop)
  try {
    const trained = Object.keys(program.loop.state)
    const fixed = Object.fromEntries(
      [...model.parameters.keys()]
        .filter((name) => !trained.includes(name))
        .map((name) => [name, from.arrays[name]!]),
    )
    const batches = batchesOf(train, config.batch, model.labels !== undefined)
    const bound = { ...batches.bound, ...fixed }
    await session.bind(bound)
    await session.load({ ...initialState(from.arrays, program), ...from.arrays })
    const { epochs } = stageConfig(config, stage)
    options.onEvent?.({
      type: 'start',
      ...(stage.name && {
        stage: stage.name,
        stageNumber: from.progress.stage + 1,
        stages: model.stages.length,
      }),
      phases: stage.phases.length > 1 ? stage.phases.map(({ name }) => name) : undefined,
      epochs,
      epoch: from.progress.epoch,
      stepsPerEpoch: perEpoch,
      examples: train.rows.length,
      dropped: train.rows.length - perEpoch * config.batch,
      parameters: [...model.parameters.values()].reduce((sum, p) => sum + sizeOf(p.shape), 0),
      runtime: runtime.name,
      loops: await runtime.loops(),
    })
    const context = { stage, epochs, perEpoch, fixed, bound, batches }
    const fitting = new Fitting(options, program, session, context, from.progress)
    return await fitting.run().finally(() => fitting.settled())
  } finally {
    await session.close()
  }
}

interface StageContext {
  readonly stage: BuiltStage
  readonly epochs: number
  readonly perEpoch: number
  /** Parameters that the stage does not train. */
  readonly fixed: Arrays
  /** What the session is bound to. */
  readonly bound: Arrays
  readonly batches: Batches
}

/** One stage while it is trained. */
class Fitting {
  private readonly length: CallLength
  private readonly calls: Calls
  private readonly writer: CheckpointWriter

  constructor(
    private readonly options: TrainerOptions,
    private readonly program: TrainingProgram,
    private readonly session: LoopSession,
    private readonly context: StageContext,
    private progress: Progress,
  ) {
    const { config, data } = options
    const { stage } = context
    this.length = new CallLength(options.stepsPerCall)
    this.calls = new Calls(
      {
        ...context,
        program,
        rows: data.splits.train.rows,
        batch: config.batch,
        seed: config.seed,
        shuffle: stage.name ? `${stage.name} shuffle` : 'shuffle',
      },
      this.length,
    )
    this.writer = new CheckpointWriter(options)
  }

  async run(): Promise<{ reason: StopReason; end: Checkpoint }> {
    const { signal } = this.options
    let reason: StopReason = 'finished'
    while (this.progress.epoch < this.context.epochs) {
      if (this.stoppedEarly()) {
        reason = 'early'
        break
      }
      if (signal?.aborted) {
        reason = 'cancelled'
        break
      }
      await this.runSteps()
      if (this.stepInEpoch() === this.context.perEpoch) await this.endEpoch()
      if (this.writer.isDue) await this.save()
    }
    const end = await this.save()
    await this.writer.saved()
    return { reason, end }
  }

  /** Waits for a checkpoint that is being written, whether it succeeds or not. */
  settled(): Promise<void> {
    return this.writer.settled()
  }

  private stoppedEarly(): boolean {
    const { patience } = this.options.config
    return patience > 0 && this.progress.sinceBest >= patience
  }

  private stepInEpoch(): number {
    return this.progress.step - this.progress.epoch * this.context.perEpoch
  }

  /** One call of the runtime. While it computes, the rows of the next are read. */
  private async runSteps(): Promise<void> {
    const start = performance.now()
    const { first, steps, indices, feeds } = this.calls.at(this.progress.step)
    const running = this.session.run(steps, feeds)
    this.calls.prepare(first + steps)
    const results = await running
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
    this.length.measure(steps, seconds)
    this.report()
  }

  /** Sums in step order, so that they do not depend on how steps are divided into calls. */
  private added(results: Arrays): Record<string, number> {
    const sums: Record<string, number> = {}
    for (const name of [...this.program.terms.map((term) => `term ${term}`), 'objective']) {
      let sum = this.progress.sums[name] ?? 0
      for (const value of results[name]!.data as Iterable<number>) sum += value
      sums[name] = sum
    }
    return sums
  }

  private means(): Figures {
    const steps = this.stepInEpoch()
    const mean = (name: string) => this.progress.sums[name]! / steps
    const terms = this.program.terms.map((term) => [term, mean(`term ${term}`)] as const)
    return { terms: Object.fromEntries(terms), objective: mean('objective') }
  }

  private report(): void {
    const { config, onEvent } = this.options
    const { stage, epochs, perEpoch } = this.context
    const left = epochs * perEpoch - this.progress.step
    onEvent?.({
      type: 'progress',
      stage: stage.name || undefined,
      epoch: this.progress.epoch + 1,
      epochs,
      step: this.stepInEpoch(),
      stepsPerEpoch: perEpoch,
      examplesPerSecond: this.length.speed * config.batch,
      secondsLeft: left / this.length.speed,
      ...this.means(),
    })
  }

  private async parameters(): Promise<Arrays> {
    return parametersIn(this.options.model, this.complete(await this.session.state()))
  }

  private async endEpoch(): Promise<void> {
    const { config, model, validate, store, onEvent } = this.options
    const { stage, epochs } = this.context
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
      stage: stage.name || undefined,
      epoch,
      epochs,
      train,
      validation: validation && { terms: validation.terms, objective: validation.objective },
      best: improved,
      seconds: this.progress.seconds,
      examplesPerSecond: this.length.speed * config.batch,
    }
    await this.writer.saved()
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
  private save(): Promise<Checkpoint> {
    return this.writer.save(async () => this.checkpoint(this.complete(await this.session.state())))
  }

  /** The state together with the parameters that the stage does not train. */
  private complete(state: Arrays): Arrays {
    return { ...this.context.fixed, ...state }
  }

  /** Ends training after a call, from step `first` on, that gave numbers that are not finite. */
  private async fail(first: number, indices: Int32Array): Promise<never> {
    const { runtime, model, form, config, store, history } = this.options
    const state = await this.session.previousState()
    await this.writer.saved()
    await store.save('last', this.checkpoint(this.complete(state)))
    const error = await diagnose(runtime, model, form, config, {
      stage: this.progress.stage,
      state,
      bound: this.context.bound,
      batches: this.context.batches,
      first,
      indices,
      perEpoch: this.context.perEpoch,
      history,
    })
    // Appended past the checkpoint's `metricsBytes`, so resuming truncates it.
    await store.append({ type: 'failed', message: error.commandLine })
    throw error
  }
}
