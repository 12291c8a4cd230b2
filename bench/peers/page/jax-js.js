import { jaxJsPeer } from '../jax-js-training.mjs'
import { batchesOf } from '../slices.mjs'

export async function open(setting, images) {
  // It takes all processors where the page is isolated.
  const isolated = crossOriginIsolated ? 'isolated' : 'not isolated'
  return jaxJsPeer(setting, batchesOf(images, setting), `${__JAX_JS__} wasm, ${isolated}`)
}
