import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/sequencer.ts'

/** Tests that replace modules. */
const ISOLATED = 'test/**/*.isolated.test.ts'

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const { version } = JSON.parse(readFileSync(fromHere('package.json'), 'utf8'))

export default defineConfig({
  // The session of the Studio in Node, as studio/vite.session.config.js builds it, on the sources.
  define: { __VERSION__: JSON.stringify(version) },
  resolve: {
    alias: {
      'latentlab/browser': fromHere('src/entries/node.ts'),
      'latentlab/graph': fromHere('src/entries/graph.ts'),
      'latentlab/metrics': fromHere('src/entries/metrics.ts'),
      'latentlab/models': fromHere('src/entries/models.ts'),
    },
  },
  test: {
    // Some tests use onnxruntime-node without src/runtime/node-silence.ts.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        // Files share a process and the modules that it has loaded: loading them anew took a fifth of the time.
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: [ISOLATED],
          isolate: false,
          setupFiles: ['test/setup.ts'],
        },
      },
      { extends: true, test: { name: 'isolated', include: [ISOLATED] } },
    ],
  },
})
