import { describe, expect, it } from 'vitest'
import { figureParts } from '../../src/report/figure-parts.ts'
import { linePlot } from '../../src/report/line-plot.ts'
import { strokeOf } from '../../src/report/plot-parts.ts'

/** Relative luminance of a colour, by WCAG 2. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high! + 0.05) / (low! + 0.05)
}

describe('the strokes of lines', () => {
  it('differ in colour and in dash for six lines, and in one of them for more', () => {
    const strokes = Array.from({ length: 36 }, (_, i) => strokeOf(i))
    const first = strokes.slice(0, 6)
    expect(new Set(first.map(({ colour }) => colour)).size).toBe(6)
    expect(new Set(first.map(({ dash }) => dash)).size).toBe(6)
    expect(new Set(strokes.map(({ colour, dash }) => `${colour} ${dash}`)).size).toBe(36)
  })

  it('are legible on light and on dark paper', () => {
    for (let i = 0; i < 6; i++)
      for (const paper of ['#fffefb', '#16181b'])
        expect(contrast(strokeOf(i).colour, paper), strokeOf(i).colour).toBeGreaterThan(3)
  })

  it('are the same in a plot and in its legend', () => {
    const lines = Array.from({ length: 4 }, (_, i) => ({
      name: `line ${i}`,
      points: [0, 1].map((x) => ({ x, y: x * (i + 1) })),
    }))
    const svg = linePlot(lines, { title: 'Four', axes: ['x', 'y'] })
    const { key, plots } = figureParts(svg)!
    const drawn = [...plots[0]!.drawing.matchAll(/<g [^>]*stroke-width="1.75"[^>]*>/g)]
    expect(drawn).toHaveLength(4)
    lines.forEach(({ name }, i) => {
      const { colour, dash } = strokeOf(i)
      expect(key[i]!.name).toBe(name)
      for (const mark of [key[i]!.mark, drawn[i]![0]]) {
        expect(mark).toContain(`stroke="${colour}"`)
        if (dash !== 'none') expect(mark).toContain(`stroke-dasharray="${dash}"`)
      }
    })
  })
})
