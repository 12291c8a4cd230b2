// Latentlab's training step of a convolutional VAE, its convolutions in ONNX Runtime's channel blocks
// (as the product runs them in Node) or plain.
import { readFile } from 'node:fs/promises'
import * as ort from 'onnxruntime-node'
import { serve } from './serve.mjs'

/** Bytes before the first pixel of an IDX file of images. */
const IDX_HEADER = 16
const SIDE = 28

/** The built modules that the peer needs. */
async function engine() {
  const load = (/** @type {string} */ path) =>
    import(new URL(`../../dist/${path}`, import.meta.url).href)
  try {
    return {
      ...(await load('train/build.js')),
      ...(await load('models/vae.js')),
      ...(await load('runtime/local.js')),
      ...(await load('runtime/node.js')),
      ...(await load('tensor/host.js')),
      ...(await load('train/config.js')),
      ...(await load('train/program.js')),
      ...(await load('train/trainer.js')),
    }
  } catch (error) {
    throw new Error(`the package is not built: run npm run build (${error.message})`)
  }
}

/**
 * The networks of the setting: strided convolutions down, a dense layer to the code and one from it,
 * transposed convolutions up; ReLU everywhere but behind the last layer of each network.
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
      const up = from * k * k // as PyTorch counts it
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

/**
 * @param {import('../conv.js').ConvSetting & { images: string, threads: number, blocks: boolean }} setting
 * @returns {Promise<import('./serve.mjs').Peer>}
 */
async function openConv({ batch, latent, learningRate, images, threads, blocks, ...shape }) {
  const lab = await engine()
  const dimension = SIDE * SIDE
  const pixels = new Uint8Array(await readFile(images)).subarray(IDX_HEADER)
  const rows = pixels.length / dimension
  const definition = { ...lab.vae, networks: networks(shape) }
  const info = { exampleShape: [1, SIDE, SIDE], dimension }
  const model = lab.build(definition, lab.vae.config.parse({ latent }), info)
  const config = lab.trainConfig.parse({ batch, lr: learningRate })
  const form = { rows, dimension, storage: 'uint8', scale: 1 / 255, binarize: 'none' }
  const program = lab.trainingProgram(model, form, config)
  const options = { device: 'cpu', threads }
  const runtime = blocks
    ? lab.openRuntime(options)
    : lab.localRuntime(ort, 'onnxruntime-node, plain ONNX', options)
  const session = await runtime.compileLoop(program.loop)
  await session.bind({ data: lab.hostTensor('uint8', [rows, dimension], pixels) })
  await session.load(lab.initialState(lab.initialParameters(model, config.seed), program))
  const perEpoch = Math.floor(rows / batch)
  let step = 0
  return {
    version: runtime.name,
    async run(steps) {
      const indices = Int32Array.from({ length: steps * batch }, (_, i) => {
        const at = (step + Math.floor(i / batch)) % perEpoch
        return at * batch + (i % batch)
      })
      const start = performance.now()
      const results = await session.run(steps, program.feeds(step, indices, perEpoch))
      const ms = (performance.now() - start) / steps
      step += steps
      const losses = /** @type {Float32Array} */ (results.objective.data)
      return { ms, loss: losses.reduce((sum, loss) => sum + loss, 0) / steps }
    },
    async close() {
      await session.release()
      await runtime.close()
    },
  }
}

await serve(openConv)
