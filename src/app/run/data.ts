import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DataSet } from '../../data/dataset.ts'
import { openDataSet } from '../../data/open.ts'
import { sources } from '../../data/sources.ts'
import { asMemoryError } from '../../runtime/memory-error.ts'
import { UserError } from '../../tensor/errors.ts'
import type { HostTensor } from '../../tensor/host.ts'
import { flagName, worded } from '../../tensor/wording.ts'
import type { RunConfig } from '../config.ts'

/** What a run's configuration has in place of a file's name where an array was given. */
export const ARRAY = 'array'

/** Where a run's data is now, or the arrays that it was trained on. What is left out is where it was. */
export interface DataPlace {
  readonly data?: string | HostTensor | undefined
  readonly labels?: string | HostTensor | undefined
  readonly testData?: string | undefined
  readonly testLabels?: string | undefined
}

const names = ['data', 'labels', 'testData', 'testLabels'] as const

const isFile = (name: string) => !sources.some((source) => source.name === name)

/** The full path of a file, so that a run can be used from any folder; a data set's name as it is. */
export const fullPath = (name: string): string => (isFile(name) ? resolve(name) : name)

/** The configuration with full paths of its data files, and the place of each array. */
export function withPaths(config: RunConfig, arrays: DataPlace = {}): RunConfig {
  const placed = names.flatMap((name) => {
    const given = config.data[name]
    if (given === undefined && arrays[name] === undefined) return []
    return [[name, typeof arrays[name] === 'object' ? ARRAY : fullPath(given!)] as const]
  })
  return { ...config, data: { ...config.data, ...Object.fromEntries(placed) } }
}

/** A place as a configuration records it: arrays by a word, files by their full paths. */
export function recordedPlace(place: DataPlace): Partial<Record<(typeof names)[number], string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const given = place[name]
      if (given === undefined) return []
      return [[name, typeof given === 'string' ? fullPath(given) : ARRAY] as const]
    }),
  )
}

/** Opens what a run is to be trained on. Throws UserError where that cannot be. */
export async function openData(config: RunConfig, arrays: DataPlace = {}): Promise<DataSet> {
  try {
    return await openDataSet({
      ...config.data,
      seed: config.train.seed,
      known: config.example,
      ...present(arrays),
      data: arrays.data ?? config.data.data,
    })
  } catch (error) {
    throw asMemoryError(error)
  }
}

/**
 * Opens the data of a run, checking that it is what the run was started on.
 *
 * @param folder names the run in messages
 * @throws UserError where it is not, where it is not there, and where arrays must be given again
 */
export async function openRunData(
  config: RunConfig,
  folder: string,
  place: DataPlace = {},
): Promise<DataSet> {
  requirePlaces(config, folder, place)
  // Labels that were an array may be inside of the file that is given now.
  const stored = config.data.labels === ARRAY ? { labels: undefined } : {}
  const data = await openData({ ...config, data: { ...config.data, ...stored } }, place)
  requireSameData(config, data)
  return data
}

/** Refuses data that is not what the run was started on. */
export function requireSameData(config: RunConfig, data: DataSet): void {
  const { dataHash, example } = config
  if (dataHash === undefined || dataHash === data.hash) return
  const labelled = example?.classes === undefined ? '' : ' with labels'
  const of = example ? ` of examples of shape [${example.exampleShape.join(', ')}]${labelled}` : ''
  throw new UserError(
    `${data.name}: the data has changed since the run was started: its hash is ${data.hash.slice(0, 12)}, expected ${dataHash.slice(0, 12)}${of}`,
  )
}

function requirePlaces({ data }: RunConfig, folder: string, place: DataPlace): void {
  for (const name of names) {
    const stored = data[name]
    if (place[name] !== undefined || stored === undefined || !isFile(stored)) continue
    if (stored === ARRAY) {
      // A file that is given for the data may hold the labels, too; the hash says whether it does.
      if (name === 'labels' && typeof place.data === 'string') continue
      throw new UserError(
        worded`${folder} was trained on an array${name === 'labels' ? ' of labels' : ''}, which a run does not hold; pass it again, as in load(folder, { ${name} }) or resume(folder, { ${name} }), or name a file of the same values with ${{ library: `{ ${name}: file }`, commandLine: `${flagName(name)} FILE` }}`,
      )
    }
    if (!existsSync(stored))
      throw new UserError(
        worded`${stored}: there is no such file, and ${folder} was trained on it; if it has moved, say where it is with ${{ library: `{ ${name} }`, commandLine: `${flagName(name)} FILE, or { ${name} } in the library` }}`,
      )
  }
}

/** Without what is undefined, which would hide what the configuration says. */
const present = (place: DataPlace): DataPlace =>
  Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined))
