import type { Arrays } from '../runtime/session.ts'
import { sizeOf } from '../tensor/host.ts'
import { batchesOf } from './batches.ts'
import { type BuiltModel, parametersIn } from './build.ts'
import { CallLength } from './call-length.ts'
import { Calls } from './calls.ts'
import type { Checkpoint, Progress } from './checkpoint.ts'
import { CheckpointWriter } from './checkpoint-writer.ts'
import { stageConfig } from './config.ts'
import { type Course, changedOptions, type InForce, type Settings } from './course.ts'
import { diagnose } from './diagnose.ts'
import type { Figures, StopReason, TrainingEvent } from './events.ts'
import { isMonitoredChange, monitored } from './monitor.ts'
import { StageLoop, type StageParts } from './stage-loop.ts'
import type { BetweenCalls, TrainerOptions } from './trainer-options.ts'

/** How a stage ended, and the course that its training followed then. */
export interface StageEnd {
  readonly reason: StopReason
  readonly end: Checkpoint
  readonly course: Course
}

/**
 * Trains one stage, from its beginning or from a checkpoint within it.
 *
 * @param perEpoch steps of an epoch
 */
export async function fitStage(
  options: TrainerOptions,
  course: Course,
  from: Checkpoint,
  perEpoch: number,
): Promise<StageEnd> {
  const { model, data, form, config, runtime } = options
  const { train } = data.splits
  const { stage: number, step } = from.progress
  const batches = batchesOf(train, config.batch, model.labels !== undefined)
  const parts = { runtime, form, batches, stage: number, perEpoch }
  const loop = await StageLoop.open(parts, course, step, from.arrays)
  try {
    const { stage } = loop
    options.onEvent?.({
      type: 'start',
      ...(stage.name && {
        stage: stage.name,
        stageNumber: number + 1,
        stages: model.stages.length,
      }),
      phases: stage.phases.length > 1 ? stage.phases.map(({ name }) => name) : undefined,
      epochs: stageConfig(course.settings.config, stage).epochs,
      epoch: from.progress.epoch,
      stepsPerEpoch: perEpoch,
      examples: train.rows.length,
      dropped: train.rows.length - perEpoch * config.batch,
      parameters: [...model.parameters.values()].reduce((sum, p) => sum + sizeOf(p.shape), 0),
      runtime: runtime.name,
      loops: await runtime.loops(),
    })
    const fitting = new Fitting(options, parts, loop, course, from.progress)
    return await fitting.run().finally(() => fitting.settled())
  } finally {
    await loop.close()
  }
}

/** One stage while it is trained. */
class Fitting implements BetweenCalls {
  private readonly length: CallLength
  private readonly calls: Calls
  private readonly writer: CheckpointWriter

  constructor(
    private readonly options: TrainerOptions,
    private readonly parts: StageParts,
    private readonly loop: StageLoop,
    private course: Course,
    public progress: Progress,
  ) {
    const { config, data, stepsPerCall, callSeconds } = options
    const { batches, perEpoch } = parts
    const { name } = loop.stage
    const epochs = () => this.epochs
    this.length = new CallLength(stepsPerCall, callSeconds)
    this.calls = new Calls(
      {
        batches,
        perEpoch,
        feeds: (first, indices) => loop.feeds(first, indices),
        get epochs() {
          return epochs()
        },
        rows: data.splits.train.rows,
        batch: config.batch,
        seed: config.seed,
        shuffle: name ? `${name} shuffle` : 'shuffle',
      },
      this.length,
    )
    this.writer = new CheckpointWriter(options)
  }

  async run(): Promise<StageEnd> {
    for (;;) {
      const most = (await this.options.gate?.(this)) ?? Number.POSITIVE_INFINITY
      const reason = this.reasonToEnd()
      if (reason) {
        const end = await this.save()
        await this.writer.saved()
        return { reason, end, course: this.course }
      }
      await this.enter()
      await this.runSteps(most)
      if (this.stepInEpoch() === this.parts.perEpoch) await this.endEpoch()
      if (this.writer.isDue) await this.save()
    }
  }

  /** Waits for a checkpoint that is being written, whether it succeeds or not. */
  settled(): Promise<void> {
    return this.writer.settled()
  }

  get model(): BuiltModel {
    return this.inForce(this.progress.step).model
  }

  async checkpoint(): Promise<Checkpoint> {
    return this.checkpointOf(await this.loop.state())
  }

  async follow(settings: Settings): Promise<void> {
    const course = this.course.with(settings)
    await this.loop.moveTo(course, this.progress.step)
    this.course = course
    this.calls.forget()
  }

  private get epochs(): number {
    return stageConfig(this.course.settings.config, this.loop.stage).epochs
  }

  private reasonToEnd(): StopReason | undefined {
    const { config, signal } = this.options
    const { epoch, sinceBest } = this.progress
    if (epoch >= this.epochs) return 'finished'
    if (config.patience > 0 && sinceBest >= config.patience && !this.changesHere()) return 'early'
    return signal?.aborted ? 'cancelled' : undefined
  }

