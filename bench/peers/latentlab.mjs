// Latentlab itself, from the built package: the training program that `latentlab train` runs.
import { readImages } from './batches.mjs'
import { built } from './built.mjs'
import { serve } from './serve.mjs'
import { TRAINING_MODULES, trainingPeer } from './training.mjs'

/**
 * @param {import('./serve.mjs').PeerSetting & { checkout?: string }} setting
 * @returns {Promise<import('./serve.mjs').Peer>}
 * @throws {Error} where the package has not been built
 */
async function openLatentlab({ inputs, hidden, latent, threads, checkout, images, ...training }) {
  const lab = await built(TRAINING_MODULES, checkout)
  const info = { exampleShape: [1, 28, 28], dimension: inputs }
  const model = lab.build(lab.vae, lab.vae.config.parse({ hidden, latent }), info)
  const runtime = lab.openRuntime({ device: 'cpu', threads })
  return trainingPeer(lab, { model, runtime, images: readImages(images), ...training })
}

await serve(openLatentlab)
