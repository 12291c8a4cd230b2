import { describe, expect, it } from 'vitest'
import { codeScatter, MOST_DRAWN, type PlanarCode } from '../../src/report/code-scatter.ts'
import { dotPaths, drawnNumbers, texts } from './svg-reading.ts'

/** Codes of `classes` classes in turn, each around its own place on a circle. */
function codes(count: number, classes: number): PlanarCode[] {
  return Array.from({ length: count }, (_, i) => {
    const label = i % classes
    const angle = (label / classes) * 2 * Math.PI
    const wobble = Math.sin(i * 12.9898) * 0.3
    return { x: 3 * Math.cos(angle) + wobble, y: 2 * Math.sin(angle) - wobble * 0.5, label }
  })
}

const colours = (svg: string) => new Set(dotPaths(svg).map((path) => path.stroke))
const dots = (svg: string) => dotPaths(svg).flatMap((path) => path.dots)

describe('codeScatter', () => {
  it('draws every code of a small set once, each class in a colour of its own', () => {
    const svg = codeScatter(codes(100, 10), { title: 'Codes' })
    expect(dots(svg)).toHaveLength(100)
    expect(colours(svg).size).toBe(10)
    expect(texts(svg)).toContain('n = 100')
  })

  it.each([10, 12, 40])('keeps the colours of %i classes apart', (classes) => {
    expect(colours(codeScatter(codes(1000, classes), { title: 'Codes' })).size).toBe(classes)
  })

  it('thins a large set to the limit, says so, keeps every class and stays small', () => {
    const svg = codeScatter(codes(60_000, 10), { title: 'Codes' })
    expect(dots(svg)).toHaveLength(MOST_DRAWN)
    expect(texts(svg)).toContain('n = 5,000 of 60,000')
    expect(svg.length).toBeLessThan(120_000)
    const perColour = new Map<string, number>()
    for (const { stroke, dots } of dotPaths(svg)) {
      perColour.set(stroke, (perColour.get(stroke) ?? 0) + dots.length)
    }
    expect(perColour.size).toBe(10)
    for (const count of perColour.values()) expect(Math.abs(count - 500)).toBeLessThan(150)
    expect(svg).toBe(codeScatter(codes(60_000, 10), { title: 'Codes' }))
  })

  it('draws points behind the codes first, in one path, within the axes and named in the legend', () => {
    const points = [
      { x: 50, y: 0 },
      { x: -50, y: 1 },
    ]
    const given = [{ x: 0, y: 0, label: 3 }]
    const svg = codeScatter(given, { title: 'Codes', behind: { name: 'prior p(z)', points } })
    const [ground, ...rest] = dotPaths(svg)
    expect(ground!.dots).toHaveLength(2)
    expect(rest.flatMap((path) => path.dots)).toHaveLength(1)
    const [right, left] = ground!.dots as [[number, number], [number, number]]
    // Both axes reach ±52: the code at 0 lies halfway between the points.
    expect(rest[0]!.dots[0]![0]).toBeCloseTo((right[0] + left[0]) / 2, 0)
    expect(right[0] - left[0]).toBeGreaterThan(440)
    expect(texts(svg).slice(-2)).toEqual(['3', 'prior p(z)'])
    expect(texts(svg)).toContain('n = 1')
    const unlabelled = codeScatter([{ x: 0, y: 0 }], {
      title: 'Codes',
      behind: { name: 'prior p(z)', points },
    })
    expect(texts(unlabelled).slice(-2)).toEqual(['codes', 'prior p(z)'])
  })

  it('lists the classes in ascending order under the names given', () => {
    const given = [2, 0, 1].map((label) => ({ x: label, y: label, label }))
    const svg = codeScatter(given, { title: 'Codes', classes: ['shirt', 'shoe', '<bag>'] })
    expect(texts(svg).slice(-3)).toEqual(['shirt', 'shoe', '<bag>'])
    expect(svg).not.toContain('<bag>')
  })

  it('gives both axes the same scale', () => {
    const svg = codeScatter(
      [
        { x: 0, y: 0 },
        { x: 10, y: 0 },
        { x: 0, y: 1 },
      ],
      { title: 'Codes' },
    )
    const [origin, right, up] = dots(svg).sort((a, b) => a[0] - b[0] || b[1] - a[1]) as [
      [number, number],
      [number, number],
      [number, number],
    ]
    const byX = [origin, right, up].sort((a, b) => b[0] - a[0])
    const unitX = (byX[0]![0] - origin[0]) / 10
    const unitY = origin[1] - Math.min(origin[1], right[1], up[1])
    expect(unitX).toBeGreaterThan(40)
    expect(Math.abs(unitX - unitY)).toBeLessThan(0.2)
  })

  it('leaves out codes that are not finite, and says how many', () => {
    const svg = codeScatter(
      [...codes(10, 2), { x: Number.NaN, y: 0 }, { x: 1, y: Number.NEGATIVE_INFINITY }],
      {
        title: 'Codes',
      },
    )
    expect(dots(svg)).toHaveLength(10)
    expect(texts(svg)).toContain('n = 10 of 12; 2 not finite')
    expect(drawnNumbers(svg).every(Number.isFinite)).toBe(true)
  })

  it('draws no codes, one code, and codes without labels in the ink of the page', () => {
    expect(drawnNumbers(codeScatter([], { title: 'Codes' })).every(Number.isFinite)).toBe(true)
    const one = codeScatter([{ x: 5, y: 5 }], { title: 'Codes' })
    expect(dots(one)).toHaveLength(1)
    expect([...colours(one)]).toEqual(['currentColor'])
  })
})
