import { isMember } from '../../models/definition.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { modelNamed } from '../../models/registry.ts'
import { UserError } from '../../tensor/errors.ts'
import { option, type Wording } from '../../tensor/wording.ts'
import { flatOptions, resolveConfig } from '../config.ts'
import { buildFor } from '../model-for-data.ts'
import { trainingOptions } from '../option-list.ts'
import { requireUsed } from '../unused-options.ts'
import type { ExaminedCurves, Finding, Options, Suggestion } from './finding.ts'

const texts = (options: Options): Wording[] =>
  Object.entries(options).map(([name, value]) => option(name, value))

/** The suggestion to set options. */
export const setting = (options: Options): Suggestion => ({
  try: texts(options)
    .map(({ library }) => library)
    .join(', '),
  options,
})

/** A finding for the command line, with flags of `latentlab train` in place of options: `--lr 0.001 --clip 1`. */
export function inFlags(finding: Finding): Finding {
  if (!finding.options) return finding
  const flags = texts(finding.options).map(({ commandLine }) => commandLine)
  return { ...finding, try: flags.join(' ') }
}

/**
 * The first of these options that the model of a run accepts.
 *
 * @param otherwise what to do where it accepts none: a sentence without its first word, “try to”
 */
export function advice(
  examined: ExaminedCurves,
  choices: readonly (Options | false | undefined)[],
  otherwise: string,
): Suggestion {
  const accepted = choices.find((options) => options && accepts(examined, options))
  return accepted ? setting(accepted) : { try: otherwise }
}

/** Whether these options change the run, and its model can be trained with them. */
function accepts(examined: ExaminedCurves, options: Options): boolean {
  const { config, data } = examined
  const own = flatOptions(config)
  const names = Object.keys(options)
  if (names.every((name) => String(own[name]) === String(options[name]))) return false
  const definition = definitionOf(examined)
  try {
    const changed = resolveConfig({ ...own, ...options, model: definition })
    requireUsed(names, changed, { definition })
    buildFor(changed, data, definition)
    return true
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

/** The definition whose options the run has. */
function definitionOf({ config, definition, trained }: ExaminedCurves): ModelDefinition {
  // A network can change the definition of a built-in model: its options are those of its name.
  const own = isMember(config.model) ? undefined : (definition ?? trained?.run.model.definition)
  return own ?? modelNamed(config.model)
}

/** The default of an option for the model of a run. */
export const defaultOf = (examined: ExaminedCurves, name: string): unknown =>
  trainingOptions(definitionOf(examined)).find((option) => option.name === name)?.default

/** The learning rate that the model's definition suggests. */
export const usualRate = (examined: ExaminedCurves): number => Number(defaultOf(examined, 'lr'))

/** Whether the learning rate is ten times higher or lower than the model's definition has it. */
export function isRateOff(examined: ExaminedCurves): boolean {
  const { lr } = examined.config.train
  const usual = usualRate(examined)
  return lr >= 10 * usual || lr < usual / 10
}

/** Steps of training, over all epochs of a stage. */
export function steps({ config, data }: ExaminedCurves): number {
  const perEpoch = Math.max(1, Math.floor(data.splits.train.rows.length / config.train.batch))
  return perEpoch * config.train.epochs
}

/** A number of a flag: 3 digits. */
export const rounded = (value: number): number => Number(value.toPrecision(3))