  private stepInEpoch(): number {
    return this.progress.step - this.progress.epoch * this.parts.perEpoch
  }

  /** What holds for a step of the stage. */
  private inForce(step: number): InForce {
    return this.course.at({ stage: this.progress.stage, step })
  }

  /** Whether the monitored figure is another one from the next step on. */
  private changesHere(): boolean {
    const { step } = this.progress
    if (step === 0) return false
    const [before, after] = [this.inForce(step - 1).model, this.inForce(step).model]
    if (before === after || changedOptions(before, after).length === 0) return false
    return isMonitoredChange(this.options.config.monitor, {
      terms: this.loop.terms,
      sameGraphs: before.stages === after.stages,
    })
  }

  /** Takes into account what changes with the next step. Figures under other weights are not compared. */
  private async enter(): Promise<void> {
    if (this.changesHere()) this.progress = { ...this.progress, best: null, sinceBest: 0 }
    if (await this.loop.moveTo(this.course, this.progress.step)) this.calls.forget()
  }

  /** One call of the runtime. While it computes, the rows of the next are read. */
  private async runSteps(granted: number): Promise<void> {
    const { stage, step } = this.progress
    const most = Math.min(granted, this.course.modelUntil({ stage, step }) - step)
    const start = performance.now()
    const before = this.loop.computing
    const { first, steps, indices, feeds } = this.calls.at(step, most)
    const running = this.loop.run(steps, feeds)
    this.calls.prepare(first + steps, most - steps || Number.POSITIVE_INFINITY)
    const reading = (performance.now() - start) / 1000
    const results = await running
    const seconds = (performance.now() - start) / 1000
    const computed = before === undefined ? seconds : this.loop.computing! - before
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
    this.length.measure(steps, seconds, Math.max(reading, computed))
    this.report()
  }

  /** Sums in step order, so that they do not depend on how steps are divided into calls. */
  private added(results: Arrays): Record<string, number> {
    const sums: Record<string, number> = {}
    for (const name of [...this.loop.terms.map((term) => `term ${term}`), 'objective']) {
      let sum = this.progress.sums[name] ?? 0
      for (const value of results[name]!.data as Iterable<number>) sum += value
      sums[name] = sum
    }
    return sums
  }

  private means(): Figures {
    const steps = this.stepInEpoch()
    const mean = (name: string) => this.progress.sums[name]! / steps
    const terms = this.loop.terms.map((term) => [term, mean(`term ${term}`)] as const)
    return { terms: Object.fromEntries(terms), objective: mean('objective') }
  }

  private report(): void {
    const { config, onEvent } = this.options
    const { perEpoch } = this.parts
    const left = this.epochs * perEpoch - this.progress.step
    onEvent?.({
      type: 'progress',
      stage: this.loop.stage.name || undefined,
      epoch: this.progress.epoch + 1,
      epochs: this.epochs,
      step: this.stepInEpoch(),
      stepsPerEpoch: perEpoch,
      examplesPerSecond: this.length.speed * config.batch,
      secondsLeft: left / this.length.speed,
      ...this.means(),
    })
  }

  private async endEpoch(): Promise<void> {
    const { config, model, validate, store, onEvent } = this.options
    const { stage } = this.progress
    const last = stage === model.stages.length - 1
    const train = this.means()
    const parameters = validate ? parametersIn(model, await this.loop.state()) : {}
    const then = this.inForce(this.progress.step - 1)
    const current = then.model.stages[stage]!
    const validation = await validate?.(parameters, current, then.model)
    const value = validation && monitored(validation, config.monitor, last)
    const improved =
      value !== undefined && value < (this.progress.best?.value ?? Number.POSITIVE_INFINITY)
    const epoch = this.progress.epoch + 1
    const event: TrainingEvent = {
      type: 'epoch',
      stage: current.name || undefined,
      epoch,
      epochs: stageConfig(then.config, current).epochs,
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
    if (improved && last) await store.save('best', this.checkpointOf(parameters))
    onEvent?.(event)
  }

  private checkpointOf(arrays: Arrays): Checkpoint {
    return { progress: this.progress, model: this.options.model.definition.name, arrays }
  }

  /** Writes the state while the next call runs; the call after that waits for it. */
  private save(): Promise<Checkpoint> {
    return this.writer.save(() => this.checkpoint())
  }

  /** Ends training after a call, from step `first` on, that gave numbers that are not finite. */
  private async fail(first: number, indices: Int32Array): Promise<never> {
    const { runtime, form, config, store } = this.options
    const state = await this.loop.previousState()
    await this.writer.saved()
    await store.save('last', this.checkpointOf(state))
    const error = await diagnose(runtime, this.loop.model, form, config, {
      stage: this.progress.stage,
      state,
      bound: this.loop.bound,
      batches: this.parts.batches,
      first,
      indices,
      perEpoch: this.parts.perEpoch,
      inForce: (step) => this.course.at(step),
    })
    // Appended past the checkpoint's `metricsBytes`, so resuming truncates it.
    await store.append({ type: 'failed', message: error.commandLine })
    throw error
  }
}
