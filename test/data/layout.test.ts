import { describe, expect, it } from 'vitest'
import { channelsFirst, layoutOf, layoutText } from '../../src/data/layout.ts'

describe('layoutOf', () => {
  it.each([
    [[7, 12], undefined, 'table', [12]],
    [[7, 784], '28x28', 'hw', [1, 28, 28]],
    [[7, 234], 'hw:13x18', 'hw', [1, 13, 18]],
    [[7, 60], 'chw:3x4x5', 'chw', [3, 4, 5]],
    [[7, 60], 'hwc:4x5x3', 'hwc', [3, 4, 5]],
    [[7, 13, 18], undefined, 'hw', [1, 13, 18]],
    [[7, 3, 16, 20], undefined, 'chw', [3, 16, 20]],
    [[7, 16, 20, 3], undefined, 'hwc', [3, 16, 20]],
    [[7, 16, 20, 4], undefined, 'hwc', [4, 16, 20]],
    [[7, 16, 20, 1], undefined, 'hwc', [1, 16, 20]],
    [[7, 16, 8, 8], undefined, 'chw', [16, 8, 8]],
    [[7, 1, 4, 4], undefined, 'chw', [1, 4, 4]],
    [[7, 16, 16, 4], 'chw', 'chw', [16, 16, 4]],
    [[7, 3, 9, 3], 'hwc', 'hwc', [3, 3, 9]],
  ] as const)('reads %j with layout %s as %s', (shape, asked, order, exampleShape) => {
    expect(layoutOf(shape, 'x', asked)).toMatchObject({ order, exampleShape })
  })

  it('does not guess where the channels could be first or last', () => {
    expect(() => layoutOf([9, 3, 9, 3], 'x')).toThrow(
      "x: an array of shape [9, 3, 9, 3] could hold its channels first or last; say which with layout: 'chw' or layout: 'hwc'",
    )
  })

  it.each(['', 'images', 'hw:28', '28', '0x784', 'hwc:28x28', '28x28x1x1', '2.5x4', '-2x4'])(
    'refuses the layout %j',
    (asked) => {
      expect(() => layoutOf([7, 784], 'x', asked)).toThrow(
        /^layout: expected table, hw, chw or hwc/,
      )
    },
  )

  it.each([
    [[7, 784], '28x27'],
    [[7, 28, 28], 'table'],
    [[7, 784], 'hw'],
    [[7, 28, 28], '28x28'],
  ] as const)('refuses %j as %s', (shape, asked) => {
    expect(() => layoutOf(shape, 'x', asked)).toThrow(
      /^x: layout .* does not fit an array of shape/,
    )
  })

  it('is shown in words', () => {
    expect(layoutText(layoutOf([7, 16, 20, 4], 'x'))).toBe(
      'images 16 high and 20 wide, 4 channels last',
    )
    expect(layoutText(layoutOf([7, 60], 'x', '6x10'))).toBe(
      'images 6 high and 10 wide, 1 channel, from flat rows of 60',
    )
    expect(layoutText(layoutOf([7, 1], 'x'))).toBe('rows of a table with 1 column')
  })
})

describe('channelsFirst', () => {
  it('moves a channel of every pixel, and nothing where there is one', () => {
    const layout = layoutOf([1, 1, 2, 3], 'x', 'hwc')
    expect([...channelsFirst(Uint8Array.of(1, 2, 3, 4, 5, 6), layout)]).toEqual([1, 4, 2, 5, 3, 6])
    const grey = Uint8Array.of(1, 2)
    expect(channelsFirst(grey, layoutOf([1, 1, 2, 1], 'x'))).toBe(grey)
  })
})
