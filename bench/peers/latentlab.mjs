// Latentlab itself, from the built package.
import { serve } from './serve.mjs'

/**
 * Opens the product's own training program for a setting.
 *
 * @param {import('./serve.mjs').PeerSetting} setting
 * @returns {Promise<import('./serve.mjs').Peer>}
 * @throws {Error} where the package has not been built
 */
async function openLatentlab(setting) {
  const program = await import('../../dist/train/program.js').catch((error) => {
    throw new Error(`engine not built yet: run npm run build (${error.message})`)
  })
  return program.openTrainingStep(setting)
}

await serve(openLatentlab)
