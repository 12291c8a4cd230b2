/** Who takes turns on a GPU. */

/** @typedef {import('./settings.js').Setting | import('./settings.js').ConvSetting} GpuSetting */

/** The engine chooses its number of threads. */
const CHOOSES = [0]

const torch = (
  /** @type {string} */ name,
  /** @type {{ graph: boolean, tf32: boolean }} */ options,
) => python(name, 'torch_gpu.py', options)

const jax = (
  /** @type {string} */ name,
  /** @type {{ tf32: boolean, scan: number }} */ options,
) => ({
  ...python(name, 'jax_gpu.py', options),
  // Otherwise JAX takes most of the memory, and the others find none.
  environment: { XLA_PYTHON_CLIENT_PREALLOCATE: 'false' },
})

/**
 * @param {string} name
 * @param {string} program
 * @param {Record<string, unknown>} options
 * @returns {import('./peers.js').PeerEntry}
 */
function python(name, program, options) {
  return { name, language: 'python', program, options, threads: CHOOSES }
}

/** Rows beside the product's. */
export const GPU_PEERS = [
  torch('torch', { graph: false, tf32: false }),
  torch('torch-graph', { graph: true, tf32: false }),
  torch('torch-graph-tf32', { graph: true, tf32: true }),
  // Steps of one scan.
  jax('jax', { tf32: false, scan: 50 }),
  jax('jax-tf32', { tf32: true, scan: 50 }),
]

/**
 * Latentlab on a device.
 *
 * @param {string} device
 * @param {GpuSetting} setting
 * @returns {import('./peers.js').PeerEntry}
 */
export function product(device, setting) {
  return {
    name: 'latentlab',
    language: 'node',
    program: 'channels' in setting ? 'latentlab-conv.mjs' : 'latentlab.mjs',
    options: { device, blocks: true },
    threads: CHOOSES,
    startsProcesses: true,
  }
}
