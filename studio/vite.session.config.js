import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url))

const { version } = JSON.parse(readFileSync(fromHere('../package.json'), 'utf8'))

/** The session of the local server: the same code, on the library's entries for Node, which the package itself has. */
export default defineConfig({
  root: fromHere('.'),
  define: { __VERSION__: JSON.stringify(version) },
  publicDir: false,
  resolve: { alias: { 'latentlab/browser': 'latentlab' } },
  build: {
    ssr: fromHere('src/session/local/session.ts'),
    outDir: fromHere('dist'),
    emptyOutDir: false,
    target: 'node20',
    rolldownOptions: {
      external: [/^latentlab/],
      output: { entryFileNames: 'session.js', chunkFileNames: 'session-[name].js' },
    },
  },
})
