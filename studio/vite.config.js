import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url))
const entry = (name) => fromHere(`../dist/entries/${name}.js`)

const { version } = JSON.parse(readFileSync(fromHere('../package.json'), 'utf8'))

/** Threads of WebAssembly share memory, which needs these. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

export default defineConfig({
  root: fromHere('.'),
  // The page may be served under any path.
  base: './',
  define: { __VERSION__: JSON.stringify(version) },
  publicDir: fromHere('assets'),
  resolve: {
    alias: {
      'latentlab/browser': entry('browser'),
      'latentlab/graph': entry('graph'),
      'latentlab/metrics': entry('metrics'),
      'latentlab/models': entry('models'),
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: {
    outDir: fromHere('dist/page'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
  },
  server: { headers },
  preview: { headers },
})
