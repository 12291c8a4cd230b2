import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { peerCommand } from './peers.js'

/** A reply that has not come by then will not come; torch.compile and a slow machine need minutes. */
const REPLY_LIMIT_MS = 10 * 60_000
/** Between the end of its input and the end of the process. */
const EXIT_LIMIT_MS = 10_000
/** Unit of the times in /proc/PID/task/THREAD/schedstat. */
const NANOSECONDS_PER_MS = 1e6
/** Prints what a process may run on; part of every Linux distribution, and of no other system. */
const TASKSET = ['/usr/bin/taskset', '/bin/taskset'].find((file) => existsSync(file))

/**
 * A peer that runs: it answers `step`, and does nothing between the calls.
 *
 * @typedef {object} PeerProcess
 * @property {string} version
 * @property {(steps: number) => Promise<import('./peers/serve.mjs').StepTimes>} step
 * @property {(request: object) => Promise<any>} ask its answer to any other request
 * @property {() => number | undefined} cpuMs processor time used so far; undefined off Linux
 * @property {() => Promise<void>} close
 */

/**
 * Starts a peer and waits until it is ready.
 *
 * @param {import('./peers.js').PeerEntry} peer
 * @param {object} setting what the peer is told
 * @param {boolean} [pinned] to one processor, which limits also an engine that takes all that it finds
 * @returns {Promise<PeerProcess>}
 * @throws {Error} with the reason in one line where it cannot start; `step` throws likewise
 */
export async function startPeer(peer, setting, pinned = false) {
  const own = peerCommand(peer)
  const { command, args } = pinned ? onOneProcessor(own) : own
  const child = spawn(command, [...args, JSON.stringify({ ...setting, ...peer.options })], {
    env: { ...process.env, ...peer.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: peer.signal,
    killSignal: 'SIGKILL',
  })
  const reply = replies(child)
  const ready = await reply().catch(async (error) => {
    await close(child)
    throw error
  })
  const ask = (/** @type {object} */ request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`)
    return reply()
  }
  return {
    version: ready.version,
    ask,
    step: (steps) => ask({ steps }),
    cpuMs: () => (peer.startsProcesses ? familyTime(child.pid) : processorTime(child.pid)),
    close: () => close(child),
  }
}

/**
 * @param {import('node:child_process').ChildProcessWithoutNullStreams} child
 * @returns {() => Promise<any>} the child's next message
 */
function replies(child) {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let complaints = ''
  child.stderr.on('data', (text) => {
    complaints = `${complaints}${text}`.slice(-10_000)
  })
  child.stdin.on('error', () => {}) // a peer that has died is told of by its missing reply
  const failure = new Promise((_, reject) => {
    child.once('error', (error) =>
      reject(
        error.name === 'AbortError' ? error.cause : new Error(`cannot start: ${error.message}`),
      ),
    )
  })
  failure.catch(() => {})

  return async () => {
    const limit = setTimeout(() => child.kill('SIGKILL'), REPLY_LIMIT_MS)
    try {
      for (;;) {
        const { value: line, done } = await Promise.race([lines.next(), failure])
        if (done) throw new Error(await lastWords(child, complaints))
        if (!line.startsWith('{')) continue // a library's greeting
        const message = JSON.parse(line)
        if (message.error) throw new Error(message.error)
        return message
      }
    } finally {
      clearTimeout(limit)
    }
  }
}

/** Why a process ended: the error that it printed last, or how it ended. */
async function lastWords(child, complaints) {
  if (child.exitCode === null && child.signalCode === null) await exitOf(child)
  const errors = complaints.split('\n').filter((line) => /^\w*(Error|Exception)\b.*:/.test(line))
  return errors.at(-1) ?? `ended without a word (${child.signalCode ?? child.exitCode})`
}

/** Whether a process can be kept on one processor and its processor time read. */
export const countsProcessorTime = () =>
  TASKSET !== undefined && existsSync(`/proc/${process.pid}/task/${process.pid}/schedstat`)

/** The command on the last of the processors that this process may use. */
function onOneProcessor({ command, args }) {
  const [, allowed = '0'] =
    /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  const last = allowed.split(/[-,]/).at(-1) ?? '0'
  return { command: TASKSET ?? 'taskset', args: ['-c', last, command, ...args] }
}

/**
 * What all threads of a process have used of the processor, in ms, without the processes that it started.
 * A thread that has ended no longer counts, but pools keep theirs.
 *
 * @param {number | undefined} pid
 */
function processorTime(pid) {
  return countsProcessorTime() ? timeOfThreads(pid) : undefined
}

function timeOfThreads(/** @type {number | undefined} */ pid) {
  let sum = 0
  for (const thread of threadsOf(pid)) {
    try {
      const [used] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
      sum += Number(used) / NANOSECONDS_PER_MS
    } catch {} // ended since it was listed
  }
  return sum
}

/** None of a process that has ended. */
function threadsOf(/** @type {number | undefined} */ pid) {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

/** The same of a process and all that it started, and they in turn. */
function familyTime(/** @type {number | undefined} */ pid) {
  if (!countsProcessorTime()) return undefined
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(name)]),
  )
  const isOfFamily = (/** @type {number | undefined} */ id) =>
    id === pid || (id !== undefined && isOfFamily(parents.get(id)))
  let sum = 0
  for (const id of parents.keys()) if (isOfFamily(id)) sum += timeOfThreads(id)
  return sum
}

/** @returns {number | undefined} undefined where the process has ended */
function parentOf(/** @type {string} */ pid) {
  try {
    const [, parent] = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(parent)
  } catch {
    return undefined
  }
}

async function close(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const limit = setTimeout(() => child.kill('SIGKILL'), EXIT_LIMIT_MS)
  child.stdin.end()
  await exitOf(child)
  clearTimeout(limit)
}

/** Also of one that a signal ends: events' `once` would throw the signal's error. */
const exitOf = (child) => new Promise((ended) => child.once('exit', ended))
