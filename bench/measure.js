import { setTimeout as pause } from 'node:timers/promises'
import { countsProcessorTime, startPeer } from './peer-process.js'
import { BOTH, PRODUCT } from './peers.js'

const MIN_STEPS = 3
const MAX_STEPS = 5000
/** Pause after a peer's turn: a thread pool goes on spinning for some tens of ms before it sleeps. */
const SETTLE_MS = 100

/**
 * What one peer gave at one setting: `error` alone where it could not run to the end.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} [version]
 * @property {string} [error]
 * @property {readonly Run[]} runs one for each number of threads, in the order of the peer's `threads`
 *
 * A peer with a certain number of threads. With one it is kept on one processor, and its processor time
 * does not depend on how busy the machine is.
 *
 * @typedef {object} Run
 * @property {number} threads 0 where the engine chooses
 * @property {number} firstLoss mean over the steps of the first call, nats per image
 * @property {number | null} lastLoss mean over the last round
 * @property {number} stepsPerRound
 * @property {number} totalSteps trained when the last round ended
 * @property {readonly number[]} rounds ms per step of each round
 * @property {number} ms their median
 * @property {readonly number[]} processorRounds processor time per step of each round in ms, all threads
 *   together, spinning included; NaN off Linux
 * @property {number} processorMs their median
 * @property {number} idleLoad cores kept busy while other peers had their turn
 */

/**
 * Times peers that take turns, beside the measure of the machine.
 *
 * @param {{ name: string }} setting
 * @param {readonly import('./peers.js').PeerEntry[]} peers
 * @param {import('./flags.js').Turns & { images: string, log: (line: string) => void }} options
 * @returns {Promise<{ product: Row, rows: Row[] }>} in the order of `peers`
 */
export async function measureSetting(setting, peers, options) {
  const measure = { ...PRODUCT, options: { size: options.productSize } }
  const [product, ...rows] = await measurePeers(setting, [measure, ...peers], options)
  return { product, rows }
}

/**
 * Times peers that take turns: round by round each runs its share of steps while the others wait, so
 * that what disturbs the machine for a while disturbs all of them. Where processor time cannot be read,
 * each runs with the first of its numbers of threads alone.
 *
 * @param {{ name: string }} setting
 * @param {readonly import('./peers.js').PeerEntry[]} peers
 * @param {Pick<import('./flags.js').Turns, 'rounds' | 'roundMs' | 'firstSteps'> &
 *   { images: string, log: (line: string) => void, unit?: number }} options with `unit`, a turn has a multiple of
 *   so many steps
 * @returns {Promise<Row[]>} in the order of `peers`
 */
export async function measurePeers(setting, peers, options) {
  const { rounds, images, log } = options
  const counts = countsProcessorTime() ? undefined : 1
  const groups = peers.map((peer) =>
    (peer.threads ?? BOTH).slice(0, counts).map((threads) => new Entrant(peer, threads)),
  )
  const entrants = groups.flat()
  log(`${setting.name}: ${peers.map(({ name }) => name).join(', ')} start`)
  await Promise.all(entrants.map((entrant) => entrant.start({ ...setting, images })))
  for (const entrant of entrants) {
    log(`${setting.name}: ${nameOf(entrant.peer.name, entrant.threads)} warms up`)
    await entrant.prepare(options)
  }
  for (let round = 0; round < rounds; round++) {
    log(`${setting.name}: round ${round + 1} of ${rounds}`)
    for (const entrant of rotated(entrants, round)) await entrant.takeTurn()
  }
  for (const entrant of entrants) await entrant.close()
  return groups.map(rowOf)
}

/** A peer with its number of threads, where it is not left to choose one. */
export const nameOf = (/** @type {string} */ name, /** @type {number} */ threads) =>
  threads === 0 ? name : `${name}, threads: ${threads}`

/** @returns {Row} what the processes of one peer gave */
function rowOf(/** @type {readonly Entrant[]} */ entrants) {
  const { name } = entrants[0].peer
  const version = entrants[0].process?.version
  const failed = entrants.find(({ error }) => error)
  if (failed) return { name, version, error: failed.error, runs: [] }
  return { name, version, runs: entrants.map((entrant) => entrant.run()) }
}

/** One process of a peer in the race, and what has been measured of it. */
class Entrant {
  constructor(peer, threads) {
    this.peer = { ...peer, options: { ...peer.options, threads } }
    this.threads = threads
    this.rounds = []
    this.processor = []
    this.totalSteps = 0
    this.idle = { cpuMs: 0, wallMs: 0 }
  }

  async start(setting) {
    await this.#guard(async () => {
      const pinned = this.threads === 1 && countsProcessorTime()
      this.process = await startPeer(this.peer, setting, pinned)
    })
  }

  /** Warms the peer up and fixes how many steps make a round. */
  async prepare({ roundMs, firstSteps, unit = 1 }) {
    if (this.error) return
    await this.#guard(async () => {
      const first = await this.#step(firstSteps)
      this.firstLoss = first.loss
      const before = this.process.cpuMs()
      const steps = stepsFor(Math.min(roundMs, firstSteps * first.ms), first.ms, unit)
      const probe = await this.#step(steps)
      const used = (this.process.cpuMs() - before) / steps
      // On a busy machine the wall time of one thread says little about how long a step takes.
      const least = this.threads === 1 && used > 0 ? used : Number.POSITIVE_INFINITY
      this.stepsPerRound = stepsFor(roundMs, Math.min(first.ms, probe.ms, least), unit)
      // Untimed, because an engine may compile for this number of steps.
      await this.#step(this.stepsPerRound)
    })
  }

  async takeTurn() {
    if (this.error) return
    await this.#guard(async () => {
      this.#accountForIdleTime()
      const before = this.process.cpuMs()
      const { ms, loss } = await this.#step(this.stepsPerRound)
      this.rounds.push(ms)
      this.processor.push((this.process.cpuMs() - before) / this.stepsPerRound)
      this.lastLoss = loss
    })
  }

  async close() {
    await this.process?.close()
  }

  /** @returns {Run} */
  run() {
    const { threads, rounds, processor, idle } = this
    const { firstLoss, lastLoss, stepsPerRound, totalSteps } = this
    return {
      ...{ threads, firstLoss, lastLoss, stepsPerRound, totalSteps },
      rounds,
      ms: median(rounds),
      processorRounds: processor,
      processorMs: median(processor),
      idleLoad: idle.cpuMs / idle.wallMs,
    }
  }

  async #step(steps) {
    const times = await this.process.step(steps)
    this.totalSteps += steps
    await pause(SETTLE_MS)
    this.restingSince = { cpuMs: this.process.cpuMs(), at: performance.now() }
    return times
  }

  #accountForIdleTime() {
    const { cpuMs, at } = this.restingSince
    if (cpuMs !== undefined) this.idle.cpuMs += this.process.cpuMs() - cpuMs
    this.idle.wallMs += performance.now() - at
  }

  /** A peer that fails leaves the race with its reason; the others go on. */
  async #guard(action) {
    try {
      await action()
    } catch (error) {
      this.error = error.message
      await this.close()
    }
  }
}

function stepsFor(roundMs, msPerStep, unit) {
  const steps = Math.min(MAX_STEPS, Math.max(MIN_STEPS, Math.round(roundMs / msPerStep)))
  return Math.max(1, Math.round(steps / unit)) * unit
}

/** Each round begins with another peer, so that none always follows the same one. */
function rotated(items, by) {
  const start = by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2
}
