import { describe, expect, it } from 'vitest'
import { isAboutReading, readAsNow, readAsOf } from '../../studio/src/page/train/read-as.ts'
import type { DataRequest, DataSummary, PictureShape } from '../../studio/src/protocol/api.ts'

const request = (...paths: string[]): DataRequest => ({
  from: 'files',
  files: paths.map((path) => ({ path, file: new Blob([]) })),
})
const summary = (picture?: PictureShape) => ({ picture }) as unknown as DataSummary
const ambiguous = 'a.npy: an array of shape [9, 4, 4, 3] could hold its channels first or last; …'

describe('what can be chosen of how files are read', () => {
  it('follows from their names and their number', () => {
    const chosen = [
      ['parts.csv'],
      ['parts.tsv.gz'],
      ['a.npy'],
      ['a.npz'],
      ['t-images-idx3-ubyte.gz', 't-labels-idx1-ubyte.gz'],
      ['y.npy.gz', 'x.npy'],
      ['a/1.png', 'a/2.png', 'a/3.png'],
      ['a.parquet'],
    ].map((paths) => readAsOf(request(...paths)))
    expect(chosen).toEqual([
      ...['text', 'text', 'array', 'array', 'array', 'array', 'pictures'],
      undefined,
    ])
    expect(readAsOf({ from: 'folder', path: 'sub/a.npy' })).toBe('array')
  })

  it('is nothing for grey pictures of an array, unless their size was stated', () => {
    const asked = request('a.npy')
    const [grey, colour] = [1, 3].map((channels) => summary({ width: 4, height: 4, channels }))
    expect(readAsNow(asked, grey!)).toBeUndefined()
    expect(readAsNow({ ...asked, reading: { layout: '4x4' } }, grey!)).toBe('array')
    expect(readAsNow(asked, colour!)).toBe('array')
    expect(readAsNow(asked, summary())).toBe('array')
    expect(readAsNow(request('a.png', 'b.png', 'c.png'), summary())).toBeUndefined()
  })

  it('may help an array only where its order is in question', () => {
    expect(isAboutReading(request('a.npy'), ambiguous)).toBe(true)
    expect(isAboutReading(request('a.npy'), 'a.npy: value 3 is NaN')).toBe(false)
    const chosen = { ...request('a.npy'), reading: { layout: 'hwc' } }
    expect(isAboutReading(chosen, 'a.npy: layout hwc does not fit')).toBe(true)
    expect(isAboutReading(request('a.csv'), 'a.csv: is not a table')).toBe(true)
  })
})
