import { PROSE_WIDTH, wrappedLines } from '../report/wrap.ts'

/**
 * All writing to standard output (`print`) and standard error (`log`) goes through this file. On a terminal, a
 * live line may be shown below the log, and long lines are broken between words. In a pipe or a file every line stays
 * whole, so that other programs can read it.
 */

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const CLEAR_LINE = '\r\x1b[K'

let live = ''

/** Writes a result to standard output. */
export function print(text: string): void {
  printAsIs(forTerminal(text, outputWidth()))
}

/** Writes text whose lines fit already, such as a table, to standard output. */
export function printAsIs(text: string): void {
  withoutLive(() => process.stdout.write(`${text}\n`))
}

/** Writes the one document of `--json` to standard output. */
export function printJson(document: unknown): void {
  printAsIs(JSON.stringify(document, null, 2))
}

/** Writes a line to standard error, above the live line where there is one. */
export function log(text: string): void {
  const width = process.stderr.isTTY ? process.stderr.columns || PROSE_WIDTH : undefined
  logAsIs(forTerminal(text, width))
}

/** Writes text whose lines must not be broken, such as a stack trace, to standard error. */
export function logAsIs(text: string): void {
  withoutLive(() => process.stderr.write(`${text}\n`))
}

/** Spaces before what continues a broken line. */
const HANGING = 2

const forTerminal = (text: string, width: number | undefined): string =>
  width === undefined ? text : wrappedLines(text, Math.min(width, PROSE_WIDTH), HANGING)

/** Columns of the terminal that standard output goes to; undefined if it is a pipe or a file. */
export function outputWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns || PROSE_WIDTH : undefined
}

/** Columns of text that is set for reading, such as help, wherever it goes. */
export function pageWidth(): number {
  return Math.min(PROSE_WIDTH, outputWidth() ?? PROSE_WIDTH)
}

/** Whether a live line can be shown. */
export function hasTerminal(): boolean {
  return process.stderr.isTTY === true && process.env.TERM !== 'dumb'
}

/** Columns of the terminal; unlimited if there is none. */
export function terminalWidth(): number {
  return hasTerminal() ? process.stderr.columns || 80 : Number.POSITIVE_INFINITY
}

/** Shows, replaces or, with an empty text, removes the live line. It must fit the terminal's width. */
export function showLive(line: string): void {
  if (line === live || !hasTerminal()) return
  // One write for the whole change, so that the line never flickers.
  if (line === '') process.stderr.write(CLEAR_LINE + SHOW_CURSOR)
  else process.stderr.write(`${live === '' ? HIDE_CURSOR : ''}\r${line}\x1b[K`)
  live = line
}

function withoutLive(write: () => void): void {
  const shown = live
  showLive('')
  write()
  showLive(shown)
}

/** Restores the cursor at the end, and lets a closed pipe (`| head`) end the output without an error. */
export function prepareTerminal(): void {
  process.on('exit', () => showLive(''))
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
}
