import { describe, expect, it } from 'vitest'
import { durationText } from '../../studio/src/page/train/duration.ts'
import { followedPlaces } from '../../studio/src/page/train/followed-places.ts'
import { chosenFiles, type Entry, filesOf } from '../../studio/src/page/train/input-files.ts'
import { aroundOne, linear, logarithmic } from '../../studio/src/page/train/scale.ts'

const file = (name: string): Entry => ({
  isDirectory: false,
  name,
  file: (found) => found(new File([name], name)),
})

/** A folder whose reader hands out two entries at a time, as a browser hands out a hundred. */
const folder = (name: string, ...inside: readonly Entry[]): Entry => ({
  isDirectory: true,
  name,
  createReader() {
    let at = 0
    return {
      readEntries(found) {
        found(inside.slice(at, at + 2))
        at += 2
      },
    }
  },
})

const pathsOf = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path)

describe('files of a drop', () => {
  it('come from all folders, with their paths, in order, beyond the first entries of a reader', async () => {
    const tree = folder(
      'faults',
      folder('3', file('c.png'), file('a.png'), file('b.png')),
      folder('1', file('z.png')),
      file('labels.csv'),
    )
    expect(pathsOf(await filesOf([tree]))).toEqual([
      'faults/1/z.png',
      'faults/3/a.png',
      'faults/3/b.png',
      'faults/3/c.png',
      'faults/labels.csv',
    ])
  })

  it('leave out what systems put beside them', async () => {
    const tree = folder(
      'a',
      file('.DS_Store'),
      file('Thumbs.db'),
      folder('__MACOSX', file('x.png')),
    )
    expect(pathsOf(await filesOf([tree, file('t.csv')]))).toEqual(['t.csv'])
  })

  it('have the contents that belong to their paths', async () => {
    const [a, b] = await filesOf([file('b.csv'), file('a.csv')])
    expect([await a!.file.text(), await b!.file.text()]).toEqual(['a.csv', 'b.csv'])
  })

  it('of an input have the folder that was chosen', () => {
    const inside = Object.defineProperty(new File([], 'a.png'), 'webkitRelativePath', {
      value: 'faults/3/a.png',
    })
    expect(pathsOf(chosenFiles([new File([], 't.csv'), inside]))).toEqual([
      'faults/3/a.png',
      't.csv',
    ])
  })
})

describe('sliders', () => {
  it('are logarithmic between two ends, and find back', () => {
    const scale = logarithmic(1e-5, 1e-1)
    expect([0, 0.5, 1].map(scale.value)).toEqual([1e-5, 1e-3, 1e-1])
    expect(scale.position(1e-3)).toBeCloseTo(0.5, 12)
    expect([scale.position(0), scale.position(9)]).toEqual([0, 1])
  })

  it('have 1 in the middle between 0 and 10', () => {
    const scale = aroundOne(10)
    expect([0, 0.5, 1].map(scale.value)).toEqual([0, 1, 10])
    expect(scale.position(4)).toBeCloseTo(0.76, 2)
    expect(scale.value(scale.position(4))).toBe(4)
  })

  it('are linear', () => {
    const scale = linear(0.01, 0.99)
    expect(scale.value(0.5)).toBe(0.5)
    expect(scale.position(0.01)).toBe(0)
  })
})

describe('followed examples', () => {
  it('are spread over the test split', () => {
    const splits = new Uint8Array(40).fill(2, 24)
    expect([...followedPlaces(40, splits)]).toEqual([24, 26, 28, 30, 32, 34, 36, 38])
  })

  it('are spread over all where splits are not known or too small', () => {
    expect([...followedPlaces(16, undefined)]).toEqual([0, 2, 4, 6, 8, 10, 12, 14])
    expect([...followedPlaces(3, Uint8Array.of(0, 0, 2))]).toEqual([0, 1, 2])
  })
})

describe('a duration', () => {
  it('is read at a glance', () => {
    expect([8.2, 72, 7384].map(durationText)).toEqual(['8 s', '1:12', '2:03:04'])
    expect(durationText(Number.POSITIVE_INFINITY)).toBeUndefined()
  })
})
