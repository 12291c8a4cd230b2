import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { batchesOf } from '../slices.mjs'
import { tfjsPeer } from '../tfjs-training.mjs'

export async function open({ threads, ...setting }, images) {
  setWasmPaths('wasm/')
  // It takes threads where the page is isolated.
  if (threads > 1) setThreadsCount(threads)
  const backend = `wasm, ${crossOriginIsolated ? 'isolated' : 'not isolated'}`
  return tfjsPeer(setting, batchesOf(images, setting), backend)
}
