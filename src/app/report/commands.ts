import type { ModelDefinition } from '../../models/model.ts'
import { joinedCommand } from '../../report/wrap.ts'
import { flagName, negatedFlag } from '../../tensor/wording.ts'
import { flatOptions, type RunConfig } from '../config.ts'
import { trainingOptions } from '../option-list.ts'
import { optionText } from '../option-text.ts'
import { unusedReason } from '../unused-options.ts'

/** An option of a run, as in the configuration table. */
export interface SetOption {
  readonly name: string
  readonly value: string
  readonly default: string
  readonly description: string
  readonly changed: boolean
}

/**
 * The options that a run's model uses, in the order of the command line's help.
 *
 * @param model its definition, if it is not one of the built-in models
 */
export function setOptions(
  config: RunConfig,
  model: string | ModelDefinition = config.model,
): SetOption[] {
  const values = flatOptions(config)
  const definition = typeof model === 'string' ? undefined : model
  return trainingOptions(model)
    .filter(({ name }) => unusedReason(name, config, definition) === undefined)
    .map(({ name, description, default: usual }) => {
      const [value, standard] = [optionText(values[name]), optionText(usual)]
      return { name, value, default: standard, description, changed: value !== standard }
    })
}

/**
 * The command that trains this run again: always with data, model, epochs and seed, and with every other option
 * that is not at its default.
 *
 * @param out folder of the new run, before quoting
 */
export function trainCommand(config: RunConfig, out: string): string {
  const always = ['data', 'epochs', 'seed']
  const options = setOptions(config).filter(
    ({ name, value, changed }) => value !== '' && (changed || always.includes(name)),
  )
  const [data, rest] = [
    options.filter(({ name }) => name === 'data'),
    options.filter(({ name }) => name !== 'data'),
  ]
  const values = flatOptions(config)
  const flags = [
    ...data.map(({ name, value }) => `${flagName(name)} ${quoted(value)}`),
    `--model ${quoted(config.model)}`,
    ...rest.map(({ name, value }) => {
      if (values[name] === true) return flagName(name)
      return values[name] === false ? negatedFlag(name) : `${flagName(name)} ${quoted(value)}`
    }),
    `--out ${quoted(out)}`,
  ]
  return joinedCommand(['latentlab train', ...flags], LINE_WIDTH)
}

/** A word, quoted for a POSIX shell if needed. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

const LINE_WIDTH = 92
