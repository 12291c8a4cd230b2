import { parseHTML } from 'linkedom'

function elements(svg: string, selector: string): Element[] {
  return Array.from(
    parseHTML(`<html><body>${svg}</body></html>`).document.querySelectorAll(selector),
  )
}

/** What an SVG figure says, text by text in document order, without its description. */
export function texts(svg: string): string[] {
  return elements(svg, 'text, tspan')
    .filter((element) => element.children.length === 0)
    .map((element) => element.textContent ?? '')
    .filter((text) => text !== '')
}

/** All numbers that place something: of paths, transforms and positions. NaN and Infinity come as such. */
export function drawnNumbers(svg: string): number[] {
  return elements(svg, '*').flatMap((element) =>
    ['d', 'transform', 'x', 'y', 'cx', 'cy', 'x1', 'x2', 'y1', 'y2']
      .flatMap(
        (name) =>
          (element.getAttribute(name) ?? '').match(/NaN|-?Infinity|-?[\d.]+(?:e[-+]?\d+)?/g) ?? [],
      )
      .map((text) => Number(text)),
  )
}

/** The `d` and `stroke` of every path that draws dots: lines of no length. */
export function dotPaths(svg: string): { stroke: string; dots: [number, number][] }[] {
  return elements(svg, 'path')
    .map((path) => ({ stroke: path.getAttribute('stroke') ?? '', d: path.getAttribute('d') ?? '' }))
    .filter(({ d }) => d.endsWith('h0'))
    .map(({ stroke, d }) => ({
      stroke,
      dots: [...d.matchAll(/M(-?[\d.]+),(-?[\d.]+)h0/g)].map(([, x, y]) => [Number(x), Number(y)]),
    }))
}
