import { Resvg } from '@resvg/resvg-js'

/**
 * An SVG figure as a PNG file of the given width in pixels, on white paper.
 *
 * Text needs a font on this machine: where there is none, it vanishes without an error. Figures that are
 * kept should stay SVG.
 *
 * @throws Error where the SVG is not well-formed
 */
export function svgToPng(svg: string, width: number): Uint8Array {
  const image = new Resvg(svg, {
    background: 'white',
    fitTo: { mode: 'width', value: width },
    font: { loadSystemFonts: true },
  })
  return new Uint8Array(image.render().asPng())
}
