import { UserError } from '../tensor/errors.ts'
import { option, worded } from '../tensor/wording.ts'

/** Options of adversarial models under their former names, which configurations of older runs have. */
export const formerOptions: Readonly<Record<string, string>> = {
  criticHidden: 'discriminatorHidden',
  criticActivation: 'discriminatorActivation',
  criticDropout: 'discriminatorDropout',
}

/** Options of data under former names that still work, wherever options are given. */
export const formerDataOptions: Readonly<Record<string, string>> = { labelColumn: 'label' }

/** Terms of adversarial losses under their former names, which metrics and checkpoints of older runs have. */
const formerTerms: Readonly<Record<string, string>> = {
  critic: 'discriminator loss',
  'critic accuracy': 'discriminator accuracy',
  deceit: 'generator loss',
}

/** A name by a table of new names; itself where it is not in the table. */
const renamed = (name: string, table: Readonly<Record<string, string>>): string =>
  Object.hasOwn(table, name) ? table[name]! : name

/**
 * Options by name as a file has them, under their present names. Where a file has an option under both names, both
 * are kept, and the former one is refused later as unknown.
 */
export function withCurrentOptions(
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.entries(options).map(([name, value]) => {
    if (name === 'monitor' && typeof value === 'string') return [name, renamed(value, formerTerms)]
    const current = renamed(name, formerOptions)
    return [Object.hasOwn(options, current) ? name : current, value]
  })
  return Object.fromEntries(entries)
}

/**
 * Options by name, those of data under their present names.
 *
 * @throws UserError for an option that is given under both names
 */
export function withCurrentDataOptions(
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const renamedOptions = { ...options }
  for (const [former, current] of Object.entries(formerDataOptions)) {
    if (!Object.hasOwn(options, former)) continue
    delete renamedOptions[former]
    if (options[former] === undefined) continue
    if (options[current] !== undefined)
      throw new UserError(
        worded`${option(former)}: is the former name of ${option(current)}; give only ${option(current)}`,
      )
    renamedOptions[current] = options[former]
  }
  return renamedOptions
}

/** Options under the names that a configuration had when they were introduced. */
export function withFormerOptions(
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const former = Object.fromEntries(Object.entries(formerOptions).map(([old, now]) => [now, old]))
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [renamed(name, former), value]),
  )
}

/**
 * Values by term, under the terms' present names. Only a loss that has all the former names is renamed: a term of
 * another model may well be called `critic`.
 *
 * @param prefix what each name begins with
 */
export function withCurrentTerms<T>(
  values: Readonly<Record<string, T>>,
  prefix = '',
): Record<string, T> {
  const table = Object.fromEntries(
    Object.entries(formerTerms).map(([old, now]) => [prefix + old, prefix + now]),
  )
  const isFormer = Object.keys(table).every((name) => Object.hasOwn(values, name))
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [isFormer ? renamed(name, table) : name, value]),
  )
}
