import { z } from 'zod'
import { activationNames } from '../nn/activations.ts'

/**
 * Schemas of configuration values. Each takes the value itself, as in a configuration file, or its text,
 * as on the command line: the one schema makes the type, the validation, the flag and its help.
 */

const fromText = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
    ? Number(value)
    : value

const list = (value: unknown): unknown => {
  if (typeof value === 'string')
    return value.trim() === '' ? [] : value.split(',').map((s) => s.trim())
  return Array.isArray(value) ? value : [value]
}

export const number = (check: z.ZodNumber = z.number()) => z.preprocess(fromText, check)
export const integer = (low: number, high = 1_000_000_000) =>
  number(z.number().int().min(low).max(high))
export const numbers = (check: z.ZodNumber) => z.preprocess(list, z.array(number(check)))
export const flag = () =>
  z.preprocess((v) => (v === 'true' || v === '' ? true : v === 'false' ? false : v), z.boolean())

/** A number that changes over the epochs: from `from` linearly to `to`. */
export interface Schedule {
  readonly from: number
  readonly to: number
  readonly epochs: number
}

const SCHEDULE = /^([-+.\deE]+):([-+.\deE]+)@([.\deE]+)$/

/** A non-negative number, or `FROM:TO@EPOCHS`, which rises or falls linearly and then stays. */
export const schedule = () =>
  z.preprocess(
    (value) => {
      const parts = typeof value === 'string' ? SCHEDULE.exec(value.trim()) : null
      if (!parts) return fromText(value)
      return { from: Number(parts[1]), to: Number(parts[2]), epochs: Number(parts[3]) }
    },
    z.union([
      z.number().min(0),
      z.strictObject({
        from: z.number().min(0),
        to: z.number().min(0),
        epochs: z.number().positive(),
      }),
    ]),
  )

/** The scheduled value after `epoch` epochs, which need not be a whole number. */
export function scheduledValue(value: number | Schedule, epoch: number): number {
  if (typeof value === 'number') return value
  return value.from + (value.to - value.from) * Math.min(1, epoch / value.epochs)
}

/** Hidden widths of the encoder; the decoder mirrors them. */
export const hidden = () =>
  numbers(z.number().int().min(1).max(100_000)).describe(
    'widths of the hidden layers, such as 500,500; the decoder mirrors them',
  )

export const activation = () =>
  z
    .preprocess(list, z.array(z.enum(activationNames)).min(1))
    .describe('activation of the hidden layers: one for all, or one for each, such as relu,tanh')

export const latent = () => integer(1, 100_000).describe('dimensions of the code')

export const dropout = () =>
  number(z.number().min(0).lt(1)).describe('share of hidden units dropped while training')

const LIKELIHOOD = /^(bernoulli|gaussian|categorical)(?::(.+))?$/

/** What p(x|z) is. */
export type LikelihoodChoice =
  | { readonly kind: 'bernoulli' }
  | { readonly kind: 'gaussian'; readonly sigma: number | 'global' | 'per-dimension' }
  | { readonly kind: 'categorical'; readonly levels: number }

/** Reads `bernoulli`, `gaussian[:SIGMA|global|per-dimension]` or `categorical[:LEVELS]`. */
export function parseLikelihood(text: string): LikelihoodChoice | undefined {
  const match = LIKELIHOOD.exec(text)
  if (!match) return undefined
  const [, kind, detail] = match
  if (kind === 'bernoulli') return detail === undefined ? { kind } : undefined
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

export const likelihood = () =>
  z
    .string()
    .refine((text) => parseLikelihood(text) !== undefined, {
      error:
        'expected bernoulli, gaussian, gaussian:SIGMA, gaussian:global, gaussian:per-dimension or categorical:LEVELS (2 to 256)',
    })
    .describe(
      'p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension] or categorical[:LEVELS]; decides the reconstruction loss',
    )
