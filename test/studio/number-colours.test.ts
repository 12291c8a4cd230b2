import { afterEach, describe, expect, it } from 'vitest'
import { isDark, numberColour, numberColours } from '../../studio/src/design/colours.ts'

afterEach(() => {
  isDark.value = false
})

/** How bright a colour is: a part of the luminance of WCAG, without its curve. */
const brightness = (colour: string) =>
  [0.2126, 0.7152, 0.0722].reduce(
    (sum, weight, i) => sum + weight * Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16),
    0,
  )

describe('colours of numbers', () => {
  it.each([false, true])('get brighter with the number, where the ground is dark: %s', (dark) => {
    isDark.value = dark
    const all = Array.from({ length: 41 }, (_, i) => numberColour(i / 40))
    for (const colour of all) expect(colour).toMatch(/^#[0-9a-f]{6}$/)
    const grey = all.map(brightness)
    expect(grey).toEqual(grey.toSorted((a, b) => a - b))
    // The part that stands out from the ground ends at the scale's end on the other side.
    expect(all.at(dark ? -1 : 0)).toBe(numberColours.at(dark ? -1 : 0))
  })

  it.each([
    [-0.5, 0],
    [1.5, 1],
    [Number.POSITIVE_INFINITY, 1],
    [Number.NaN, 0],
  ])('are those of an end beyond it: %d as %d', (share, end) => {
    // A sheet may hold numbers of a scale that has been begun anew.
    expect(numberColour(share)).toBe(numberColour(end))
  })
})
