import { setTimeout as pause } from 'node:timers/promises'
import { startPeer } from './peer-process.js'
import { PRODUCT } from './peers.js'

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
 * @property {number} [firstLoss] mean over the steps of the first call, nats per image
 * @property {number | null} [lastLoss] mean over the last round
 * @property {number} [stepsPerRound]
 * @property {number} [totalSteps] trained when the last round ended
 * @property {number[]} [rounds] ms per step of each round
 * @property {number} [ms] their median
 * @property {number} [processorMs] median processor time per step, all threads together, spinning
 *   included: with one thread it does not depend on how busy the machine is. NaN off Linux
 * @property {number} [idleLoad] cores kept busy while other peers had their turn
 */

/**
 * Times peers that take turns: round by round each runs its share of steps while the others wait, so
 * that what disturbs the machine for a while disturbs all of them.
 *
 * @param {import('./settings.js').Setting} setting
 * @param {readonly import('./peers.js').PeerEntry[]} peers
 * @param {import('./flags.js').Turns & { images: string, log: (line: string) => void }} options
 * @returns {Promise<{ product: Row, rows: Row[] }>} in the order of `peers`
 */
export async function measureSetting(setting, peers, options) {
  const { rounds, roundMs, firstSteps, productSize, images, log } = options
  const measure = { ...PRODUCT, options: { ...PRODUCT.options, size: productSize } }
  const entrants = [measure, ...peers].map((peer) => new Entrant(peer))
  for (const entrant of entrants) {
    log(`${setting.name}: ${entrant.peer.name} warms up`)
    await entrant.prepare({ ...setting, images }, roundMs, firstSteps)
  }
  for (let round = 0; round < rounds; round++) {
    log(`${setting.name}: round ${round + 1} of ${rounds}`)
    for (const entrant of rotated(entrants, round)) await entrant.takeTurn()
  }
  for (const entrant of entrants) await entrant.close()
  const [product, ...rows] = entrants.map((entrant) => entrant.row())
  return { product, rows }
}

/** One peer in the race: its process and what has been measured of it. */
class Entrant {
  constructor(peer) {
    this.peer = peer
    this.rounds = []
    this.processor = []
    this.totalSteps = 0
    this.idle = { cpuMs: 0, wallMs: 0 }
  }

  /** Starts the peer, warms it up and fixes how many steps make a round. */
  async prepare(setting, roundMs, firstSteps) {
    await this.#guard(async () => {
      this.process = await startPeer(this.peer, setting)
      const first = await this.#step(firstSteps)
      this.firstLoss = first.loss
      const probe = await this.#step(stepsFor(Math.min(roundMs, firstSteps * first.ms), first.ms))
      this.stepsPerRound = stepsFor(roundMs, Math.min(first.ms, probe.ms))
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

  /** @returns {Row} */
  row() {
    const { name } = this.peer
    if (this.error) return { name, version: this.process?.version, error: this.error }
    const { rounds, processor, firstLoss, lastLoss, stepsPerRound, totalSteps, idle } = this
    return {
      name,
      version: this.process.version,
      firstLoss,
      lastLoss,
      stepsPerRound,
      totalSteps,
      rounds,
      ms: median(rounds),
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

function stepsFor(roundMs, msPerStep) {
  return Math.min(MAX_STEPS, Math.max(MIN_STEPS, Math.round(roundMs / msPerStep)))
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
