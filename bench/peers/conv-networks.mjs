// The convolutional VAE that is timed.

/** Height and width of an image. */
const SIDE = 28

/** What `convModel` needs of the built package. */
export const CONV_MODULES = { 'models/vae.js': ['vae'], 'train/build.js': ['build'] }

/**
 * The model of the setting. Its parameters are uniform in ±1/√inputs of the layer, as in PyTorch, which
 * counts outputs·height·width of the kernel as the inputs of a transposed convolution.
 *
 * @param {Record<string, any>} lab the modules
 * @param {import('../settings.js').ConvSetting} setting
 */
export function convModel(lab, { channels, kernels, latent }) {
  const definition = { ...lab.vae, networks: networks({ channels, kernels }) }
  const info = { exampleShape: [1, SIDE, SIDE], dimension: SIDE * SIDE }
  return lab.build(definition, lab.vae.config.parse({ latent }), info)
}

/**
 * Strided convolutions down, a dense layer to the code and one from it, transposed convolutions up; ReLU
 * everywhere but behind the last layer of each network.
 */
const networks =
  ({ channels, kernels }) =>
  (config, _info, to) => {
    const create = (name, shape, inputs) =>
      to.create(name, shape, { kind: 'uniform', bound: 1 / Math.sqrt(inputs) })
    const options = { strides: [2, 2], padding: [1, 1, 1, 1] }
    const widths = [1, ...channels]
    const layers = kernels.map((k, i) => {
      const [from, into] = [widths[i], widths[i + 1]]
      const down = from * k * k
      const up = from * k * k
      return {
        down: [
          create(`encoder.${i}.weight`, [into, from, k, k], down),
          create(`encoder.${i}.bias`, [into, 1, 1], down),
        ],
        up: [
          create(`decoder.${i}.weight`, [into, from, k, k], up),
          create(`decoder.${i}.bias`, [from, 1, 1], up),
        ],
      }
    })
    const side = kernels.reduce((size, k) => Math.floor((size + 2 - k) / 2) + 1, SIDE)
    const top = channels.at(-1)
    const flat = top * side * side
    const code = [
      create('code.weight', [flat, 2 * config.latent], flat),
      create('code.bias', [2 * config.latent], flat),
    ]
    const image = [
      create('image.weight', [config.latent, flat], config.latent),
      create('image.bias', [flat], config.latent),
    ]
    return {
      encoder(x) {
        const [batch] = x.shape
        const start = x.reshape([batch, 1, SIDE, SIDE])
        const h = layers.reduce((h, { down: [w, b] }) => h.conv2d(w, options).add(b).relu(), start)
        return h.reshape([batch, flat]).dot(code[0]).add(code[1])
      },
      decoder(z) {
        const [batch] = z.shape
        const start = z.dot(image[0]).add(image[1]).relu().reshape([batch, top, side, side])
        const logits = [...layers].reverse().reduce((h, { up: [w, b] }, i) => {
          const y = h.convTranspose2d(w, options).add(b)
          return i < layers.length - 1 ? y.relu() : y
        }, start)
        return logits.reshape([batch, SIDE * SIDE])
      },
    }
  }
