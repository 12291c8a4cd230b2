import { median } from './measure.js'
import { startPeer } from './peer-process.js'

/**
 * What fresh processes of the product gave on two devices.
 *
 * @typedef {object} Starts
 * @property {readonly number[]} seconds from the start of each process to the end of its first step
 * @property {number} median of them
 * @property {boolean} equal whether every process gave the same losses to the bit
 * @property {number} difference largest relative difference of a step's loss between the devices
 * @property {readonly number[]} losses of the device that is timed, nats per image
 */

/**
 * Starts the product anew and takes a first step, then further ones in one call, as a training does.
 *
 * @param {import('./peers.js').PeerEntry} peer
 * @param {object} setting
 * @param {number} steps at least 2
 */
async function freshStart(peer, setting, steps) {
  const began = performance.now()
  const running = await startPeer({ ...peer, options: { ...peer.options, threads: 0 } }, setting)
  try {
    const { losses: first } = await running.ask({ steps: 1, each: true })
    const seconds = (performance.now() - began) / 1e3
    const { losses: later } = await running.ask({ steps: steps - 1, each: true })
    return { seconds, losses: [...first, ...later] }
  } finally {
    await running.close()
  }
}

/**
 * @param {{ timed: import('./peers.js').PeerEntry, reference: import('./peers.js').PeerEntry }} peers of the product
 * @param {object} setting
 * @param {{ starts: number, steps: number }} options processes of the timed device, and steps of each
 * @returns {Promise<Starts>}
 */
export async function freshStarts({ timed, reference }, setting, { starts, steps }) {
  const found = []
  for (let i = 0; i < starts; i++) found.push(await freshStart(timed, setting, steps))
  const seconds = found.map((start) => start.seconds)
  const [{ losses }] = found
  const expected = await freshStart(reference, setting, steps)
  return {
    seconds,
    median: median(seconds),
    equal: found.every((start) => String(start.losses) === String(losses)),
    difference: largestDifference(losses, expected.losses),
    losses,
  }
}

/**
 * Largest relative difference between two courses of losses; infinite where they differ in length.
 *
 * @param {readonly number[]} found
 * @param {readonly number[]} expected
 */
export function largestDifference(found, expected) {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY
  return Math.max(...found.map((loss, i) => Math.abs(loss / expected[i] - 1)))
}
