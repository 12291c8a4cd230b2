import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Some tests use onnxruntime-node without src/runtime/node-silence.ts.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
