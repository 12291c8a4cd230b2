import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DataSet } from '../../data/dataset.ts'
import { openDataSet, requireSources } from '../../data/open.ts'
import type { TableData } from '../../data/open-columns.ts'
import { sources } from '../../data/sources.ts'
import type { TableSchema } from '../../data/table/schema.ts'
import { asMemoryError } from '../../runtime/memory-error.ts'
import { UserError } from '../../tensor/errors.ts'
import type { HostTensor } from '../../tensor/host.ts'
import { flagName, worded } from '../../tensor/wording.ts'
import type { RunConfig } from '../config.ts'
import { likelihoodUse } from '../model-for-data.ts'
import { ARRAY, requireSameData } from './recorded-data.ts'

/**
 * Where the data of a run is read from: names of files or data sets, or the arrays themselves. Anything left out
 * is read from where the configuration says.
 */
export interface DataSource {
  readonly data?: TableData | undefined
  readonly labels?: string | HostTensor | undefined
  readonly testData?: TableData | undefined
  readonly testLabels?: string | HostTensor | undefined
  /** A schema in memory, for a new run; later, what training recorded is used. */
  readonly schema?: TableSchema | undefined
}

const names = ['data', 'labels', 'testData', 'testLabels'] as const

const isFile = (name: string) => !sources.some((source) => source.name === name)

/** The full path of a file, so that a run can be used from any folder; the name of a data set is unchanged. */
export const fullPath = (name: string): string => (isFile(name) ? resolve(name) : name)

/** The configuration of a run with the full paths of its data files, and a word for each array. */
export function withRecordedSource(config: RunConfig, arrays: DataSource = {}): RunConfig {
  const recorded = names.flatMap((name) => {
    const given = config.data[name]
    if (given === undefined && arrays[name] === undefined) return []
    return [[name, typeof arrays[name] === 'object' ? ARRAY : fullPath(given!)] as const]
  })
  return { ...config, data: { ...config.data, ...Object.fromEntries(recorded) } }
}

/** A data source as a configuration records it: arrays by a word, files by their full paths. */
export function recordedSource(
  source: DataSource,
): Partial<Record<(typeof names)[number], string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const given = source[name]
      if (given === undefined) return []
      return [[name, typeof given === 'string' ? fullPath(given) : ARRAY] as const]
    }),
  )
}

/** Throws UserError if a file that a run is to be trained on is missing, before anything is read. */
export function requireFiles(config: RunConfig, arrays: DataSource = {}): void {
  requireSources({ ...config.data, ...present(arrays), data: arrays.data ?? config.data.data })
}

/**
 * Opens the data that a run is to be trained on.
 *
 * @param chosen names of the options that somebody chose; all of them if absent
 * @throws UserError if that is not possible
 */
export async function openData(
  config: RunConfig,
  arrays: DataSource = {},
  chosen?: readonly string[],
): Promise<DataSet> {
  try {
    return await openDataSet({
      ...config.data,
      seed: config.train.seed,
      known: config.example,
      likelihood: likelihoodUse(config, chosen),
      ...present(arrays),
      data: arrays.data ?? config.data.data,
    })
  } catch (error) {
    throw asMemoryError(error)
  }
}

/**
 * Opens the data of a run, and checks that it is what the run was started on.
 *
 * @param folder names the run in messages
 * @throws UserError if it has changed, if it is missing, and if arrays must be passed again
 */
export async function openRunData(
  config: RunConfig,
  folder: string,
  source: DataSource = {},
): Promise<DataSet> {
  requireSource(config, folder, source)
  const withLabels = { ...config.data }
  // Labels that were an array may be in the file that is given now.
  for (const name of ['labels', 'testLabels'] as const)
    if (withLabels[name] === ARRAY) withLabels[name] = undefined
  const data = await openData({ ...config, data: withLabels }, source)
  requireSameData(config, data)
  return data
}

/** What each array is of, for a message. */
const arrayOf = {
  data: '',
  labels: ' of labels',
  testData: ' of test examples',
  testLabels: ' of labels of the test set',
} as const

function requireSource({ data }: RunConfig, folder: string, source: DataSource): void {
  for (const name of names) {
    const stored = data[name]
    if (source[name] !== undefined || stored === undefined || !isFile(stored)) continue
    if (stored === ARRAY) {
      // A file that is given for the data may hold the labels too; the hash shows whether it does.
      if (name === 'labels' && typeof source.data === 'string') continue
      if (name === 'testLabels' && typeof source.testData === 'string') continue
      throw new UserError(
        worded`${folder} was trained on an array${arrayOf[name]}, which a run does not hold; pass it again, as in load(folder, { ${name} }) or resume(folder, { ${name} }), or name a file of the same values with ${{ library: `{ ${name}: file }`, commandLine: `${flagName(name)} FILE` }}`,
      )
    }
    if (!existsSync(stored))
      throw new UserError(
        worded`${stored}: there is no such file, and ${folder} was trained on it; if it has moved, say where it is with ${{ library: `{ ${name} }`, commandLine: `${flagName(name)} FILE, or { ${name} } in the library` }}`,
      )
  }
}

/** Without what is undefined, which would hide what the configuration says. */
const present = (source: DataSource): DataSource =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined))
