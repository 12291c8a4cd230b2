import { sha256 } from '../../tensor/digest.ts'
import { copiedInTurns } from '../../tensor/turns.ts'
import { type Checkpoint, encodeCheckpointLater } from '../../train/checkpoint.ts'
import type { TrainingStore } from '../../train/trainer-options.ts'
import type { RunConfig } from '../config.ts'
import { runFileNames } from './file-names.ts'
import type { RunFiles, StoredRun } from './run-files.ts'
import { storedConfigText } from './stored-config.ts'
import { checkpointLine, measuredApart } from './timing-lines.ts'

type Checkpoints = { readonly [K in 'last' | 'best']?: Checkpoint }

/** What a run in memory starts from. */
export interface RunStart {
  /** The configuration as it is now. */
  readonly config: () => RunConfig
  readonly environment: object
  /** What is there already of a run that continues. */
  readonly from?: StoredRun | undefined
  /** Given the files that have changed since the call before, with each `last` checkpoint. */
  readonly keep?: ((files: RunFiles) => Promise<void>) | undefined
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A run as a training writes it, held in memory: it can be had as the files that a run on disk has. */
export class RunInMemory implements TrainingStore {
  private metrics: string
  private timings: string
  private saved: Checkpoints
  private readonly encoded = new WeakMap<Checkpoint, Promise<Uint8Array>>()
  /** What `keep` was given latest, by path: texts, and checkpoints as objects. */
  private readonly kept = new Map<string, string | Checkpoint>()

  constructor(private readonly start: RunStart) {
    const { metrics = '', timings = '', last, best } = start.from ?? {}
    this.metrics = metrics
    this.timings = timings
    this.saved = { ...(last && { last }), ...(best && { best }) }
  }

  get checkpoints(): Checkpoints {
    return this.saved
  }

  async save(kind: 'last' | 'best', checkpoint: Checkpoint): Promise<void> {
    this.saved = { ...this.saved, [kind]: checkpoint }
    if (kind === 'best') return
    this.timings += checkpointLine(checkpoint.progress)
    await this.keepChanged()
  }

  async append(event: Parameters<TrainingStore['append']>[0]): Promise<number> {
    const { event: rest, line = '' } = measuredApart(event)
    this.timings += line
    this.metrics += `${JSON.stringify(rest)}\n`
    return bytesOf(this.metrics).length
  }

  /** Gives `keep` what it has not been given yet. */
  async keepChanged(): Promise<void> {
    const { keep } = this.start
    if (!keep) return
    const changed = this.parts().filter(([path, part]) => this.kept.get(path) !== part)
    if (changed.length === 0) return
    await keep(await this.written(changed))
    for (const [path, part] of changed) this.kept.set(path, part)
  }

  /**
   * All files of the run.
   *
   * @param last a checkpoint in place of the last that was saved
   */
  files(last?: Checkpoint): Promise<RunFiles> {
    const line = last ? checkpointLine(last.progress) : ''
    return this.written(this.parts(last, this.timings.endsWith(line) ? '' : line))
  }

  /** The contents of the files by their paths, before they are bytes. */
  private parts(last = this.saved.last, timing = ''): (readonly [string, string | Checkpoint])[] {
    const { config, environment } = this.start
    const { best } = this.saved
    return [
      [runFileNames.config, storedConfigText(config())],
      [runFileNames.environment, `${JSON.stringify(environment, null, 2)}\n`],
      [runFileNames.metrics, this.metrics],
      [runFileNames.timings, `${this.timings}${timing}`],
      ...(last ? [[runFileNames.last, last] as const] : []),
      ...(best ? [[runFileNames.best, best] as const] : []),
    ]
  }

  private async written(
    parts: readonly (readonly [string, string | Checkpoint])[],
  ): Promise<RunFiles> {
    const files = parts.map(async ([path, part]) => {
      // A caller may hand the bytes to a worker, so each gets a copy.
      const bytes =
        typeof part === 'string' ? bytesOf(part) : await copiedInTurns(await this.bytes(part))
      return [path, bytes] as const
    })
    return Object.fromEntries(await Promise.all(files))
  }

  private bytes(checkpoint: Checkpoint): Promise<Uint8Array> {
    const known = this.encoded.get(checkpoint)
    if (known) return known
    const made = encodeCheckpointLater(checkpoint, (bytes) => sha256([bytes]))
    this.encoded.set(checkpoint, made)
    return made
  }
}
