import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const PACKAGES = fileURLToPath(new URL('../../node_modules/', import.meta.url))

const fromHere = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))

/**
 * Builds a page for each engine that trains with it, as a user's project would.
 *
 * @param {readonly string[]} engines their names
 * @param {string} folder
 * @throws {Error} where an engine is not installed
 */
export async function buildEnginePages(engines, folder) {
  const others = engines.filter((name) => name !== 'latentlab')
  if (others.length > 0 && !existsSync(PACKAGES))
    throw new Error(`${others.join(' and ')} are not installed: run npm ci --prefix bench`)
  await build({
    root: fromHere('.'),
    base: './',
    configFile: false,
    logLevel: 'error',
    define: { __JAX_JS__: JSON.stringify(jaxJsVersion()) },
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      // The threads of TensorFlow.js are made of the text of a function, which must keep its names.
      minify: false,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { input: engines.map((name) => fromHere(`${name}.html`)) },
    },
  })
  if (!engines.includes('tfjs')) return
  const wasm = join(PACKAGES, '@tensorflow/tfjs-backend-wasm/dist')
  cpSync(wasm, join(folder, 'wasm'), {
    recursive: true,
    filter: (path) => path === wasm || path.endsWith('.wasm'),
  })
}

/** jax-js does not say its version, nor give its package.json to bundlers. */
function jaxJsVersion() {
  const file = join(PACKAGES, '@jax-js/jax/package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : 'unknown'
}
