import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url))

const { version } = JSON.parse(readFileSync(fromHere('../package.json'), 'utf8'))

/** The entries of the library, from `studio/dist/`: in a checkout and in the package alike. */
const entry = (name) => `../../dist/entries/${name}.js`

/** The session of the local server: the same code on the library's entry for Node. */
export default defineConfig({
  root: fromHere('.'),
  define: { __VERSION__: JSON.stringify(version) },
  publicDir: false,
  // The package has none of the Studio's own dependencies.
  ssr: { noExternal: true },
  build: {
    ssr: fromHere('src/session/local/session.ts'),
    outDir: fromHere('dist'),
    emptyOutDir: false,
    target: 'node20',
    rolldownOptions: {
      external: [/^latentlab/],
      output: {
        paths: {
          'latentlab/browser': entry('node'),
          'latentlab/graph': entry('graph'),
          'latentlab/metrics': entry('metrics'),
          'latentlab/models': entry('models'),
        },
        entryFileNames: 'session.js',
        chunkFileNames: 'session-[name].js',
      },
    },
  },
})
