import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { DataSet } from '../data/dataset.ts'
import { parseNpz, writeNpz } from '../data/npz.ts'
import { readRegularFile } from '../data/regular-file.ts'
import { withoutValidation } from '../evaluate/generation/feature-data.ts'
import {
  type FeatureSpace,
  type FeatureSpaceOptions,
  featureSpace,
} from '../evaluate/generation/feature-space.ts'
import { featureKey } from '../evaluate/generation/feature-training.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import { writeAtomically } from './files.ts'
import { packageVersion } from './run/environment.ts'

/** Where what can be computed again is kept between processes, by the convention of the system. */
const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'latentlab')

/** Bytes that a file of parameters may have. */
const LARGEST = 100_000_000

/**
 * `featureSpaceOf`, whose classifier is trained once and kept in the user's cache; where that cannot be
 * written, it is trained again every time.
 *
 * @throws UserError where the data has no labels
 */
export async function cachedFeatureSpace(
  runtime: Runtime,
  data: DataSet,
  options: Omit<FeatureSpaceOptions, 'parameters'> = {},
): Promise<FeatureSpace> {
  const whole = withoutValidation(data)
  const path = join(cacheFolder(), `features-${packageVersion()}-${featureKey(whole)}.npz`)
  const known = await readParameters(path)
  if (known) {
    try {
      return await featureSpace(runtime, whole, { ...options, parameters: known })
    } catch (error) {
      // Parameters of another network: of an older version, or no file of ours.
      if (!(error instanceof RangeError)) throw error
    }
  }
  const space = await featureSpace(runtime, whole, options)
  await mkdir(cacheFolder(), { recursive: true })
    .then(() => writeAtomically(path, writeNpz(new Map(Object.entries(space.parameters)))))
    .catch(() => {})
  return space
}

async function readParameters(path: string): Promise<Arrays | undefined> {
  try {
    return Object.fromEntries(parseNpz(await readRegularFile(path, LARGEST), path, LARGEST))
  } catch {
    // What is not there, or is damaged, is made anew.
    return undefined
  }
}
