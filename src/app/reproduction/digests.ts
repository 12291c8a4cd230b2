import { createHash } from 'node:crypto'
import { VERSION } from '../../config/version.ts'
import { withFormerOptions } from '../../models/former-names.ts'
import { type Budget, type Experiment, settingOf } from '../../reproduce/experiment.ts'
import { TRAINING_VERSION } from '../../train/training-version.ts'
import { type RunConfig, resolveConfig } from '../config.ts'
import { canonicalJson } from '../run/canonical-json.ts'

/** The program that trains and measures, as far as results depend on it. */
export interface Program {
  readonly version: string
  readonly training: number
}

const PROGRAM: Program = { version: VERSION, training: TRAINING_VERSION }

/**
 * The name of a run's folder: its model, and a hash of everything that its parameters depend on: the configuration
 * and the program, but not the number of threads or the cache. Options are hashed under their former names, and without
 * one that came later and has its default, so that runs from before are not trained again.
 */
export function runName(config: RunConfig, program: Program = PROGRAM): string {
  const { compute: _, ...parts } = config
  const { cache: __, standardise, ...rest } = config.data
  const data = standardise ? rest : { ...rest, standardise }
  const options = withFormerOptions(config.options)
  return `${config.model}-${digestOf({ ...parts, data, options, program }).slice(0, 12)}`
}

/** The configuration of a run of an experiment. */
export const runConfig = (options: Readonly<Record<string, unknown>>, seed: number): RunConfig =>
  resolveConfig({ data: 'mnist', seed, ...options })

/**
 * A digest of everything that the numbers of an experiment depend on except the seeds: its conditions, with the
 * options of its runs completed by their defaults, and the program.
 */
export function settingDigest(
  experiment: Experiment,
  budget: Budget,
  program: Program = PROGRAM,
): string {
  const [used, { conditions }] = settingOf(experiment, budget)
  const { runs = [], ...others } = conditions
  const names = runs.map((options) => runName(runConfig(options, 0), program))
  return digestOf({ name: experiment.name, budget: used, ...others, runs: names, program })
}

const digestOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex')
