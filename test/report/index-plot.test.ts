import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { indexPlot } from '../../src/report/index-plot.ts'
import { drawnNumbers, texts } from './svg-reading.ts'

const axes = ['singular value', 'size'] as const

/** Ends of the line of each series, in drawing order. */
function polylines(svg: string): [number, number][][] {
  const { document } = parseHTML(`<html><body>${svg}</body></html>`)
  return Array.from(document.querySelectorAll('g[aria-label="line"] path'), (path) =>
    [...path.getAttribute('d')!.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(
      ([, x, y]): [number, number] => [Number(x), Number(y)],
    ),
  )
}

describe('the plot of values over their index', () => {
  it('names title, axes, series and the reference', () => {
    const svg = indexPlot(
      [
        { name: 'cae', values: [1, 0.5] },
        { name: 'ae', values: [2, 1] },
      ],
      { title: 'Spectrum', axes, reference: { value: 0.5, name: 'prior' } },
    )
    for (const text of ['Spectrum', ...axes, 'cae', 'ae', 'prior'])
      expect(texts(svg)).toContain(text)
  })

  it('draws a geometric series as a straight line where the axis is logarithmic', () => {
    const values = Array.from({ length: 5 }, (_, i) => 2 ** -i)
    const [line] = polylines(
      indexPlot([{ name: 'a', values }], { title: 'T', axes, logarithmic: true }),
    )
    const steps = line!.slice(1).map(([, y], i) => y - line![i]![1])
    for (const step of steps) expect(Math.abs(step - steps[0]!)).toBeLessThan(0.15)
    expect(steps[0]).toBeGreaterThan(1)
  })

  it('leaves out of a logarithmic axis what has no logarithm, and what is a millionth of the largest', () => {
    const values = [10, 1, 1e-6, 0, -1]
    const svg = indexPlot([{ name: 'a', values }], { title: 'T', axes, logarithmic: true })
    expect(polylines(svg)[0]).toHaveLength(2)
    expect(drawnNumbers(svg).every(Number.isFinite)).toBe(true)
    expect(texts(svg)).not.toContain('10⁻⁶')
  })

  it('writes powers of ten that are far from 1 with their exponent', () => {
    const svg = indexPlot([{ name: 'a', values: [1, 1e-5] }], {
      title: 'T',
      axes,
      logarithmic: true,
    })
    for (const text of ['1', '0.001', '10⁻⁴', '10⁻⁵']) expect(texts(svg)).toContain(text)
  })

  it('keeps to the range that is given', () => {
    const svg = indexPlot([{ name: 'a', values: [0.4, 0.5] }], { title: 'T', axes, range: [0, 1] })
    for (const text of ['0.0', '1.0']) expect(texts(svg)).toContain(text)
  })

  it('draws stems without a line between them', () => {
    const svg = indexPlot([{ name: 'a', values: [0.4, 0.5, 0.6] }], {
      title: 'T',
      axes,
      stems: true,
    })
    expect(polylines(svg)).toEqual([])
    const { document } = parseHTML(`<html><body>${svg}</body></html>`)
    expect(document.querySelectorAll('g[aria-label="rule"] line')).toHaveLength(3)
  })

  it('draws a single value, values that are all 0, and none', () => {
    for (const values of [[1], [0, 0], []])
      for (const logarithmic of [true, false]) {
        const svg = indexPlot([{ name: 'a', values }], { title: 'T', axes, logarithmic })
        expect(drawnNumbers(svg).every(Number.isFinite)).toBe(true)
      }
  })
})
