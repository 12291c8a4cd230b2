import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { linePlot } from '../../src/report/line-plot.ts'
import { drawnNumbers, texts } from './svg-reading.ts'

const axes = ['noise', 'error'] as const

/** Ends of each line or area of a kind of mark, in drawing order. */
function drawn(svg: string, kind: 'line' | 'area'): [number, number][][] {
  const { document } = parseHTML(`<html><body>${svg}</body></html>`)
  return Array.from(document.querySelectorAll(`g[aria-label="${kind}"] path`), (path) =>
    [...path.getAttribute('d')!.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(
      ([, x, y]): [number, number] => [Number(x), Number(y)],
    ),
  )
}

describe('the plot of lines', () => {
  it('names title, axes, lines, references and the diagonal', () => {
    const svg = linePlot(
      [
        {
          name: 'scae',
          points: [
            { x: 0, y: 1 },
            { x: 1, y: 0 },
          ],
        },
      ],
      {
        title: 'Taylor',
        axes,
        references: [
          { value: 0.5, name: 'limit' },
          { value: 0.7, name: 'other limit' },
        ],
        diagonal: 'as stated',
      },
    )
    for (const text of ['Taylor', ...axes, 'scae', 'limit', 'other limit', 'as stated'])
      expect(texts(svg)).toContain(text)
  })

  it('draws a power law as a straight line where both axes are logarithmic', () => {
    const points = [1, 0.1, 0.01, 0.001].map((x) => ({ x, y: 3 * x ** 2 }))
    const [line] = drawn(
      linePlot([{ name: 'a', points }], { title: 'T', axes, logarithmic: { x: true, y: true } }),
      'line',
    )
    const slopes = line!.slice(1).map(([x, y], i) => (y - line![i]![1]) / (x - line![i]![0]))
    for (const slope of slopes) expect(slope).toBeCloseTo(slopes[0]!, 2)
    expect(slopes[0]).toBeLessThan(0)
  })

  it('leaves out what has no logarithm or lies beyond the range', () => {
    const points = [-1, 0, 1, 10, 100].map((x) => ({ x, y: x }))
    const logarithmic = { x: true, y: true }
    const svg = linePlot([{ name: 'a', points }], { title: 'T', axes, logarithmic })
    expect(drawn(svg, 'line')[0]).toHaveLength(3)
    const range = { x: [1, 10], y: [1, 10] } as const
    const cut = linePlot([{ name: 'a', points }], { title: 'T', axes, logarithmic, range })
    expect(drawn(cut, 'line')[0]).toHaveLength(2)
  })

  it('names values between the powers of ten where an axis spans hardly one', () => {
    const points = [0.25, 1, 4].map((x) => ({ x, y: 1 }))
    const svg = linePlot([{ name: 'a', points }], { title: 'T', axes, logarithmic: { x: true } })
    for (const text of ['0.5', '1', '2']) expect(texts(svg)).toContain(text)
  })

  it('covers with a band what the points say, cut at the range', () => {
    const points = [0, 1].map((x) => ({ x, y: 0.5, band: [0.25, 2] as const }))
    const options = { title: 'T', axes, range: { y: [0, 1] as const } }
    const [area] = drawn(linePlot([{ name: 'a', points }], options), 'area')
    const [line] = drawn(linePlot([{ name: 'a', points }], options), 'line')
    const heights = area!.map(([, y]) => y)
    const [top, bottom] = [Math.min(...heights), Math.max(...heights)]
    // From a quarter to all of the axis, the line at half of it.
    expect((line![0]![1] - top) / (bottom - top)).toBeCloseTo(2 / 3, 2)
    expect(drawn(linePlot([{ name: 'a', points: [{ x: 0, y: 1 }] }], options), 'area')).toEqual([])
  })

  it('draws the diagonal where x and y are equal', () => {
    const svg = linePlot([], { title: 'T', axes, range: { x: [0, 1], y: [0, 2] }, diagonal: 'd' })
    const [line] = drawn(svg, 'line')
    expect(line).toHaveLength(2)
    // It ends at the right edge, in the middle of the height.
    expect(line![1]![0]).toBeGreaterThan(line![0]![0])
    expect(line![0]![1] - line![1]![1]).toBeCloseTo((320 - 76 - 40) / 2, 0)
  })

  it('draws a single point, points that are not finite, and none', () => {
    for (const points of [[{ x: 1, y: 1 }], [{ x: Number.NaN, y: 1 }], []])
      for (const both of [true, false]) {
        const logarithmic = { x: both, y: both }
        const svg = linePlot([{ name: 'a', points }], { title: 'T', axes, logarithmic })
        expect(drawnNumbers(svg).every(Number.isFinite)).toBe(true)
      }
  })
})
