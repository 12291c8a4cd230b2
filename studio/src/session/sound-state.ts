import type { RunFiles, TrainingEvent } from 'latentlab/browser'

/** How far above the first loss another may be, in multiples of that, before its training counts as diverging. */
const FAR = 10

interface Kept {
  readonly files: RunFiles
  /** How many epochs had ended. */
  readonly epoch: number
}

/**
 * The latest state of a training that was kept, and from which steps have been made whose loss was near that of its beginning, or
 * below. The very last state before a number is infinite is often of no use: its parameters are huge by then, though the loss before its
 * last step was not.
 */
export class SoundState {
  kept: Kept | undefined
  private files: RunFiles = {}
  /** A state of which no later loss is known yet. */
  private latest: Kept | undefined
  private stage: string | undefined
  private first: number | undefined

  /** Takes note of the loss. Each stage of a training has its own. */
  event(event: TrainingEvent): void {
    if (event.type !== 'progress') return
    const { stage, objective } = event
    if (stage !== this.stage) this.first = undefined
    this.stage = stage
    this.first ??= objective
    const isSound = objective - this.first <= FAR * Math.max(1, Math.abs(this.first))
    if (isSound && this.latest) this.kept = this.latest
    this.latest = undefined
  }

  /**
   * Takes note of what is kept.
   *
   * @param changed files that differ from those before
   * @param epoch how many epochs had ended
   */
  keep(changed: RunFiles, epoch: number): void {
    this.files = { ...this.files, ...changed }
    this.latest = { files: this.files, epoch }
    // With the first state the training began.
    this.kept ??= this.latest
  }
}
