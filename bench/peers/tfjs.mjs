import { fileURLToPath } from 'node:url'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { openBatches } from './batches.mjs'
import { serve } from './serve.mjs'
import { tfjsPeer } from './tfjs-training.mjs'

const WASM = new URL('../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)

await serve((setting) => {
  setWasmPaths(fileURLToPath(WASM))
  return tfjsPeer(setting, openBatches(setting))
})
