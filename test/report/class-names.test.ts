import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { classNames, type NamedPoint } from '../../src/report/class-names.ts'
import { codeScatter } from '../../src/report/code-scatter.ts'

const area = [
  [0, 0],
  [480, 480],
] as const

/** The centres of the names, each once, and how many are joined to their points by a line. */
function placed(svg: string) {
  const { document } = parseHTML(`<html><body><svg>${svg}</svg></body></html>`)
  const texts = [...document.querySelectorAll('g[font-weight="700"] text')]
    .filter((text) => !text.hasAttribute('stroke'))
    .map((text) => ({
      name: text.textContent!,
      x: Number(text.getAttribute('x')),
      y: Number(text.getAttribute('y')),
    }))
  return { texts, joined: document.querySelectorAll('path[d*="L"]').length }
}

/** Pairs of names that overlap at 19 pixels, the size of bold text on a narrow page. */
function overlaps(points: readonly NamedPoint[]): string[] {
  return points.flatMap((a, i) =>
    points
      .slice(i + 1)
      .filter(
        (b) =>
          Math.abs(a.x - b.x) < (11 * (a.name.length + b.name.length)) / 2 &&
          Math.abs(a.y - b.y) < 18,
      )
      .map((b) => `${a.name} and ${b.name}`),
  )
}

describe('the names of classes in a plot', () => {
  it('stand at their points where there is room', () => {
    const points = [
      { name: '3', x: 100, y: 100 },
      { name: '8', x: 130, y: 100 },
      { name: '5', x: 100, y: 130 },
    ]
    expect(placed(classNames(points, area).outerHTML)).toEqual({ texts: points, joined: 0 })
  })

  it.each([
    ['ten at one point', 240],
    ['ten in a corner', 3],
  ])('are moved apart, and joined to their points: %s', (_, at) => {
    const points = Array.from({ length: 10 }, (_, i) => ({ name: `class ${i}`, x: at, y: at }))
    const { texts, joined } = placed(classNames(points, area).outerHTML)
    expect(overlaps(texts)).toEqual([])
    expect(joined).toBeGreaterThanOrEqual(8)
    for (const { x, y } of texts)
      expect(Math.min(x - 42, 438 - x, y - 10, 470 - y)).toBeGreaterThan(-1)
  })

  it('do not overlap in a scatter of classes with near medians', () => {
    const codes = Array.from({ length: 100 }, (_, i) => ({
      x: 4 * Math.sin(7 * i) + 0.05 * (i % 10),
      y: 4 * Math.cos(11 * i) + 0.05 * (i % 10),
      label: i % 10,
    }))
    const { texts } = placed(codeScatter(codes, { title: 'Codes' }))
    expect(texts.map(({ name }) => name)).toEqual([...'0123456789'])
    expect(overlaps(texts)).toEqual([])
  })
})
