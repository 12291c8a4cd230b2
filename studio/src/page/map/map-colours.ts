import { isDark } from '../../design/colours.ts'
import type { Rgb } from './picture-pixels.ts'

const names = ['paper', 'ink', 'quiet', 'rule', 'strong-rule', 'accent', 'raised'] as const

/** Colours of the design as a canvas understands them. */
export type CanvasColours = Readonly<Record<(typeof names)[number], string>>

let known: { readonly dark: boolean; readonly colours: CanvasColours } | undefined

export function canvasColours(): CanvasColours {
  if (known?.dark === isDark.value) return known.colours
  const probe = document.createElement('span')
  document.body.append(probe)
  const colours = Object.fromEntries(
    names.map((name) => {
      probe.style.color = `var(--${name})`
      return [name, getComputedStyle(probe).color]
    }),
  ) as Record<(typeof names)[number], string>
  probe.remove()
  known = { dark: isDark.value, colours }
  return colours
}

/** The colour of text as numbers, to draw strokes with. */
export function inkOf(): Rgb {
  const [red = 0, green = 0, blue = 0] = (canvasColours().ink.match(/[\d.]+/g) ?? []).map(Number)
  return [red, green, blue]
}
