import { effect, signal } from '@preact/signals'

/**
 * Colours of classes, in order, each as [on a light ground, on a dark ground]. Okabe and Ito 2008 ("Color universal design"),
 * darkened or lightened for contrast of 3 to 1 with the ground, and two of Tol 2021 ("Colour schemes", bright).
 */
const classColours: readonly (readonly [light: string, dark: string])[] = [
  ['#0072b2', '#56a8e0'],
  ['#c25400', '#f0843c'],
  ['#00855f', '#2fbf93'],
  ['#b0528b', '#dd8fbe'],
  ['#8a7400', '#e6d34a'],
  ['#3f9ac9', '#9ad4f2'],
  ['#a8323e', '#f07080'],
  ['#6d5fa8', '#b0a5ee'],
  ['#6b6b66', '#bdbdb6'],
  ['#7a4b1e', '#cf9c6b'],
]

/** Whether the page is dark; follows the system until somebody chooses. */
export const isDark = signal(false)

/** What somebody chose, or undefined for the system's. */
export const chosenTheme = signal<'light' | 'dark' | undefined>(undefined)

/** The colour of a class; they repeat after ten. */
export const classColour = (place: number): string =>
  classColours[place % classColours.length]![isDark.value ? 1 : 0]

/** A sequential scale for numbers from low to high, readable in grey: a part of viridis (van der Walt and Smith 2015). */
export const numberColours: readonly string[] = [
  '#440154',
  '#482777',
  '#3f4a8a',
  '#31678e',
  '#26838f',
  '#1f9d8a',
  '#6cce5a',
  '#b6de2b',
  '#fee825',
]

/** The part of the scale that stands out from the ground, as shares of it. */
const LIGHT_PART = [0, 0.86] as const
const DARK_PART = [0.22, 1] as const

/** The colour of a share of a scale, 0 for its low end and 1 for its high end; beyond an end, that of the end. */
export function numberColour(share: number): string {
  const [from, to] = isDark.value ? DARK_PART : LIGHT_PART
  const within = share > 0 ? Math.min(1, share) : 0
  const at = (from + (to - from) * within) * (numberColours.length - 1)
  const below = Math.min(numberColours.length - 2, Math.floor(at))
  const mixed = [1, 3, 5].map((digit) => {
    const [low, high] = [below, below + 1].map((place) =>
      Number.parseInt(numberColours[place]!.slice(digit, digit + 2), 16),
    )
    const value = Math.round(low! + (high! - low!) * (at - below))
    return value.toString(16).padStart(2, '0')
  })
  return `#${mixed.join('')}`
}

/** The colour of heat over a dimmed picture, in red, green and blue: the same on both grounds, as pictures have their own. */
export const heatColour: readonly [number, number, number] = [255, 124, 36]

/** Makes `isDark` and the page follow the choice, or else the system. */
export function followTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const systemIsDark = signal(system.matches)
  system.addEventListener('change', ({ matches }) => {
    systemIsDark.value = matches
  })
  effect(() => {
    isDark.value = chosenTheme.value ? chosenTheme.value === 'dark' : systemIsDark.value
    if (chosenTheme.value) document.documentElement.dataset.theme = chosenTheme.value
    else delete document.documentElement.dataset.theme
  })
}
