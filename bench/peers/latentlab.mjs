// Latentlab itself, from the built package: the training program that `latentlab train` runs.
import { readFile } from 'node:fs/promises'
import { serve } from './serve.mjs'

/** Bytes before the first pixel of an IDX file of images. */
const IDX_HEADER = 16

/** The built modules that the peer needs. */
async function engine() {
  const load = (/** @type {string} */ path) =>
    import(new URL(`../../dist/${path}`, import.meta.url).href)
  try {
    return {
      ...(await load('train/build.js')),
      ...(await load('models/vae.js')),
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
 * Opens the product's own training program for a setting.
 *
 * @param {import('./serve.mjs').PeerSetting} setting
 * @returns {Promise<import('./serve.mjs').Peer>}
 * @throws {Error} where the package has not been built
 */
async function openLatentlab({ batch, inputs, hidden, latent, learningRate, images, threads }) {
  const lab = await engine()
  const pixels = new Uint8Array(await readFile(images)).subarray(IDX_HEADER)
  const rows = pixels.length / inputs
  const modelConfig = lab.vae.config.parse({ hidden, latent })
  const info = { exampleShape: [1, 28, 28], dimension: inputs }
  const model = lab.build(lab.vae, modelConfig, info)
  const config = lab.trainConfig.parse({ batch, lr: learningRate })
  const form = { rows, dimension: inputs, storage: 'uint8', scale: 1 / 255, binarize: 'none' }
  const program = lab.trainingProgram(model, form, config)
  const runtime = lab.openRuntime({ device: 'cpu', threads })
  const session = await runtime.compileLoop(program.loop)
  await session.bind({ data: lab.hostTensor('uint8', [rows, inputs], pixels) })
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

await serve(openLatentlab)
