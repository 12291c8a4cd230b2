import { constant, iota, type Operand, type Tensor } from '../graph/tensor.ts'
import type { Noise } from './distribution.ts'

/** q(x̃|x): how an example is corrupted before it is encoded. */
export type Corruption =
  | { readonly kind: 'none' }
  | { readonly kind: 'gaussian'; readonly sigma: number }
  | {
      readonly kind: 'masking' | 'salt-pepper' | 'swap'
      /** Of each value to be corrupted. */
      readonly probability: number
    }

/** The same as text. */
export type CorruptionName = 'none' | `${'masking' | 'gaussian' | 'salt-pepper' | 'swap'}:${number}`

/** The rows that values are swapped with. */
export interface Population {
  /** One after the other, `[N · D]`. */
  readonly values: Tensor
  /** Where each row of the batch stands among them, `[B, 1]`, as a float. */
  readonly places: Tensor
  /** How many other rows there are for each, N - 1. */
  readonly others: Operand
}

const CORRUPTION = /^(masking|gaussian|salt-pepper|swap):([\d.][\deE.+-]*)$/

/**
 * Reads `none`, `masking:P`, `gaussian:SIGMA`, `salt-pepper:P` or `swap:P`, with 0 < P < 1 and a finite
 * SIGMA > 0; undefined for any other text.
 */
export function parseCorruption(text: string): Corruption | undefined {
  if (text === 'none') return { kind: 'none' }
  const match = CORRUPTION.exec(text)
  if (!match) return undefined
  const kind = match[1] as Exclude<Corruption['kind'], 'none'>
  const strength = Number(match[2])
  if (!(strength > 0 && Number.isFinite(strength))) return undefined
  if (kind === 'gaussian') return { kind, sigma: strength }
  return strength < 1 ? { kind, probability: strength } : undefined
}

/**
 * A draw of q(x̃|x) for each example of x `[B, D]`. Every value is corrupted independently.
 *
 * - `masking`: 0 in place of the value (Vincent et al. 2008).
 * - `gaussian`: the value plus σ ε.
 * - `salt-pepper`: 0 or 1 in place of the value, with equal chance (Vincent et al. 2010, section 3.3).
 * - `swap`: the value of the same column in another row of the batch, or of a larger population that contains
 *   the batch, each with equal chance; a single row stays as it is. Columns keep their distributions, which
 *   suits tables.
 *
 * Draws noise once at most, of x's shape.
 */
export function corrupt(
  x: Tensor,
  corruption: Corruption,
  noise: Noise,
  population?: (x: Tensor) => Population,
): Tensor {
  const shape = x.shape as readonly number[]
  switch (corruption.kind) {
    case 'none':
      return x
    case 'gaussian':
      return x.add(noise.normal(shape).mul(corruption.sigma))
    case 'masking':
      return noise.uniform(shape).less(corruption.probability).select(0, x)
    case 'salt-pepper': {
      const u = noise.uniform(shape)
      const peppered = u.less(corruption.probability).select(0, x)
      return u.less(corruption.probability / 2).select(1, peppered)
    }
    case 'swap':
      return swapped(
        noise.uniform(shape),
        corruption.probability,
        (population ?? batchOf)(x),
        shape[1]!,
      )
  }
}

/** The rows of a batch as the population that they are swapped within. */
function batchOf(x: Tensor): Population {
  const [batch, dimension] = x.shape as readonly [number, number]
  const places = constant(
    Array.from({ length: batch }, (_, i) => i),
    [batch, 1],
  )
  return { values: x.reshape([batch * dimension]), places, others: batch - 1 }
}

/**
 * Where u < p, u / p is uniform again and chooses how many rows further on, circularly, a value is taken
 * from: 1 to N - 1. Where u ≥ p it is N rows, which gives the value itself.
 */
function swapped(
  u: Tensor,
  probability: number,
  { values, places, others }: Population,
  dimension: number,
): Tensor {
  const share = typeof others === 'number' ? others / probability : others.div(probability)
  const further = u.mul(share).floor().min(others) // [B, D], 0 … N - 1
  const count = typeof others === 'number' ? others + 1 : others.add(1)
  const row = places.add(1).add(further)
  const within = row.less(count).select(row, row.sub(count))
  const at = within.cast('int64').mul(dimension).add(iota(dimension))
  return values.gather(at)
}
