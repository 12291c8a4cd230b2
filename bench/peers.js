import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * One row of the table: which program it is and how it is started. A peer with `unavailable` is not
 * started; its row says why.
 *
 * @typedef {object} PeerEntry
 * @property {string} name as `--peers` takes it
 * @property {'node' | 'python'} language
 * @property {string} program file in `peers/`
 * @property {readonly number[]} [threads] numbers of threads that it takes its turns with, each in a process
 *   of its own (0 lets it choose): by default two, for the wall time, and one, for the processor time
 * @property {Record<string, unknown>} [options] added to the setting that it receives
 * @property {Record<string, string>} [environment]
 * @property {boolean} [startsProcesses] whose processor time is the peer's, too
 * @property {AbortSignal} [signal] ends the peer
 */

/** Both cores of the machine that the targets are set for; JAX takes all that it finds. */
export const BOTH = [2, 1]
/** In Node these engines start no workers. */
const ONE = [1]

/** The measure of the machine, run beside the peers. */
export const PRODUCT = node('product', 'product.mjs')

/** @type {readonly PeerEntry[]} */
export const PEERS = [
  node('latentlab', 'latentlab.mjs'),
  torch('torch', { compile: false }),
  torch('torch-compile', { compile: true }),
  { name: 'jax', language: 'python', program: 'jax_vae.py' },
  node('jax-js', 'jax-js.mjs', ONE),
  node('tfjs', 'tfjs.mjs', ONE),
]

/**
 * Latentlab from the build of another checkout, such as one from before a change.
 *
 * @param {string} checkout its folder
 * @returns {PeerEntry}
 */
export function otherCheckout(checkout) {
  return { ...node('latentlab-other', 'latentlab.mjs'), options: { checkout } }
}

/**
 * @param {string} name
 * @param {string} program
 * @param {readonly number[]} [threads]
 * @returns {PeerEntry}
 */
function node(name, program, threads = BOTH) {
  return { name, language: 'node', program, threads }
}

/**
 * @param {string} name
 * @param {{ compile: boolean }} options
 * @returns {PeerEntry}
 */
function torch(name, options) {
  return {
    name,
    language: 'python',
    program: 'torch_vae.py',
    options,
    // OpenMP's waiting policy stays as it is: PASSIVE costs two threads 1.4 to 2.8 times the time, and
    // by default they sleep soon enough not to disturb the others.
    // Compile in the process itself: a pool of compiling processes would stay beside the timing.
    environment: { TORCHINDUCTOR_COMPILE_THREADS: '1' },
  }
}

/**
 * The command that starts a peer.
 *
 * @param {PeerEntry} peer
 * @returns {{ command: string, args: string[] }}
 * @throws {Error} where what it needs is not installed, with what to do about it
 */
export function peerCommand(peer) {
  const program = fileURLToPath(new URL(`peers/${peer.program}`, import.meta.url))
  if (peer.language === 'python') {
    const python = process.env.LATENTLAB_PYTHON
    if (!python) throw new Error('LATENTLAB_PYTHON is not set')
    return { command: python, args: ['-B', program] } // -B: no __pycache__ beside the peers
  }
  const needsOwnPackages = peer.name === 'jax-js' || peer.name === 'tfjs'
  if (needsOwnPackages && !existsSync(new URL('node_modules', import.meta.url)))
    throw new Error('not installed: run npm ci --prefix bench')
  return { command: process.execPath, args: [program] }
}
