import type { RunFiles, TrainingEvent } from 'latentlab/browser'

/** How far above the first loss another may be, in multiples of that, before its training counts as diverging. */
const FAR = 10

/**
 * The latest state of a training that was kept while its loss was still near that of its beginning, or below. The very last state
 * before a number is infinite is often of no use: its parameters are huge by then.
 */
export class SoundState {
  kept: { readonly files: RunFiles; readonly epoch: number } | undefined
  private files: RunFiles = {}
  private stage: string | undefined
  private first: number | undefined
  private now: number | undefined

  /** Takes note of the loss. Each stage of a training has its own. */
  event(event: TrainingEvent): void {
    if (event.type !== 'progress') return
    if (event.stage !== this.stage) this.first = undefined
    this.stage = event.stage
    this.first ??= event.objective
    this.now = event.objective
  }

  /**
   * Takes note of what is kept.
   *
   * @param changed files that differ from those before
   * @param epoch how many epochs had ended
   */
  keep(changed: RunFiles, epoch: number): void {
    this.files = { ...this.files, ...changed }
    if (this.isSound()) this.kept = { files: this.files, epoch }
  }

  private isSound(): boolean {
    const { first, now } = this
    if (first === undefined || now === undefined) return true
    return now - first <= FAR * Math.max(1, Math.abs(first))
  }
}
