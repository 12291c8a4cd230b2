import {
  type Adjustments as LibraryAdjustments,
  type Model,
  type RunFiles,
  resumeTraining,
  startTraining,
  type Training,
  type TrainingEvent,
  UserError,
} from 'latentlab/browser'
import type {
  Adjustments,
  ModelSummary,
  SessionEvent,
  TrainingState,
  TrainRequest,
} from '../protocol/api.ts'
import type { Answering } from './answering.ts'
import type { DataDesk, OpenedData } from './data-desk.ts'
import { backToSound, dataOf, gentlerRate, type KeptTraining, soundFiles } from './divergence.ts'
import { exampleSetOf } from './example-set.ts'
import { FindingsWatch } from './findings-watch.ts'
import { deviceFor } from './gpu.ts'
import type { Host } from './host.ts'
import { type KeptRunWriter, keptRun, type Progress, readRun, writerOf } from './kept-runs.ts'
import { LatestModel } from './latest-model.ts'
import { SoundState } from './sound-state.ts'
import type { CurrentView } from './view.ts'

/** Seconds of a call of the runtime: how long an answer may wait while a model is trained. */
const CALL_SECONDS = 0.1
/** Seconds between the states that are kept, which is what a crash can lose. */
const KEEP_SECONDS = 3

/** The training of the session, of which there is one at a time. */
export class TrainingDesk {
  private training: Training | undefined
  /** Resolves when its end has been reported. */
  private done: Promise<void> | undefined
  /** The way back, where it has diverged. */
  private diverged: Extract<SessionEvent, { type: 'diverged' }> | undefined

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
    const run = followed(writer, { epoch: 0, epochs: 0 })
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

  async continue(id: string, changes?: Adjustments): Promise<ModelSummary> {
    await this.end()
    const { record, files, data } = await readRun(this.host.storage, id)
    const opened = await this.data.read(data)
    const writer = writerOf(this.host.storage, id, record)
    const run = followed(writer, record)
    const training = await resumeTraining({
      ...this.hooks(run),
      ...dataOf(opened),
      ...(await deviceFor(this.host)),
      files,
      paused: true,
    } as Parameters<typeof resumeTraining>[0])
    if (changes) await training.adjust(changes as LibraryAdjustments)
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
    await this.done
  }

  /** Reports the state of the training: that of now, unless stated. */
  report(state: TrainingState = this.get().state): void {
    this.host.send({ type: 'state', state })
  }

  /** Sends the state of now. */
  resend(): void {
    this.report(this.training?.state ?? 'none')
    if (this.diverged) this.host.send(this.diverged)
  }

  private hooks(run: FollowedTraining) {
    const { writer, progress, sound } = run
    return {
      callSeconds: CALL_SECONDS,
      keepEvery: KEEP_SECONDS,
      keep: (files: RunFiles) => {
        sound.keep(files, progress.epoch)
        return writer.keep(files, progress)
      },
      onEvent: (event: TrainingEvent) => {
        if (event.type === 'start') progress.epochs = event.epochs
        if (event.type === 'epoch') progress.epoch = event.epoch
        sound.event(event)
        this.host.send({ type: 'training', event })
        run.watch(event)
      },
    }
  }

  /** Puts the model that is being trained in view, and reports how it goes. */
  private async follow(
    training: Training,
    opened: OpenedData,
    run: FollowedTraining,
  ): Promise<ModelSummary> {
    this.training = training
    this.diverged = undefined
    this.answering.reported()
    const findings = new FindingsWatch(this.host, (work) => latest.use(work))
    const done = this.followEnd(training, opened, run, findings)
    const latest = new LatestModel(training, done, this.answering, () => {
      this.answering.reported()
      void latest.model().then(
        ({ epoch, step }) => this.host.send({ type: 'parameters', epoch, step }),
        () => {},
      )
    })
    run.watch = (event) => {
      if (event.type === 'progress' || event.type === 'epoch') latest.age()
      findings.event(event)
    }
    this.report()
    const reported = this.reportEnd(done, latest, findings)
    this.done = reported
    // The examples of the map are those of the training, divided and prepared as it has them.
    const set = await latest.use((model) => model.data())
    return this.view.set({
      source: 'training',
      title: `${opened.given.name} · ${training.config.model}`,
      examples: exampleSetOf(set, training.config.train.seed),
      dataSource: opened.given.source,
      model: () => latest.model(),
      use: (work) => latest.use(work),
      files: () => soundFiles(training, run),
      findings: () => findings.now,
      close: async () => {
        await ended(training)
        await reported
        await latest.close()
      },
    })
  }

  /** The model at the end of a training; where it has diverged, that of its last sound state, from which it can go on. */
  private async followEnd(
    training: Training,
    opened: OpenedData,
    run: FollowedTraining,
    findings: FindingsWatch,
  ): Promise<Model> {
    const { writer, progress } = run
    try {
      const model = await training.done
      if (model.reason !== 'cancelled') void writer.keep({}, { ...progress, finished: true })
      return model
    } catch (error) {
      const back = await backToSound(training, opened, run)
      if (!back) throw error
      const { model, epoch } = back
      const advised = await findings.diverged(model, textOf(error))
      const lr = gentlerRate(training.config.train.lr, model.config.train.lr, advised)
      this.diverged = { type: 'diverged', run: writer.id, epoch, lr }
      return model
    }
  }

  private async reportEnd(
    done: Promise<Model>,
    latest: LatestModel,
    findings: FindingsWatch,
  ): Promise<void> {
    try {
      latest.end(await done)
      this.report('ended')
      if (this.diverged) this.host.send(this.diverged)
      else void findings.examine(false)
    } catch (error) {
      this.report('ended')
      this.host.send({ type: 'failed', message: textOf(error) })
      findings.failed(error)
    }
  }
}

async function ended(training: Training): Promise<void> {
  if (training.state !== 'ended') await training.stop()
  await training.done.catch(() => {})
}

/** A training whose events are followed. */
interface FollowedTraining extends KeptTraining {
  /** Looks at them. */
  watch(event: TrainingEvent): void
}

const followed = (
  writer: KeptRunWriter,
  { epoch, epochs }: Omit<Progress, 'finished'>,
): FollowedTraining => ({
  writer,
  progress: { epoch, epochs, finished: false },
  sound: new SoundState(),
  watch: () => {},
})

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const given = ({ given: { name: _, source: __, options, ...data } }: OpenedData) => ({
  ...options,
  ...data,
})
