import { definitionOf } from '../../models/definition.ts'
import { UserError } from '../../tensor/errors.ts'
import { openRunData } from '../run/data-source.ts'
import { exists, readConfig, readMetrics, runPaths } from '../run/folder.ts'
import { type LoadOptions, loadRun } from '../run/load.ts'
import { type Diagnosis, diagnose, testOutputs } from './doctor.ts'

/** What was found in the folder of a run. */
export interface FolderDiagnosis extends Diagnosis {
  /** Lines of `metrics.jsonl` that cannot be read, counted from 1; the checks ignore them. */
  readonly unreadable: readonly number[]
}

/**
 * Reads a run and reports what is wrong with it, each finding with numbers as evidence.
 *
 * @throws UserError if the folder is not a run, or holds neither an epoch nor a checkpoint
 */
export async function examineRun(
  folder: string,
  options: Omit<LoadOptions, 'data'> = {},
): Promise<FolderDiagnosis> {
  const { model } = options
  const config = await readConfig(folder, model)
  const { epochs, failure, unreadable } = await readMetrics(folder)
  const hasCheckpoint = await exists(runPaths(folder).checkpoint('last'))
  if (!hasCheckpoint && epochs.length === 0 && !failure)
    throw new UserError(`${folder} has not been trained yet: there is nothing to examine`)
  const run = hasCheckpoint ? await loadRun(folder, options) : undefined
  try {
    const data = run ? await run.data() : await openRunData(config, folder, options.source)
    const trained = run && { run, outputs: await testOutputs(run, data) }
    const definition = model && definitionOf(model)
    const found = await diagnose({ config, definition, data, epochs, failure, trained })
    return { ...found, unreadable }
  } finally {
    await run?.close()
  }
}
