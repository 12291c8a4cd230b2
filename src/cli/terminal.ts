import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { reasonOf, writeFully } from '../data/disk/files.ts'
import { formatTable, type Table } from '../report/table.ts'
import { PROSE_WIDTH, wrappedLines } from '../report/wrap.ts'

/**
 * All writing to standard output (`print`) and standard error (`log`) goes through this file. On a terminal, a
 * live line may be shown below the log, and long lines are broken between words. In a pipe or a file every line stays
 * whole, so that other programs can read it.
 *
 * Work never ends because of a stream that cannot be written. If it is standard output, the result is lost: a line on
 * standard error says so, and the exit code is 2. If it is standard error, only messages are lost. A reader that has
 * left (`| head`) is no failure.
 */

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const CLEAR_LINE = '\r\x1b[K'

let live = ''

/** Streams that can no longer be written. */
const lost = new Set<NodeJS.WriteStream>()
let isResultLost = false
let isTerminalGone = false

/** Writes a result to standard output. */
export function print(text: string): void {
  printAsIs(forTerminal(text, outputWidth()))
}

/** Writes text whose lines fit already, such as a table, to standard output. */
export function printAsIs(text: string): void {
  withoutLive(() => write(process.stdout, `${text}\n`))
}

/** Writes a table to standard output, as wide as its terminal. */
export function printTable(table: Table): void {
  printAsIs(formatTable(table, outputWidth()))
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
  withoutLive(() => write(process.stderr, `${text}\n`))
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
  if (line === '') write(process.stderr, CLEAR_LINE + SHOW_CURSOR)
  else write(process.stderr, `${live === '' ? HIDE_CURSOR : ''}\r${line}\x1b[K`)
  live = line
}

function withoutLive(write: () => void): void {
  const shown = live
  showLive('')
  write()
  showLive(shown)
}

function write(stream: NodeJS.WriteStream, text: string): void {
  if (!lost.has(stream)) stream.write(text)
}

function lose(stream: NodeJS.WriteStream, error: NodeJS.ErrnoException): void {
  if (lost.has(stream)) return
  lost.add(stream)
  if (error.code === 'EIO' && stream instanceof Socket) isTerminalGone = true
  if (error.code === 'EPIPE' || stream !== process.stdout) return
  isResultLost = true
  log(
    `latentlab: cannot write to standard output: ${isTerminalGone ? 'the terminal is closed' : reasonOf(error)}`,
  )
}

/** To be called if the terminal has been closed (SIGHUP). */
export function leaveTerminal(): void {
  isTerminalGone = true
}

/** Restores the cursor at the end, and handles streams that cannot be written. */
export function prepareTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (isFile(stream)) stream._write = writingFully(stream.fd)
    stream.on('error', (error: NodeJS.ErrnoException) => lose(stream, error))
  }
  process.on('exit', () => {
    showLive('')
    if (isResultLost) process.exitCode ||= 2
    if (isTerminalGone) closeStandardStreams()
  })
}

/** Whether a stream is a file or a device, neither a terminal nor a pipe. */
const isFile = (stream: Writable): stream is Writable & { fd: number } =>
  !(stream instanceof Socket) && typeof (stream as { fd?: unknown }).fd === 'number'

/** Node's own writing to a file drops what a full disk has no room for, without an error. */
function writingFully(descriptor: number): Writable['_write'] {
  return (text, _, done) => {
    try {
      writeFully(descriptor, text)
      done()
    } catch (error) {
      done(error as Error)
    }
  }
}

/** Node restores the settings of a terminal that is still open, and aborts if the terminal no longer exists. */
function closeStandardStreams(): void {
  for (const descriptor of [0, 1, 2])
    try {
      closeSync(descriptor)
    } catch {
      // It was closed before.
    }
}
