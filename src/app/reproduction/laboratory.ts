import { join } from 'node:path'
import type { DataSet } from '../../data/dataset.ts'
import { asUserError } from '../../data/disk/files.ts'
import { createFolders } from '../../data/disk/folders.ts'
import { openDataSet } from '../../data/open.ts'
import type { FeatureSpace } from '../../evaluate/generation/feature-space.ts'
import type { Laboratory, WithData } from '../../reproduce/laboratory.ts'
import { openRuntime } from '../../runtime/node.ts'
import { referenceRuntime } from '../../runtime/reference.ts'
import { UserError } from '../../tensor/errors.ts'
import { keptIn } from '../../tensor/kept.ts'
import type { TrainingEvent } from '../../train/events.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { resolveConfig } from '../config.ts'
import { cachedFeatureSpace } from '../feature-cache.ts'
import { canonicalJson } from '../run/canonical-json.ts'
import { exists } from '../run/folder.ts'
import { loadRun } from '../run/load.ts'
import { resumeRun, trainRun } from '../run/train.ts'
import { runConfig, runName } from './digests.ts'

export interface LaboratoryOptions {
  /** Folder of trained runs, with one folder in it for each configuration and version of the program. */
  readonly folder: string
  readonly seed: number
  /** 0 for one per core. */
  readonly threads: number
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined
  onStage(what: string): void
}

/** A laboratory on this machine, whose trained runs are kept on disk. */
export function openLaboratory(
  options: LaboratoryOptions,
): Laboratory & { close(): Promise<void> } {
  const { folder, seed, threads, signal, onEvent, onStage } = options
  const runtime = openRuntime({ device: 'cpu', threads })
  const runs = new Map<string, Promise<TrainedModel & WithData>>()
  let mnist: Promise<DataSet> | undefined
  let space: Promise<FeatureSpace> | undefined
  const plain = resolveConfig({ seed }).data
  const data = () => (mnist ??= openDataSet({ ...plain, seed }))

  const trained = async (given: Readonly<Record<string, unknown>>) => {
    const config = runConfig({ threads, ...given }, seed)
    const path = join(folder, runName(config))
    await createFolders(folder).catch((error) => {
      throw asUserError(error, 'create', folder)
    })
    const opened = JSON.stringify(config.data) === JSON.stringify(plain) ? await data() : undefined
    const shared = { data: opened, onEvent, signal }
    onStage(`${config.model}, ${path}`)
    const { reason } = (await exists(path))
      ? await resumeRun({ folder: path, threads, ...shared })
      : await trainRun({ config, out: path, ...shared })
    if (reason === 'cancelled') throw new UserError(`interrupted; the next call continues ${path}`)
    return loadRun(path, { threads, data: opened })
  }
  return {
    seed,
    runtime,
    reference: referenceRuntime,
    signal,
    data,
    features() {
      if (space) return space
      onStage('the classifier in whose features digits are compared')
      const made = data().then((mnist) => cachedFeatureSpace(runtime, mnist, { signal }))
      space = made
      made.catch(() => {
        space = undefined
      })
      return made
    },
    trained(given) {
      return keptIn(runs, canonicalJson(given), () => trained(given))
    },
    onStage,
    async close() {
      const opened = await Promise.allSettled(runs.values())
      for (const run of opened) if (run.status === 'fulfilled') await run.value.close()
      await space?.then((features) => features.close()).catch(() => {})
      await runtime.close()
    },
  }
}
