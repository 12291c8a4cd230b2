import type { Checkpoint } from './checkpoint.ts'
import type { TrainerOptions } from './trainer-options.ts'

const SAVE_SECONDS = 10

/**
 * Writes the `last` checkpoint in the background, one at a time, while training continues. The first is due at once:
 * whatever happens later, there is something to resume.
 */
export class CheckpointWriter {
  private lastSave = Number.NEGATIVE_INFINITY
  private saving: Promise<void> = Promise.resolve()

  constructor(private readonly options: Pick<TrainerOptions, 'store' | 'onEvent' | 'saveEvery'>) {}

  get isDue(): boolean {
    return performance.now() - this.lastSave >= (this.options.saveEvery ?? SAVE_SECONDS) * 1000
  }

  /**
   * Starts to write a checkpoint once the one before it is written.
   *
   * @param take makes a copy of the state: called only then, so that there is never more than one copy
   */
  async save(take: () => Promise<Checkpoint>): Promise<Checkpoint> {
    await this.saving
    const checkpoint = await take()
    this.lastSave = performance.now()
    this.saving = this.options.store.save('last', checkpoint).then(() => {
      this.options.onEvent?.({ type: 'checkpoint', step: checkpoint.progress.step })
    })
    // A failure is thrown where it is awaited; until then it must not count as unhandled.
    this.saving.catch(() => {})
    return checkpoint
  }

  /** Waits for the write under way; rejects if it failed. */
  async saved(): Promise<void> {
    await this.saving
  }

  /** Waits for the write under way, whether it succeeds or not. */
  async settled(): Promise<void> {
    await this.saving.catch(() => {})
  }
}
