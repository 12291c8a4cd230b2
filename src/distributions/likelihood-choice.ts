const LIKELIHOOD = /^(bernoulli|gaussian|categorical|columns)(?::(.+))?$/

/** p(x|z) as text: a Gaussian with a given σ or one that is learned; a categorical one with levels. */
export type LikelihoodName =
  | 'bernoulli'
  | 'gaussian'
  | `gaussian:${number}`
  | 'gaussian:global'
  | 'gaussian:per-dimension'
  | 'categorical'
  | `categorical:${number}`
  | 'columns'

/** The family of p(x|z), and its σ or its levels. */
export type LikelihoodChoice =
  | { readonly kind: 'bernoulli' }
  | { readonly kind: 'gaussian'; readonly sigma: number | 'global' | 'per-dimension' }
  | { readonly kind: 'categorical'; readonly levels: number }
  | { readonly kind: 'columns' }

/** Reads `bernoulli`, `gaussian[:SIGMA|global|per-dimension]`, `categorical[:LEVELS]` or `columns`. */
export function parseLikelihood(text: string): LikelihoodChoice | undefined {
  const match = LIKELIHOOD.exec(text)
  if (!match) return undefined
  const [, kind, detail] = match
  if (kind === 'bernoulli' || kind === 'columns') return detail === undefined ? { kind } : undefined
  if (kind === 'categorical') {
    const levels = Number(detail ?? 16)
    return Number.isInteger(levels) && levels >= 2 && levels <= 256
      ? { kind: 'categorical', levels }
      : undefined
  }
  if (detail === 'global' || detail === 'per-dimension') return { kind: 'gaussian', sigma: detail }
  const sigma = Number(detail ?? 1)
  return sigma > 0 && Number.isFinite(sigma) ? { kind: 'gaussian', sigma } : undefined
}
