import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { heatMap } from '../../src/report/heat-map.ts'
import { scoreAxis } from '../../src/report/score-axis.ts'
import { type ScoreSets, scoreHistogram } from '../../src/report/score-histogram.ts'
import { drawnNumbers, texts } from './svg-reading.ts'

const options = { title: 'T', axis: 'distance', names: ['new', 'test'] } as const
const calibration = Float64Array.from({ length: 101 }, (_, i) => i / 100)

function read(sets: ScoreSets) {
  const svg = scoreHistogram(sets, options)
  const { document } = parseHTML(`<html><body>${svg}</body></html>`)
  const number = (element: Element, name: string) => Number(element.getAttribute(name))
  const bars = Array.from(document.querySelectorAll('rect'), (bar) => ({
    left: number(bar, 'x'),
    right: number(bar, 'x') + number(bar, 'width'),
    height: number(bar, 'height'),
  }))
  const line = document.querySelector('[stroke-dasharray="5,3"]')!.getAttribute('d')!
  return { svg, bars, threshold: Number(/^M([\d.]+)/.exec(line)![1]) }
}

describe('the histogram of scores', () => {
  it('has bars of alarms to the right of the threshold, and all others to its left', () => {
    const { bars, threshold } = read({
      scores: [0.2, 0.2, 0.2, 0.9, 0.9000001],
      calibration,
      threshold: 0.9,
    })
    expect(bars).toHaveLength(3)
    expect(bars[1]!.right).toBeLessThanOrEqual(threshold + 0.1)
    expect(bars[2]!.left).toBeGreaterThanOrEqual(threshold - 0.1)
    // Heights are square roots of 3/5 and 1/5.
    expect(bars[0]!.height / bars[1]!.height).toBeCloseTo(Math.sqrt(3), 1)
  })

  it('shows normal scores and those a thousand times the threshold', () => {
    const { bars, svg, threshold } = read({ scores: [0.1, 0.5, 900], calibration, threshold: 0.9 })
    expect(bars).toHaveLength(3)
    expect(threshold).toBeGreaterThan(100)
    for (const text of ['0', '1', '10', '100']) expect(texts(svg)).toContain(text)
  })

  it('stands equal scores, one score and negative ones', () => {
    for (const sets of [
      { scores: [2], calibration: [2, 2, 2], threshold: 2 },
      { scores: [0, 0], calibration: [0], threshold: 0 },
      { scores: [-500, -3, 4], calibration: [-4, -3, -2], threshold: -2 },
    ]) {
      const { svg, bars } = read(sets)
      expect(drawnNumbers(svg).every(Number.isFinite)).toBe(true)
      expect(bars.length).toBeGreaterThan(0)
    }
  })
})

describe('the axis of scores', () => {
  it('is linear where all scores are within reach, and rises everywhere', () => {
    const near = scoreAxis({ low: 0, high: 4, middle: 0.5, threshold: 1 })
    expect(near.isStretched).toBe(false)
    expect(near.at(2)).toBeCloseTo(0.5)
    const far = scoreAxis({ low: -1, high: 4e6, middle: 0.5, threshold: 1 })
    expect(far.isStretched).toBe(true)
    expect(far.at(-1)).toBeCloseTo(0.02 / 1.04)
    expect(far.at(4e6)).toBeCloseTo(1.02 / 1.04)
    expect(far.at(10)).toBeGreaterThan(far.at(1))
    // A factor of ten is a fixed step.
    const step = far.at(1e5) - far.at(1e4)
    expect(far.at(1e4) - far.at(1e3)).toBeCloseTo(step, 3)
    expect(far.ticks.map(({ text }) => text)).toContain('10⁶')
  })
})

describe('a heat map', () => {
  it('is black for 0 and below, and brightest at the largest value', () => {
    const { data, width, height, channels } = heatMap([-3, 0, 2, 4], 1, 4)
    expect([width, height, channels]).toEqual([4, 1, 3])
    expect(Array.from(data)).toEqual([0, 0, 0, 0, 0, 0, 200, 60, 70, 255, 250, 190])
    expect(heatMap([0, -1], 2, 1).data.every((level) => level === 0)).toBe(true)
  })
})
