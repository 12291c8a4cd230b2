import { UserError } from '../tensor/errors.ts'
import type { Figures } from './events.ts'

/**
 * The validation figure that early stopping and the best checkpoint follow; undefined for `none`. A stage
 * before the last follows its objective if it has no term of that name.
 *
 * @throws UserError if the last stage has no term of that name
 */
export function monitored(figures: Figures, name: string, isLast: boolean): number | undefined {
  const { terms, objective } = figures
  if (name === 'none') return undefined
  const value =
    name === 'objective' ? objective : Object.hasOwn(terms, name) ? terms[name] : undefined
  if (value !== undefined) return value
  if (!isLast) return objective
  const known = ['objective', ...Object.keys(figures.terms), 'none'].join(', ')
  throw new UserError(`monitor: there is no validation term ${name} (known: ${known})`)
}
