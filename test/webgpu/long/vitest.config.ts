import { defineConfig } from 'vitest/config'
import shared from '../../../vitest.config.ts'

const { projects: _, ...test } = shared.test!

/** Tests of WebGPU that take longer than `npm test` should: `npm run webgpu`, of some by a part of their names. */
export default defineConfig({
  ...shared,
  test: {
    ...test,
    include: ['test/webgpu/long/*.long.ts'],
    // One file after the other: each computes on all processors.
    maxWorkers: 1,
    testTimeout: 7_200_000,
    hookTimeout: 600_000,
    disableConsoleIntercept: true,
  },
})
