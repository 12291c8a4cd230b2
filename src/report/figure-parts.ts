import { parseHTML } from 'linkedom'

/** A figure taken apart, so that a page can stack its plots and let its texts wrap. */
export interface FigureParts {
  /** Title of the figure, and a line below it; empty where there is none. */
  readonly title: string
  readonly note: string
  readonly plots: readonly {
    /** What the plot shows. */
    readonly name: string
    readonly width: number
    readonly height: number
    /** Its `viewBox`, and what is drawn in it. */
    readonly view: string
    readonly drawing: string
  }[]
  /** The legend: a mark of 26 by 12 pixels around the origin's height, and its name. */
  readonly key: readonly { readonly mark: string; readonly name: string }[]
}

/**
 * The parts of a figure that `composeFigure` joined; undefined if it does not say where they lie.
 *
 * @param svg an SVG document
 */
export function figureParts(svg: string): FigureParts | undefined {
  if (!svg.includes('data-part=')) return undefined
  const { document } = parseHTML(`<!doctype html><html><body>${svg}</body></html>`)
  const text = (selector: string) => document.querySelector(selector)?.textContent ?? ''
  const [title, note] = [text('[data-title]'), text('[data-note]')]
  const key = Array.from(document.querySelectorAll('[data-key]'), (entry) => ({
    mark: Array.from(entry.children, (child) =>
      child.tagName.toLowerCase() === 'text' ? '' : child.outerHTML,
    ).join(''),
    name: entry.querySelector('text')?.textContent ?? '',
  }))
  for (const element of Array.from(
    document.querySelectorAll('[data-title], [data-note], [data-key]'),
  ))
    element.remove()
  const plots = Array.from(document.querySelectorAll('[data-part]'), (plot) => {
    const view = plot.getAttribute('data-part') ?? ''
    const title = plot.querySelector('title')
    const name = title?.textContent ?? ''
    title?.remove()
    const [, , width = 0, height = 0] = view.split(' ').map(Number)
    plot.removeAttribute('data-part')
    return { name, width, height, view, drawing: plot.outerHTML }
  })
  return { title, note, key, plots }
}
