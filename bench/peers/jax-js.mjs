import { readFileSync } from 'node:fs'
import { openBatches } from './batches.mjs'
import { jaxJsPeer } from './jax-js-training.mjs'
import { serve } from './serve.mjs'

await serve((setting) => jaxJsPeer(setting, openBatches(setting), installedVersion()))

function installedVersion() {
  const file = new URL('../node_modules/@jax-js/jax/package.json', import.meta.url)
  return `${JSON.parse(readFileSync(file, 'utf8')).version} wasm`
}
