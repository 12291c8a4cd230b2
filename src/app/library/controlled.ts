import type { DataSet } from '../../data/dataset.ts'
import { formOf } from '../../data/training-rows.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { asMemoryError } from '../../runtime/memory-error.ts'
import type { Runtime } from '../../runtime/session.ts'
import type { SharedRuntime } from '../../runtime/shared.ts'
import { requireWhole } from '../../tensor/checks.ts'
import { described, isRecord } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { given as givenOption, worded } from '../../tensor/wording.ts'
import type { BuiltModel } from '../../train/build.ts'
import type { Checkpoint, Progress } from '../../train/checkpoint.ts'
import { Control } from '../../train/control.ts'
import type { StopReason } from '../../train/events.ts'
import { isSameValue, type Position } from '../../train/history.ts'
import { fit } from '../../train/trainer.ts'
import type { TrainerOptions } from '../../train/trainer-options.ts'
import type { RunConfig } from '../config.ts'
import { buildFor } from '../model-for-data.ts'
import { changedConfig } from '../run/changed-config.ts'
import type { RunFiles } from '../run/run-files.ts'
import { RunInMemory, type RunStart } from '../run/run-in-memory.ts'
import { heldModel } from './held-model.ts'
import type { Model } from './model.ts'
import type { TrainingHooks } from './options.ts'
import type { Adjustments, Training, TrainingControlOptions } from './training.ts'

/** What is trained, accepted and built. */
export interface Controlled
  extends Pick<TrainerOptions, 'validate' | 'measureTraining'>,
    Pick<RunStart, 'environment' | 'from'> {
  readonly config: RunConfig
  /** The configured model's, if it is not one of the built-in models. */
  readonly definition: ModelDefinition | undefined
  readonly model: BuiltModel
  readonly data: DataSet
  readonly shared: SharedRuntime
  /** The training's own lease. */
  readonly runtime: Runtime
}

type Hooks = TrainingHooks & TrainingControlOptions & Pick<TrainerOptions, 'stepsPerCall'>

/** A training in memory, going on from its construction. */
export class ControlledTraining implements Training {
  config: RunConfig
  readonly done: Promise<Model & { readonly reason: StopReason }>
  private readonly control: Control
  private readonly stopping = new AbortController()
  private readonly run: RunInMemory
  private readonly ended: Promise<StopReason>

  constructor(
    private readonly of: Controlled,
    hooks: Hooks,
  ) {
    const { signal, paused, keep } = hooks
    if (paused) this.requireSteps('paused')
    this.config = of.config
    this.control = new Control(this.stopping.signal, { paused })
    if (signal?.aborted) this.stopping.abort()
    else signal?.addEventListener('abort', () => this.stopping.abort(), { once: true })
    const { environment, from } = of
    this.run = new RunInMemory({ config: () => this.config, environment, from, keep })
    this.ended = this.fitted(hooks)
    this.done = this.ended.then((reason) => this.modelAtEnd(reason))
    // Who asked for the training may not have come to wait for its end yet.
    this.done.catch(() => {})
  }

  get state(): Training['state'] {
    return this.control.state
  }

  async pause(): Promise<void> {
    this.requireSteps('pause')
    await this.control.pause()
  }

  async continue(): Promise<void> {
    this.requireSteps('continue')
    this.control.continue()
  }

  async step(count = 1): Promise<void> {
    requireWhole(count, 'count', { low: 1 }, UserError)
    this.requireSteps('step')
    await this.control.step(count)
  }

  async stop(): Promise<void> {
    this.control.requireGoing('stop')
    this.stopping.abort()
    await this.ended
  }

  async adjust(changes: Adjustments): Promise<Position> {
    this.requireSteps('adjust')
    const adjusted = requireChanges(changes)
    const { definition } = this.of
    return this.control.ask('adjust', async (training) => {
      const { stage, step } = training.progress
      const next = changedConfig(this.config, { stage, step }, { adjusted }, definition)
      this.requireEpochsLeft(next, training.progress)
      if (!isSameValue(next, this.config)) {
        const { train: config, options, history = [] } = next
        await training.follow({ config, options, history })
        this.config = next
      }
      return { stage, step }
    })
  }

  async snapshot(): Promise<Model> {
    this.requireSteps('snapshot')
    return this.control.ask('snapshot', async (training) => {
      const { model } = training
      return this.held(await training.checkpoint(), 'last', model)
    })
  }

  async files(): Promise<RunFiles> {
    const { control, run } = this
    if (this.of.model.fit || control.state === 'ended') return run.files()
    return control.ask('files', async (training) => run.files(await training.checkpoint()))
  }

  private async fitted(hooks: Hooks): Promise<StopReason> {
    const { model, data, runtime, validate, measureTraining, from, config } = this.of
    const { onEvent, keepEvery: saveEvery, callSeconds, stepsPerCall } = hooks
    const { train, history } = config
    try {
      const reason = await fit({
        ...{ model, data, runtime, validate, measureTraining, onEvent },
        ...{ saveEvery, callSeconds, stepsPerCall },
        form: formOf(data),
        config: train,
        history,
        from: from?.last,
        store: this.run,
        gate: this.control.gate,
        signal: this.stopping.signal,
      })
      this.control.end()
      return reason
    } catch (error) {
      const failure = asMemoryError(error)
      await this.run.keepChanged().catch(() => {})
      this.control.end(failure)
      await runtime.close()
      throw failure
    }
  }

  private async modelAtEnd(reason: StopReason) {
    const { runtime, model, data, definition } = this.of
    try {
      const { best, last } = this.run.checkpoints
      const checkpoint = best ?? last
      if (!checkpoint)
        throw new UserError(
          `${this.config.model}: the training was stopped before it was computed, so there is no model; train it again`,
        )
      const isBuilt = isSameValue(this.config.options, model.config)
      const now = isBuilt ? model : buildFor(this.config, data, definition)
      return { ...this.held(checkpoint, best ? 'best' : 'last', now), reason }
    } finally {
      await runtime.close()
    }
  }

  private held(checkpoint: Checkpoint, kind: 'best' | 'last', model: BuiltModel): Model {
    const { data, shared } = this.of
    const { config } = this
    const runtime = shared.lease()
    return heldModel({ config, model, checkpoint, kind, runtime, data: async () => data })
  }

  /** Refuses what only a training in steps can do. */
  private requireSteps(name: string): void {
    if (this.of.model.fit)
      throw new UserError(
        `${name}: ${this.of.config.model} is computed in closed form, without steps; it can only be stopped`,
      )
  }

  /** Refuses fewer epochs than have begun. */
  private requireEpochsLeft({ train }: RunConfig, { stage, step }: Progress): void {
    const { model, data } = this.of
    const perEpoch = Math.floor(data.splits.train.rows.length / train.batch)
    const begun = Math.ceil(step / perEpoch)
    if (model.stages[stage]!.epochs === undefined && train.epochs < begun)
      throw new UserError(
        worded`${givenOption('epochs', train.epochs)}: the training is in epoch ${begun} already`,
      )
  }
}

/** The options that a call of `adjust` changes. */
function requireChanges(changes: Adjustments): Readonly<Record<string, unknown>> {
  if (!isRecord(changes) || !Object.values(changes).some((value) => value !== undefined))
    throw new UserError(
      `adjust: expected an object with the options that change, as in adjust({ lr: 1e-4 }), got ${described(changes)}`,
    )
  return changes
}
