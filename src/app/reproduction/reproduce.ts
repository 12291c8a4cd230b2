import { join } from 'node:path'
import { asUserError, writeAtomically } from '../../data/disk/files.ts'
import { createFolders } from '../../data/disk/folders.ts'
import type { Budget, Experiment } from '../../reproduce/experiment.ts'
import { experiments } from '../../reproduce/registry.ts'
import { UserError } from '../../tensor/errors.ts'
import { type LaboratoryOptions, openLaboratory } from './laboratory.ts'
import { reproductionPage, reproductionTable } from './page.ts'
import { type Result, runExperiment } from './results.ts'
import { readResult, writeResult } from './stored-results.ts'

export interface ReproduceOptions extends Omit<LaboratoryOptions, 'folder' | 'seed'> {
  readonly experiments: readonly Experiment[]
  readonly budget: Budget
  readonly seeds: readonly number[]
  /** Folder of trained runs, results and the page. */
  readonly out: string
  /** Called before and after each. */
  readonly onBegin?: ((experiment: Experiment, number: number) => void) | undefined
  readonly onResult?: ((result: Result) => void) | undefined
  /** Called if an experiment throws an error of its own; the others are still run. */
  readonly onBroken?: ((experiment: Experiment, error: unknown) => void) | undefined
}

export interface Reproduction {
  /** Of the experiments asked for, in their order. */
  readonly results: readonly Result[]
  readonly page: string
}

/** Paths within the folder of a reproduction. */
const paths = (out: string) => ({
  runs: join(out, 'runs'),
  results: join(out, 'results'),
  page: join(out, 'reproduction.html'),
  table: join(out, 'reproduction.md'),
})

const resultPath = (out: string, { name }: Experiment) => join(paths(out).results, `${name}.json`)

/**
 * Runs experiments one after the other. After each, its result is saved and the page is rewritten from all results
 * in the folder, so an interruption loses one experiment at most, and none of its trainings.
 *
 * @throws UserError if the folder cannot be written, or the work is interrupted; after all the others have run, the
 * error of a broken experiment
 */
export async function reproduce(options: ReproduceOptions): Promise<Reproduction> {
  const {
    out,
    budget,
    seeds,
    onBegin,
    onResult,
    onBroken,
    experiments: chosen,
    ...shared
  } = options
  const files = paths(out)
  await createFolders(files.results).catch((error) => {
    throw asUserError(error, 'create', files.results)
  })
  const laboratories = seeds.map((seed) => openLaboratory({ ...shared, folder: files.runs, seed }))
  const results: Result[] = []
  const broken: unknown[] = []
  try {
    for (const [i, experiment] of chosen.entries()) {
      onBegin?.(experiment, i + 1)
      try {
        const result = await runExperiment(experiment, budget, laboratories)
        await writeResult(resultPath(out, experiment), result)
        await writePage(out)
        results.push(result)
        onResult?.(result)
      } catch (error) {
        // An error of the user, or an interruption, concerns the experiments that follow; a bug in this one does not.
        if (error instanceof UserError || options.signal?.aborted) throw error
        broken.push(error)
        onBroken?.(experiment, error)
      }
    }
  } finally {
    for (const laboratory of laboratories) await laboratory.close()
  }
  if (broken.length > 0) throw broken[0]
  return { results, page: files.page }
}

async function writePage(out: string): Promise<void> {
  const files = paths(out)
  const known: { experiment: Experiment; result: Result }[] = []
  for (const experiment of experiments) {
    const result = await readResult(resultPath(out, experiment), experiment)
    if (result) known.push({ experiment, result })
  }
  await writeAtomically(files.page, reproductionPage(known))
  await writeAtomically(files.table, reproductionTable(known))
}
