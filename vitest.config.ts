import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/sequencer.ts'

/** Tests that replace modules. */
const ISOLATED = 'test/**/*.isolated.test.ts'

export default defineConfig({
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
