import { isMember } from '../../models/definition.ts'
import { trainingOptions } from '../config.ts'
import type { ExaminedRun } from './finding.ts'

/** Options as flags of `latentlab train`: `--lr 0.001 --clip 1`. */
export const flags = (options: Readonly<Record<string, string | number>>): string =>
  Object.entries(options)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ')

/** The default of an option for the model of a run. */
export function defaultOf({ config, trained }: ExaminedRun, name: string): unknown {
  // A network can change the definition of a built-in model: its options are those of its name.
  const own = isMember(config.model) ? undefined : trained?.run.model.definition
  const options = trainingOptions(own ?? config.model)
  return options.find((option) => option.name === name)?.default
}

/** The learning rate that the model's definition suggests. */
export const usualRate = (examined: ExaminedRun): number => Number(defaultOf(examined, 'lr'))

/** Whether the learning rate is ten times higher or lower than the model's definition has it. */
export function isRateOff(examined: ExaminedRun): boolean {
  const { lr } = examined.config.train
  const usual = usualRate(examined)
  return lr >= 10 * usual || lr < usual / 10
}

/** Steps of training, over all epochs of a stage. */
export function steps({ config, data }: ExaminedRun): number {
  const perEpoch = Math.max(1, Math.floor(data.splits.train.rows.length / config.train.batch))
  return perEpoch * config.train.epochs
}

/** A number of a flag: 3 digits. */
export const rounded = (value: number): number => Number(value.toPrecision(3))
