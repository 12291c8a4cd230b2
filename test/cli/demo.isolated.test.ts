import { afterEach, describe, expect, it, vi } from 'vitest'
import { demo } from '../../src/cli/commands/demo.ts'

vi.mock('../../src/runtime/installed-package.ts', async (original) => ({
  ...(await original<object>()),
  fileOfDependency: () => undefined,
}))

afterEach(() => vi.restoreAllMocks())

describe('demo --table without the package that holds the table', () => {
  it('is refused before it introduces itself', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const flags = { table: true, out: 'no-such-folder', quiet: true, json: false }
    await expect(demo.run({ flags } as never)).rejects.toThrow(
      'birdstrikes: the npm package vega-datasets, which contains the table, is not installed',
    )
    expect(written.mock.calls).toEqual([])
  })
})
