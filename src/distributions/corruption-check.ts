import { requireOneOf, requireOptions } from '../tensor/checks.ts'
import { described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import type { Corruption } from './corruption.ts'

/** Throws UserError for an unknown kind of corruption, or a strength out of its range. */
export function requireCorruption(given: Corruption): void {
  requireOptions(given, 'by', undefined, UserError)
  requireOneOf(
    given.kind,
    'kind',
    ['none', 'gaussian', 'masking', 'salt-pepper', 'swap'],
    UserError,
  )
  if (given.kind === 'none') return
  const [name, strength, limit] =
    given.kind === 'gaussian'
      ? (['sigma', given.sigma, Infinity] as const)
      : (['probability', given.probability, 1] as const)
  if (typeof strength !== 'number' || !(strength > 0 && strength < limit))
    throw new UserError(
      `${name}: expected a number above 0${limit === 1 ? ' and below 1' : ''}, got ${described(strength)}`,
    )
}
