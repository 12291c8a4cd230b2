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

/** The script that starts the session's worker, which takes longest: before that of the page, which waits until all is read. */
const WORKER_START = 'worker-start'
const workerFirst = {
  name: 'latentlab-worker-first',
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle }) {
      // Served for development, the page is no bundle.
      if (!bundle) return
      const { fileName } = Object.values(bundle).find(({ name }) => name === WORKER_START)
      const attrs = { type: 'module', crossorigin: true, src: `./${fileName}` }
      return [{ tag: 'script', attrs, injectTo: 'head-prepend' }]
    },
  },
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
  plugins: [workerFirst],
  worker: { format: 'es' },
  build: {
    outDir: fromHere('dist/page'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: WORKER_START, test: /page[\\/]session-worker\.ts$/ }],
        },
      },
    },
  },
  server: { headers },
  preview: { headers },
})
