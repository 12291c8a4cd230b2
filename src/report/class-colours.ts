/**
 * Ten colours, found by search among those that are legible on white and on near-black paper: their smallest
 * distance in Oklab is 0.148 with full colour vision and 0.075 with protanopia or deuteranopia
 * (Machado et al. 2009); the ten of Tableau have 0.113 and 0.007.
 */
export const PALETTE = [
  '#368ed9',
  '#ee560c',
  '#92997e',
  '#7f4dd6',
  '#b8be03',
  '#8b5002',
  '#5ac3e8',
  '#c65ab0',
  '#e9a89b',
  '#2f7d5b',
] as const

/** Six colours from low to high, legible on white and on near-black paper. */
export const SEQUENCE = ['#6a3fd8', '#9a3fc4', '#c2479f', '#df5f6e', '#ea8b3c', '#d9b40f'] as const

/** A colour of the palette if it is large enough; else hues around the circle, alternately lighter and darker. */
export function classColour(label: number, position: number, labels: readonly number[]): string {
  if (labels.every((one) => one < PALETTE.length)) return PALETTE[label]!
  if (labels.length <= PALETTE.length) return PALETTE[position]!
  const hue = Math.round((position * 360) / labels.length)
  return `hsl(${hue}, 62%, ${[42, 60, 50][position % 3]}%)`
}
