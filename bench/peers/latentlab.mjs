// Latentlab itself, from the built package: the training program that `latentlab train` runs.
import { readImages } from './batches.mjs'
import { built } from './built.mjs'
import { serve } from './serve.mjs'
import { denseModel, TRAINING_MODULES, trainingPeer } from './training.mjs'

/**
 * @param {import('./serve.mjs').PeerSetting & { checkout?: string, device?: string }} setting
 * @returns {Promise<import('./serve.mjs').Peer>}
 * @throws {Error} where the package has not been built
 */
async function openLatentlab({ threads, checkout, device = 'cpu', images, ...setting }) {
  const lab = await built(TRAINING_MODULES, checkout)
  const model = denseModel(lab, setting)
  const runtime = lab.openRuntime({ device, threads })
  return trainingPeer(lab, { model, runtime, images: readImages(images), ...setting })
}

await serve(openLatentlab)
