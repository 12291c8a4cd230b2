import {
  type Model,
  resumeTraining,
  startTraining,
  type Training,
  UserError,
} from 'latentlab/browser'
import type { ModelSummary, TrainingState, TrainRequest } from '../protocol/api.ts'
import type { DataDesk, OpenedData } from './data-desk.ts'
import { exampleSetOf } from './example-set.ts'
import type { Host } from './host.ts'
import { type KeptRunWriter, keptRun, readRun, writerOf } from './kept-runs.ts'
import type { CurrentView } from './view.ts'

/** The most examples of a map. */
const MOST_EXAMPLES = 100_000
/** Seconds of a call of the runtime: how long an answer may wait while a model is trained. */
const CALL_SECONDS = 0.1
/** Seconds between the states that are kept, which is what a crash can lose. */
const KEEP_SECONDS = 3

/** The training of the session, of which there is one at a time. */
export class TrainingDesk {
  private training: Training | undefined

  constructor(
    private readonly host: Host,
    private readonly data: DataDesk,
    private readonly view: CurrentView,
  ) {}

  async start({ model, options, paused }: TrainRequest): Promise<ModelSummary> {
    await this.end()
    const opened = this.data.get()
    const writer = keptRun(this.host.storage, opened.given.name, model, opened.request)
    const training = await startTraining({
      ...this.hooks(writer),
      ...given(opened),
      ...options,
      model,
      paused,
    } as Parameters<typeof startTraining>[0])
    return this.follow(training, opened)
  }

  async continue(id: string, epochs?: number): Promise<ModelSummary> {
    await this.end()
    const { record, files, data } = await readRun(this.host.storage, id)
    const opened = await this.data.read(data)
    const writer = Promise.resolve(
      writerOf(this.host.storage, id, { ...record, data: record.data }),
    )
    const training = await resumeTraining({
      ...this.hooks(writer),
      ...given(opened),
      files,
      ...(epochs !== undefined && { epochs }),
    } as Parameters<typeof resumeTraining>[0])
    return this.follow(training, opened)
  }

  get(): Training {
    if (!this.training) throw new UserError('nothing is being trained')
    return this.training
  }

  /** Ends the training, if there is one, and waits until its state is kept. */
  async end(): Promise<void> {
    const { training } = this
    if (!training) return
    await training.stop()
    await training.done.catch(() => {})
  }

  state(state: TrainingState): void {
    this.host.send({ type: 'state', state })
  }

  private hooks(writer: Promise<KeptRunWriter>) {
    const progress = { epoch: 0, epochs: 0, finished: false }
    return {
      callSeconds: CALL_SECONDS,
      keepEvery: KEEP_SECONDS,
      keep: async (files: Parameters<KeptRunWriter['keep']>[0]) =>
        (await writer).keep(files, progress),
      onEvent: (
        event: Parameters<NonNullable<Parameters<typeof startTraining>[0]['onEvent']>>[0],
      ) => {
        if (event.type === 'start') progress.epochs = event.epochs
        if (event.type === 'epoch') progress.epoch = event.epoch
        if (event.type === 'stopped') progress.finished = event.reason !== 'cancelled'
        this.host.send({ type: 'training', event })
      },
    }
  }

  /** Puts the model that is being trained in view, and reports how it goes. */
  private async follow(training: Training, opened: OpenedData): Promise<ModelSummary> {
    this.training = training
    const latest = new LatestModel(training, (epoch, step) =>
      this.host.send({ type: 'parameters', epoch, step }),
    )
    this.state(training.state)
    void training.done.then(
      () => this.state('ended'),
      (error) => {
        this.state('ended')
        this.host.send({
          type: 'failed',
          message: error instanceof Error ? error.message : String(error),
        })
      },
    )
    return this.view.set({
      source: 'training',
      title: `${opened.given.name} · ${training.config.model}`,
      examples: exampleSetOf(opened.set, MOST_EXAMPLES, training.config.train.seed),
      model: () => latest.model(),
      close: async () => {
        await this.end()
        await latest.close()
      },
    })
  }
}

const given = ({ given: { name: _, source: __, options, ...data } }: OpenedData) => ({
  ...options,
  ...data,
})

/** The model that is being trained, with parameters that are at most as old as a call of the runtime. */
class LatestModel {
  private snapshot: Promise<Model> | undefined

  constructor(
    private readonly training: Training,
    private readonly changed: (epoch: number, step: number) => void,
  ) {}

  async model(): Promise<Model> {
    this.snapshot ??= this.training.snapshot()
    return this.snapshot
  }

  /** Takes the parameters of now. */
  async refresh(): Promise<void> {
    const before = this.snapshot
    const model = await this.training.snapshot()
    this.snapshot = Promise.resolve(model)
    this.changed(model.epoch, model.step)
    await (await before)?.close()
  }

  async close(): Promise<void> {
    await (await this.snapshot)?.close()
  }
}
