import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleNames, openPageOutput, rowNames } from '../../src/cli/score-page-output.ts'
import { UserError } from '../../src/tensor/errors.ts'

describe('the page of score', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latentlab-score-page-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const open = (flags: { out?: string; page?: string; data?: string }) => {
    const out = join(folder, flags.out ?? 'scored.csv')
    const page = flags.page && join(folder, flags.page)
    return openPageOutput({ data: flags.data, split: undefined, out, page, noPage: false })
  }

  it('is not the table that is read or written, and stands where a file can be', async () => {
    await writeFile(join(folder, 'today.csv'), 'a\n1\n')
    await symlink(join(folder, 'today.csv'), join(folder, 'same.csv'))
    expect(() => open({ page: 'scored.csv' })).toThrow(/--page .*: is the file of --out/)
    expect(() => open({ page: 'same.csv', data: join(folder, 'today.csv') })).toThrow(
      /--page .*: is the file of --data/,
    )
    const error = (() => {
      try {
        openPageOutput({
          data: undefined,
          split: undefined,
          out: 'a.csv',
          page: folder,
          noPage: false,
        })
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(`--page ${folder}: there is a folder of that name`)
  })

  it('names rows by their keys and by the text of their label', () => {
    const names = rowNames(
      {
        keys: { names: ['id', 'unit'], of: (rows) => [[`id-${rows[0]}`, null]] },
        labels: Int32Array.of(0, 7),
        labelTexts: { of: '', holds: '', texts: ['ok', 'fault'], codes: Int32Array.of(-1, 1) },
      },
      'state',
    )
    expect(names(1)).toEqual({ keys: ['id-1'], label: 'state fault', classLabel: 7 })
    expect(names(0).label).toBeUndefined()
  })

  it('names other examples by their own keys and labels', () => {
    const names = exampleNames({
      part: (start) => ({
        values: { dtype: 'float32', shape: [1, 1], data: new Float32Array(1) },
        labels: [10 + start],
        keys: [[`picture-${start}.png`]],
      }),
      labelOf: (row) => ['cat', 'dog', 'cow', 'owl'][row],
    })
    expect(names(3)).toEqual({ keys: ['picture-3.png'], label: 'label owl', classLabel: 13 })
  })
})
