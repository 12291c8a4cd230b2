import {
  type RunFiles,
  resumeTraining,
  startTraining,
  type Training,
  type TrainingEvent,
  UserError,
} from 'latentlab/browser'
import type { ModelSummary, TrainingState, TrainRequest } from '../protocol/api.ts'
import type { Answering } from './answering.ts'
import type { DataDesk, OpenedData } from './data-desk.ts'
import { exampleSetOf } from './example-set.ts'
import { FindingsWatch } from './findings-watch.ts'
import { deviceFor } from './gpu.ts'
import type { Host } from './host.ts'
import { type KeptRunWriter, keptRun, type Progress, readRun, writerOf } from './kept-runs.ts'
import { LatestModel } from './latest-model.ts'
import type { CurrentView } from './view.ts'

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
    private readonly answering: Answering,
  ) {}

  async start({ model, options, paused }: TrainRequest): Promise<ModelSummary> {
    await this.end()
    const opened = this.data.get()
    const { storage } = this.host
    const writer = await keptRun(storage, opened.given.name, model, opened.request)
    const run = { writer, progress: { epoch: 0, epochs: 0, finished: false }, watch: () => {} }
    const training = await startTraining({
      ...this.hooks(run),
      ...given(opened),
      ...options,
      model,
      paused,
    } as Parameters<typeof startTraining>[0]).catch(async (error: unknown) => {
      // What has not begun is not kept.
      await storage.remove(writer.id)
      throw error
    })
    return this.follow(training, opened, run)
  }

  async continue(id: string, epochs?: number): Promise<ModelSummary> {
    await this.end()
    const { record, files, data } = await readRun(this.host.storage, id)
    const opened = await this.data.read(data)
    const writer = writerOf(this.host.storage, id, record)
    const { epoch, epochs: planned } = record
    const run = { writer, progress: { epoch, epochs: planned, finished: false }, watch: () => {} }
    const training = await resumeTraining({
      ...this.hooks(run),
      ...dataOf(opened),
      ...(await deviceFor(this.host)),
      files,
      paused: true,
    } as Parameters<typeof resumeTraining>[0])
    if (epochs !== undefined) await training.adjust({ epochs })
    run.progress.epochs = training.config.train.epochs
    await training.continue()
    return this.follow(training, opened, run)
  }

  get(): Training {
    if (!this.training) throw new UserError('nothing is being trained')
    return this.training
  }

  /** Ends the training, if there is one, and waits until its state is kept. */
  async end(): Promise<void> {
    if (this.training) await ended(this.training)
  }

  /** Reports the state of the training: that of now, unless stated. */
  report(state: TrainingState = this.get().state): void {
    this.host.send({ type: 'state', state })
  }

  /** Sends the state of now. */
  resend(): void {
    this.report(this.training?.state ?? 'none')
  }

  private hooks(run: KeptTraining) {
    const { writer, progress } = run
    return {
      callSeconds: CALL_SECONDS,
      keepEvery: KEEP_SECONDS,
      keep: (files: RunFiles) => writer.keep(files, progress),
      onEvent: (event: TrainingEvent) => {
        if (event.type === 'start') progress.epochs = event.epochs
        if (event.type === 'epoch') progress.epoch = event.epoch
        this.host.send({ type: 'training', event })
        run.watch(event)
      },
    }
  }

  /** Puts the model that is being trained in view, and reports how it goes. */
  private async follow(
    training: Training,
    opened: OpenedData,
    run: KeptTraining,
  ): Promise<ModelSummary> {
    this.training = training
    this.answering.reported()
    const latest = new LatestModel(training, this.answering, () => {
      this.answering.reported()
      void latest.model().then(
        ({ epoch, step }) => this.host.send({ type: 'parameters', epoch, step }),
        () => {},
      )
    })
    const findings = new FindingsWatch(this.host, (work) => latest.use(work))
    run.watch = (event) => {
      if (event.type === 'progress' || event.type === 'epoch') latest.age()
      findings.event(event)
    }
    this.report()
    void training.done.then(
      (model) => {
        const { writer, progress } = run
        if (model.reason !== 'cancelled') void writer.keep({}, { ...progress, finished: true })
        latest.end(model)
        this.report('ended')
        void findings.examine(false)
      },
      (error: unknown) => {
        this.report('ended')
        this.host.send({ type: 'failed', message: textOf(error) })
        findings.failed(error)
      },
    )
    // The examples of the map are those of the training, divided and prepared as it has them.
    const set = await latest.use((model) => model.data())
    return this.view.set({
      source: 'training',
      title: `${opened.given.name} · ${training.config.model}`,
      examples: exampleSetOf(set, training.config.train.seed),
      dataSource: opened.given.source,
      model: () => latest.model(),
      use: (work) => latest.use(work),
      files: () => training.files(),
      findings: () => findings.now,
      close: async () => {
        await ended(training)
        await latest.close()
      },
    })
  }
}

async function ended(training: Training): Promise<void> {
  if (training.state !== 'ended') await training.stop()
  await training.done.catch(() => {})
}

/** How far a training is, as its record says. */
type Progressing = { -readonly [P in keyof Progress]: Progress[P] }

/** A training whose run is kept while it goes on. */
interface KeptTraining {
  readonly writer: KeptRunWriter
  readonly progress: Progressing
  /** Looks at its events. */
  watch(event: TrainingEvent): void
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const given = ({ given: { name: _, source: __, options, ...data } }: OpenedData) => ({
  ...options,
  ...data,
})

/** The data alone: how it is read, a run has recorded. */
const dataOf = ({ given: { data, labels, testData, testLabels } }: OpenedData) => ({
  data,
  labels,
  testData,
  testLabels,
})
