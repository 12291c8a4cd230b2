import type { TrainingEvent } from '../train/events.ts'
import { computingLine, epochLine, progressLine, shortened, startLine } from './progress-text.ts'
import { hasTerminal, log, logAsIs, showLive, terminalWidth } from './terminal.ts'

/** Least milliseconds between redraws. */
const REDRAW = 100

export interface Progress {
  onEvent(event: TrainingEvent): void
  /** Shows what is being done besides training. */
  onStage(what: string): void
  /** Clears the live line. */
  end(): void
}

/**
 * Shows progress on standard error: on a terminal a live line and a permanent line for each epoch, otherwise
 * one plain line for each epoch.
 *
 * @param options.quiet shows nothing
 * @param options.plain no live line, even on a terminal
 */
export function trainingProgress(options: { quiet: boolean; plain: boolean }): Progress {
  const isLive = hasTerminal() && !options.plain
  const width = () => terminalWidth() - 1
  // A terminal echoes ^C behind the live line.
  const liveWidth = () => width() - '^C'.length
  let drawn = 0
  let start: Extract<TrainingEvent, { type: 'start' }> | undefined
  const onEvent = (event: TrainingEvent) => {
    if (event.type === 'data' || event.type === 'environment') {
      showLive('')
      log(event.description)
    }
    if (event.type === 'start') {
      showLive('')
      log(startLine(event, start === undefined))
      start = event
    }
    if (event.type === 'epoch') {
      showLive('')
      logAsIs(epochLine(event, isLive ? width() : undefined, start))
    }
    if (event.type !== 'progress' && event.type !== 'computing') return
    if (!isLive || performance.now() - drawn < REDRAW) return
    drawn = performance.now()
    showLive(
      event.type === 'progress'
        ? progressLine(event, liveWidth(), start)
        : computingLine(event, liveWidth()),
    )
  }
  const onStage = (what: string) => {
    if (isLive) showLive(shortened(what, liveWidth()))
  }
  const silent = () => {}
  return options.quiet
    ? { onEvent: silent, onStage: silent, end: silent }
    : { onEvent, onStage, end: () => showLive('') }
}
