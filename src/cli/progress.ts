import type { TrainingEvent } from '../train/events.ts'
import { computingLine, epochLine, progressLine, startLine } from './progress-text.ts'
import { hasTerminal, showLive, tell, terminalWidth } from './terminal.ts'

/** At most one redraw in so many milliseconds. */
const REDRAW = 100

export interface Progress {
  onEvent(event: TrainingEvent): void
  /** Tells what is being done beside training. */
  onStage(what: string): void
  /** Removes what stands on the live line. */
  end(): void
}

/**
 * Tells how a training goes, on standard error: on a terminal a live line, and a line that stays for
 * each epoch; otherwise one plain line an epoch.
 *
 * @param options.quiet tells nothing
 * @param options.plain no live line, though there is a terminal
 */
export function trainingProgress(options: { quiet: boolean; plain: boolean }): Progress {
  const isLive = hasTerminal() && !options.plain
  const width = () => terminalWidth() - 1
  let drawn = 0
  let start: Extract<TrainingEvent, { type: 'start' }> | undefined
  const onEvent = (event: TrainingEvent) => {
    if (event.type === 'data') {
      showLive('')
      tell(event.description)
    }
    if (event.type === 'start') {
      showLive('')
      tell(startLine(event, start === undefined))
      start = event
    }
    if (event.type === 'epoch') {
      showLive('')
      tell(epochLine(event, isLive ? width() : undefined, start))
    }
    if (event.type !== 'progress' && event.type !== 'computing') return
    if (!isLive || performance.now() - drawn < REDRAW) return
    drawn = performance.now()
    showLive(
      event.type === 'progress'
        ? progressLine(event, width(), start)
        : computingLine(event, width()),
    )
  }
  const onStage = (what: string) => {
    if (isLive) showLive(what.slice(0, width()))
  }
  const silent = () => {}
  return options.quiet
    ? { onEvent: silent, onStage: silent, end: silent }
    : { onEvent, onStage, end: () => showLive('') }
}
