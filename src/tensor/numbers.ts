/** The digits before the point in threes: `1,048,576`, `-12,345.50`. Exponents and words stay as they are. */
export const grouped = (number: number | bigint | string): string =>
  String(number).replace(/^(-?)(\d{4,})(?=\.|$)/, (_, sign: string, digits: string) => {
    return sign + digits.replace(/\B(?=(\d{3})+$)/g, ',')
  })

/** A share in per cent: `97.3 %`, with a space that does not break. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`

/** `1 example`, `60,000 examples`. */
export const counted = (count: number, what: string): string =>
  `${grouped(count)} ${what}${count === 1 ? '' : 's'}`

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A whole number in raised digits: `⁻¹²`. */
export const superscript = (number: number): string =>
  Array.from(String(number), (digit) => SUPERSCRIPTS[Number(digit)] ?? '⁻').join('')

/** A text whose whole numbers of five digits or more are grouped: `20,000 draws`. */
export const withGroups = (text: string): string =>
  text.replace(/(?<![\w.,-])\d{5,}(?!\w|\.\d|-)/g, grouped)

/** Bytes in a unit that a person reads: `512 bytes`, `4.2 kB`, `13 MB`. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}
