/** Corruptions of pictures, and those of rows of a table, as `src/distributions/corruption.ts` of the library defines them. */
export const corruptions = ['masking', 'gaussian', 'salt-pepper'] as const
export const rowCorruptions = ['masking', 'gaussian', 'swap'] as const
export type PictureCorruption = (typeof corruptions)[number]
export type RowCorruption = (typeof rowCorruptions)[number]

/** Random numbers: uniform in (0, 1), and standard normal. */
export interface Draws {
  uniform(): number
  normal(): number
}

/**
 * Values with each corrupted independently: `masking` puts 0 in place of a share of them, `gaussian` adds noise of the
 * deviation `strength`, `salt-pepper` puts 0 or 1 in place of a share, with equal chance.
 */
export function corrupted(
  values: Float32Array,
  kind: PictureCorruption,
  strength: number,
  draws: Draws,
): Float32Array {
  if (kind === 'gaussian') return values.map((value) => value + strength * draws.normal())
  return values.map((value) => {
    const u = draws.uniform()
    if (u >= strength) return value
    return kind === 'salt-pepper' && u < strength / 2 ? 1 : 0
  })
}

/** The mean squared error of each row of `[n, D]`. */
export function squaredErrors(
  values: Float32Array,
  others: Float32Array,
  dimension: number,
): number[] {
  return Array.from({ length: values.length / dimension }, (_, n) => {
    let sum = 0
    for (let i = n * dimension; i < (n + 1) * dimension; i++) sum += (values[i]! - others[i]!) ** 2
    return sum / dimension
  })
}
