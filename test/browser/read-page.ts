/** What a reader of the page cannot see, or sees badly. It runs in the page, so it refers to nothing outside itself. */
export function readPage() {
  const elements = Array.from(document.querySelectorAll('body *'))
  const style = (element: Element) => getComputedStyle(element)
  const hidden = (element: Element) =>
    element.closest('thead') !== null && style(element.closest('thead')!).clipPath !== 'none'
  const scrolls = (element: Element) => /auto|scroll/.test(style(element).overflowX)
  const what = (element: Element) =>
    `${element.tagName.toLowerCase()} "${(element.textContent ?? '').trim().slice(0, 30)}"`
  const cut: string[] = []
  const small: string[] = []
  const scrolling: string[] = []
  if (document.documentElement.scrollWidth > innerWidth) cut.push('the page itself')
  for (const element of elements) {
    const box = element.getBoundingClientRect()
    if (box.width === 0 || hidden(element)) continue
    // A caption is wider than its table, beside which it has room.
    const captioned = /^(table|caption)$/i.test(element.tagName)
    const wide =
      element instanceof HTMLElement && !captioned && element.scrollWidth > element.clientWidth + 1
    if (wide && element.clientWidth > 0) {
      const named = element.getAttribute('aria-label')
      const reachable = (element as HTMLElement).tabIndex === 0 && named
      const shows = style(element).backgroundImage.split('linear-gradient').length - 1 === 4
      if (scrolls(element) && reachable && shows) scrolling.push(named)
      else cut.push(what(element))
    }
    let outer = element.parentElement
    while (outer && !scrolls(outer)) outer = outer.parentElement
    if (!outer && (box.left < -1 || box.right > innerWidth + 1)) cut.push(what(element))
    if (element instanceof SVGTextElement && element.textContent !== '') {
      const svg = element.ownerSVGElement!
      const frame = svg.getBoundingClientRect()
      const outside =
        box.left < frame.left - 1 ||
        box.right > frame.right + 1 ||
        box.top < frame.top - 1 ||
        box.bottom > frame.bottom + 1
      if (outside) cut.push(what(element))
      const scale = frame.width / svg.viewBox.baseVal.width
      const size = Number.parseFloat(style(element).fontSize) * scale
      if (size < 10) small.push(`${what(element)} at ${size.toFixed(1)} px`)
    }
  }

  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (rgb: number[]) => {
    const [r, g, b] = rgb.slice(0, 3).map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ground = (element: Element): number[] => {
    const [r = 0, g = 0, b = 0, alpha = 1] = channels(style(element).backgroundColor)
    return alpha === 1 || !element.parentElement ? [r, g, b] : ground(element.parentElement)
  }
  const faint: string[] = []
  for (const element of elements) {
    const own = Array.from(element.childNodes).some(
      (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
    )
    if (!own || hidden(element) || element.tagName.toLowerCase() === 'title') continue
    const inPlot = element instanceof SVGElement
    const paint = style(element)
    const under = ground(element)
    const opacity = inPlot ? Number(paint.fillOpacity) : 1
    const colour = channels(inPlot ? paint.fill : paint.color).slice(0, 3)
    const seen = colour.map((value, i) => opacity * value + (1 - opacity) * under[i]!)
    const [light, dark] = [luminance(seen), luminance(under)].sort((a, b) => b - a) as [
      number,
      number,
    ]
    const contrast = (light + 0.05) / (dark + 0.05)
    if (contrast < 4.5) faint.push(`${what(element)}: ${contrast.toFixed(2)}`)
  }

  const plots = Array.from(document.querySelectorAll('.plot'))
  const tops = (plot: Element) =>
    Array.from(plot.querySelectorAll('.panels svg'), (svg) => svg.getBoundingClientRect().top)
  return {
    cut,
    small,
    scrolling,
    faint,
    /** How many panels stand in the first row of each plot. */
    panels: plots.map((plot) => tops(plot).filter((top) => top === tops(plot)[0]).length),
    legendsBelow: plots.map((plot) => {
      const bottom = plot.querySelector('.panels')!.getBoundingClientRect().bottom
      return plot.querySelector('.key')!.getBoundingClientRect().top >= bottom
    }),
  }
}
