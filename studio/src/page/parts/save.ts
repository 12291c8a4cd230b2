import type { Pixels } from '../pixels.ts'

/** Hands a file to the user, as a download. */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** Pixels are enlarged by whole numbers, until the picture is about this wide. */
const SAVED_WIDTH = 800

/** Saves pixels as `name.png`, each as a square of several. */
export function savePng({ width, height, data }: Pixels, name: string): void {
  const factor = Math.max(1, Math.round(SAVED_WIDTH / width))
  const small = document.createElement('canvas')
  Object.assign(small, { width, height })
  small.getContext('2d')!.putImageData(new ImageData(data, width, height), 0, 0)
  const large = document.createElement('canvas')
  Object.assign(large, { width: width * factor, height: height * factor })
  const context = large.getContext('2d')!
  context.imageSmoothingEnabled = false
  context.drawImage(small, 0, 0, large.width, large.height)
  large.toBlob((file) => {
    if (file) saveFile(file, `${name}.png`)
  }, 'image/png')
}

/** What of an element's look is written into a saved file, which has no style sheet. */
const LOOK = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'font-family',
  'font-size',
  'text-anchor',
  'vector-effect',
]

/** Saves a drawing of the page as `name.svg`, which looks the same without the page's style sheet. */
export function saveSvg(drawing: SVGSVGElement, name: string): void {
  const copy = drawing.cloneNode(true) as SVGSVGElement
  const { width, height } = drawing.getBoundingClientRect()
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  const originals = [drawing, ...drawing.querySelectorAll('*')]
  const copies = [copy, ...copy.querySelectorAll('*')]
  copies.forEach((element, i) => {
    const style = getComputedStyle(originals[i]!)
    element.removeAttribute('class')
    for (const property of LOOK) element.setAttribute(property, style.getPropertyValue(property))
  })
  saveFile(
    new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' }),
    `${name}.svg`,
  )
}
