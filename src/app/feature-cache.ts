import { join } from 'node:path'
import { VERSION } from '../config/version.ts'
import type { DataSet } from '../data/dataset.ts'
import { cacheFolder } from '../data/disk/cache-folder.ts'
import { writeAtomically } from '../data/disk/files.ts'
import { createFolders } from '../data/disk/folders.ts'
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

/** Largest file of parameters, in bytes. */
const LARGEST = 100_000_000

/**
 * `featureSpaceOf` with its classifier trained once and kept in the user's cache. If the cache cannot be written,
 * the classifier is trained every time.
 *
 * @throws UserError if the data has no labels
 */
export async function cachedFeatureSpace(
  runtime: Runtime,
  data: DataSet,
  options: Omit<FeatureSpaceOptions, 'parameters'> = {},
): Promise<FeatureSpace> {
  const whole = withoutValidation(data)
  const path = join(cacheFolder(), `features-${VERSION}-${featureKey(whole)}.npz`)
  const known = await readParameters(path)
  if (known) {
    try {
      return await featureSpace(runtime, whole, { ...options, parameters: known })
    } catch (error) {
      // Parameters of another network, from an older version, or a file of something else.
      if (!(error instanceof RangeError)) throw error
    }
  }
  const space = await featureSpace(runtime, whole, options)
  await createFolders(cacheFolder())
    .then(() => writeAtomically(path, writeNpz(new Map(Object.entries(space.parameters)))))
    .catch(() => {})
  return space
}

async function readParameters(path: string): Promise<Arrays | undefined> {
  try {
    return Object.fromEntries(parseNpz(await readRegularFile(path, LARGEST), path, LARGEST))
  } catch {
    // A file that is missing or damaged is written again.
    return undefined
  }
}
