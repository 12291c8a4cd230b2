/**
 * What is timed: the training step of one VAE at four sizes. Everything that a peer must know to
 * train the same model on the same batches is in its setting.
 *
 * @typedef {object} Setting
 * @property {string} name `BATCHxWIDTH`, as `--settings` takes it
 * @property {number} batch
 * @property {number} inputs pixels of an image
 * @property {readonly number[]} hidden widths of the encoder; the decoder mirrors them
 * @property {number} latent
 * @property {number} learningRate of Adam (beta 0.9 and 0.999, epsilon 1e-8)
 */

const INPUTS = 784
const LEARNING_RATE = 1e-3

/** @type {readonly Setting[]} */
export const SETTINGS = [
  setting(20, [200, 200], 50),
  setting(128, [500, 500], 20),
  setting(512, [500, 500], 20),
  setting(128, [1000, 1000], 20),
]

/**
 * The convolutional VAE.
 *
 * @typedef {object} ConvSetting
 * @property {string} name
 * @property {number} batch
 * @property {readonly number[]} channels of the encoder's layers, all of stride 2; the decoder mirrors them
 * @property {readonly number[]} kernels their sizes
 * @property {number} latent
 * @property {number} learningRate of Adam
 *
 * Beside it a peer gets `start`, an .npz file of initial parameters. Drawing them from the same
 * distribution would not do: between seeds, mean losses of the first 20 steps differ by up to 75 nats, in
 * PyTorch (377 to 452) as in Latentlab (390 to 458).
 *
 * @param {number} batch
 * @returns {ConvSetting}
 */
export function convSetting(batch) {
  return {
    name: `VAE 28×28, channels 32-64-128, batch ${batch}`,
    batch,
    channels: [32, 64, 128],
    kernels: [4, 4, 3],
    latent: 20,
    learningRate: LEARNING_RATE,
  }
}

/**
 * What is timed on a GPU: the settings above that fill one, a larger one, and the convolutional VAE.
 *
 * @type {readonly (Setting | ConvSetting)[]}
 */
export const GPU_SETTINGS = [
  ...SETTINGS.filter(({ batch }) => batch >= 128),
  setting(2048, [2000, 2000], 20),
  ...[128, 512].map((batch) => ({ ...convSetting(batch), name: `conv${batch}` })),
]

/**
 * A setting of the same name with narrow networks and small batches, which tries a bench.
 *
 * @template {Setting | ConvSetting} S
 * @param {S} setting
 * @returns {S}
 */
export function narrowed(setting) {
  const widths =
    'hidden' in setting
      ? { hidden: setting.hidden.map((width) => width / 20) }
      : { channels: setting.channels.map((count) => count / 4) }
  return { ...setting, ...widths, batch: setting.batch / 8 }
}

/**
 * @param {number} batch
 * @param {readonly number[]} hidden
 * @param {number} latent
 * @returns {Setting}
 */
function setting(batch, hidden, latent) {
  const name = `${batch}x${hidden[0]}`
  return { name, batch, inputs: INPUTS, hidden, latent, learningRate: LEARNING_RATE }
}

/**
 * `[inputs, outputs]` of every dense layer. The encoder's last layer gives mu and log variance side
 * by side; all layers but the last of each network are followed by ReLU.
 *
 * @param {Setting} setting
 * @returns {{ encoder: [number, number][], decoder: [number, number][] }}
 */
export function layerShapes({ inputs, hidden, latent }) {
  return {
    encoder: consecutivePairs([inputs, ...hidden, 2 * latent]),
    decoder: consecutivePairs([latent, ...[...hidden].reverse(), inputs]),
  }
}

/**
 * Number of weights and biases.
 *
 * @param {Setting} setting
 */
export function parameterCount(setting) {
  const { encoder, decoder } = layerShapes(setting)
  return [...encoder, ...decoder].reduce((sum, [rows, columns]) => sum + (rows + 1) * columns, 0)
}

/**
 * Floating-point operations of one step's matrix products: a multiplication and an addition per
 * parameter and example, in the forward pass and for each of the two gradients.
 *
 * @param {Setting} setting
 */
export function flopsPerStep(setting) {
  return 6 * parameterCount(setting) * setting.batch
}

/** `784-500-500-20`, as the literature writes an architecture. */
export function architecture(/** @type {Setting} */ { inputs, hidden, latent }) {
  return [inputs, ...hidden, latent].join('-')
}

/**
 * @param {readonly number[]} widths
 * @returns {[number, number][]}
 */
function consecutivePairs(widths) {
  return widths.slice(1).map((width, i) => [/** @type {number} */ (widths[i]), width])
}
