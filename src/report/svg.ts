import { parseHTML } from 'linkedom'

const NAMESPACE = 'http://www.w3.org/2000/svg'

/** Attributes with coordinates: digits beyond a tenth of a pixel only take space. */
const COORDINATES = [
  'd',
  'transform',
  'x',
  'y',
  'x1',
  'x2',
  'y1',
  'y2',
  'cx',
  'cy',
  'r',
  'width',
  'height',
]

/** The document that figures are built on: no browser needed. Pass it to `Plot.plot`. */
export const { document } = parseHTML('<!doctype html><html><body></body></html>')

/** A part of a figure: an SVG element and where its upper left corner goes. */
export interface Panel {
  readonly element: Element
  readonly left: number
  readonly top: number
  /** Of a plot that can stand by itself: the part of the figure that it covers, and what it shows. */
  readonly part?: Part
}

/** A rectangle of a figure, in its coordinates. */
export interface Part {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly name: string
}

/** An SVG element with attributes and text or element children. */
export function svgElement(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly (string | Element)[]
): SVGElement {
  const element = document.createElementNS(NAMESPACE, tag) as SVGElement
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  element.append(...children)
  return element
}

/**
 * Joins panels into one SVG document of the given size in CSS pixels. Panels with a `part` say where they lie, so
 * that a page can arrange them to its width (`figureParts`).
 *
 * Text and axes are `currentColor`: black in a file of its own, the page's ink inside HTML. The result
 * has no ids, scripts or style sheets, is well-formed XML and is the same for the same input.
 *
 * @param description what the figure shows, for screen readers
 */
export function composeFigure(
  panels: readonly Panel[],
  size: { readonly width: number; readonly height: number },
  description: string,
): string {
  const { width, height } = size
  const root = svgElement(
    'svg',
    {
      xmlns: NAMESPACE,
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      fill: 'currentColor',
      'font-family': 'system-ui, sans-serif',
      'font-size': 12,
      role: 'img',
    },
    svgElement('title', {}, description),
  )
  for (const { element, left, top, part } of panels) {
    const transform = `translate(${left},${top})`
    const place = part && { 'data-part': [part.x, part.y, part.width, part.height].join(' ') }
    const name = part ? [svgElement('title', {}, part.name)] : []
    if (element.tagName.toLowerCase() === 'svg') {
      // A plot: without the style sheet, and with the anchor that its labels inherit from its root.
      const parts = Array.from(element.children).filter(
        (child) => child.tagName.toLowerCase() !== 'style',
      )
      root.append(
        svgElement('g', { transform, 'text-anchor': 'middle', ...place }, ...name, ...parts),
      )
    } else {
      root.append(svgElement('g', { transform, ...place }, ...name, element))
    }
  }
  for (const element of Array.from(root.querySelectorAll('*'))) roundCoordinates(element)
  return root.outerHTML
}

function roundCoordinates(element: Element): void {
  for (const name of COORDINATES) {
    const value = element.getAttribute(name)
    if (value === null) continue
    const rounded = value.replace(/-?\d+\.\d+/g, (number) =>
      String(Math.round(Number(number) * 10) / 10),
    )
    if (rounded !== value) element.setAttribute(name, rounded)
  }
}
