import { defineConfig } from 'vitest/config'
import shared from '../../../vitest.config.ts'

const { projects: _, ...test } = shared.test!

/** Tests of the page that take longer than `npm test` should: `npm run studio:try`. */
export default defineConfig({
  ...shared,
  test: {
    ...test,
    include: ['test/studio/long/*.long.ts', 'test/studio/chromium.test.ts'],
    env: { ...test.env, LATENTLAB_STUDIO: 'all' },
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
