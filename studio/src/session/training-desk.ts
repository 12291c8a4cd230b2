import {
  type Model,
  type RunFiles,
  resumeTraining,
  startTraining,
  type Training,
  type TrainingEvent,
  UserError,
} from 'latentlab/browser'
import type { ModelSummary, TrainingState, TrainRequest } from '../protocol/api.ts'
import type { DataDesk, OpenedData } from './data-desk.ts'
import { exampleSetOf } from './example-set.ts'
import { FindingsWatch } from './findings-watch.ts'
import type { Host } from './host.ts'
import { type KeptRunWriter, keptRun, readRun, writerOf } from './kept-runs.ts'
import type { CurrentView } from './view.ts'

/** The most examples of a map. */
const MOST_EXAMPLES = 100_000
/** Seconds of a call of the runtime: how long an answer may wait while a model is trained. */
const CALL_SECONDS = 0.1
/** Milliseconds between reports that the parameters have changed. */
const REPORT_MILLISECONDS = 500
/** Seconds between the states that are kept, which is what a crash can lose. */
const KEEP_SECONDS = 3

/** The training of the session, of which there is one at a time. */
export class TrainingDesk {
  private training: Training | undefined
  private trained: OpenedData | undefined

  constructor(
    private readonly host: Host,
    private readonly data: DataDesk,
    private readonly view: CurrentView,
  ) {}

  async start({ model, options, paused }: TrainRequest): Promise<ModelSummary> {
    await this.end()
    const opened = this.data.get()
    const writer = keptRun(this.host.storage, opened.given.name, model, opened.request)
    const watched: Watched = { event: () => {}, finished: async () => {} }
    const training = await startTraining({
      ...this.hooks(writer, watched),
      ...given(opened),
      ...options,
      model,
      paused,
    } as Parameters<typeof startTraining>[0])
    return this.follow(training, opened, watched)
  }

  async continue(id: string, epochs?: number): Promise<ModelSummary> {
    await this.end()
    const { record, files, data } = await readRun(this.host.storage, id)
    const opened = await this.data.read(data)
    const writer = Promise.resolve(
      writerOf(this.host.storage, id, { ...record, data: record.data }),
    )
    const watched: Watched = { event: () => {}, finished: async () => {} }
    const training = await resumeTraining({
      ...this.hooks(writer, watched),
      ...dataOf(opened),
      files,
      paused: true,
    } as Parameters<typeof resumeTraining>[0])
    if (epochs !== undefined) await training.adjust({ epochs })
    await training.continue()
    return this.follow(training, opened, watched)
  }

  get(): Training {
    if (!this.training) throw new UserError('nothing is being trained')
    return this.training
  }

  /** The files of the run of now; undefined where nothing has been trained. */
  async files(): Promise<RunFiles | undefined> {
    return this.training?.files()
  }

  /** What a command names in place of the data. */
  source(): string {
    return this.trained?.given.source ?? 'mnist'
  }

  /** Ends the training, if there is one, and waits until its state is kept. */
  async end(): Promise<void> {
    const { training } = this
    if (!training) return
    if (training.state !== 'ended') await training.stop()
    await training.done.catch(() => {})
  }

  state(state: TrainingState): void {
    this.host.send({ type: 'state', state })
  }

  /** Sends the state of now. */
  resend(): void {
    this.state(this.training?.state ?? 'none')
  }

  private hooks(writer: Promise<KeptRunWriter>, watched: Watched) {
    const progress = { epoch: 0, epochs: 0, finished: false }
    watched.finished = async () => (await writer).keep({}, { ...progress, finished: true })
    return {
      callSeconds: CALL_SECONDS,
      keepEvery: KEEP_SECONDS,
      keep: async (files: RunFiles) => {
        await (await writer).keep(files, progress)
      },
      onEvent: (event: TrainingEvent) => {
        if (event.type === 'start') progress.epochs = event.epochs
        if (event.type === 'epoch') progress.epoch = event.epoch
        this.host.send({ type: 'training', event })
        watched.event(event)
      },
    }
  }

  /** Puts the model that is being trained in view, and reports how it goes. */
  private async follow(
    training: Training,
    opened: OpenedData,
    watched: Watched,
  ): Promise<ModelSummary> {
    this.training = training
    this.trained = opened
    const latest = new LatestModel(training, () => {
      void latest.model().then(
        ({ epoch, step }) => this.host.send({ type: 'parameters', epoch, step }),
        () => {},
      )
    })
    const findings = new FindingsWatch(this.host, () => latest.model())
    watched.event = (event) => {
      if (event.type === 'progress' || event.type === 'epoch') latest.age()
      findings.event(event)
    }
    this.state(training.state)
    void training.done.then(
      (model) => {
        if (model.reason !== 'cancelled') void watched.finished()
        latest.end(model)
        this.state('ended')
        void findings.examine(false)
      },
      (error: unknown) => {
        this.state('ended')
        this.host.send({ type: 'failed', message: textOf(error) })
        findings.failed(error)
      },
    )
    return this.view.set({
      source: 'training',
      title: `${opened.given.name} · ${training.config.model}`,
      examples: exampleSetOf(opened.set, MOST_EXAMPLES, training.config.train.seed),
      model: () => latest.model(),
      findings: () => findings.now,
      close: async () => {
        await this.end()
        await latest.close()
      },
    })
  }
}

/** What looks at the events of a training. */
interface Watched {
  event(event: TrainingEvent): void
  /** Records that nothing is left to train. */
  finished(): Promise<void>
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

/** The model that is being trained, with parameters of now wherever it is asked for after they changed. */
class LatestModel {
  private snapshot: Promise<Model> | undefined
  private isStale = true
  private reported = Number.NEGATIVE_INFINITY

  constructor(
    private readonly training: Training,
    private readonly changed: () => void,
  ) {}

  /** Takes note that the parameters have changed. */
  age(now = performance.now()): void {
    this.isStale = true
    if (now - this.reported < REPORT_MILLISECONDS) return
    this.reported = now
    this.changed()
  }

  async model(): Promise<Model> {
    if (!this.snapshot || this.isStale) {
      this.isStale = false
      const before = this.snapshot
      this.snapshot = this.taken(before)
    }
    return this.snapshot
  }

  private async taken(before: Promise<Model> | undefined): Promise<Model> {
    const { training } = this
    // After the end there are no snapshots; the last one, or the model that training gave, remains.
    if (training.state === 'ended') return (await before) ?? training.done
    const model = await training.snapshot()
    void before?.then((old) => old.close())
    return model
  }

  /** Replaces the latest snapshot by the model at the end. */
  end(model: Model): void {
    const before = this.snapshot
    this.snapshot = Promise.resolve(model)
    this.isStale = false
    void before?.then((old) => (old === model ? undefined : old.close()))
    this.changed()
  }

  async close(): Promise<void> {
    await (await this.snapshot)?.close()
  }
}
