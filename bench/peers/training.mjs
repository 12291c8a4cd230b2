import { pixelsOf } from './slices.mjs'

/** What `trainingPeer` needs of the built package. */
export const TRAINING_MODULES = {
  'models/vae.js': ['vae'],
  'runtime/node.js': ['openRuntime'],
  'tensor/host.js': ['hostTensor'],
  'train/build.js': ['build'],
  'train/config.js': ['trainConfig'],
  'train/initial-state.js': ['initialParameters', 'initialState'],
  'train/program.js': ['trainingProgram'],
}

/**
 * The dense VAE of the setting.
 *
 * @param {Record<string, any>} lab the modules
 * @param {Pick<import('../settings.js').Setting, 'inputs' | 'hidden' | 'latent'>} setting
 */
export function denseModel(lab, { inputs, hidden, latent }) {
  const info = { exampleShape: [1, 28, 28], dimension: inputs }
  return lab.build(lab.vae, lab.vae.config.parse({ hidden, latent }), info)
}

/**
 * The product's own training program as a peer, on consecutive slices of the training images.
 *
 * @param {Record<string, any>} lab the modules
 * @param {{ model: any, runtime: any, images: Uint8Array, batch: number, learningRate: number }} training
 * @returns {Promise<import('./serve.mjs').Peer>}
 */
export async function trainingPeer(lab, { model, runtime, images, batch, learningRate }) {
  const { dimension } = model.info
  const pixels = pixelsOf(images)
  const rows = pixels.length / dimension
  const config = lab.trainConfig.parse({ batch, lr: learningRate })
  const form = { rows, dimension, storage: 'uint8', scale: 1 / 255, binarize: 'none' }
  const program = lab.trainingProgram(model, form, config)
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
      return { ms, loss: losses.reduce((sum, loss) => sum + loss, 0) / steps, losses: [...losses] }
    },
    async close() {
      await session.close()
      await runtime.close()
    },
  }
}
