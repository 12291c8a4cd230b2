import { UserError } from '../tensor/errors.ts'
import type { Figures } from './events.ts'

/**
 * Whether the monitored figure is another one after a change of a model's options, so that values of before and after
 * cannot be compared. A named term has no weight in it.
 *
 * @param after the terms of the stage, and whether only values have changed that its graphs are fed
 */
export function isMonitoredChange(
  name: string,
  after: { readonly terms: readonly string[]; readonly sameGraphs: boolean },
): boolean {
  if (name === 'none') return false
  return !(after.sameGraphs && after.terms.includes(name))
}

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
