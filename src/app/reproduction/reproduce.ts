import { Buffer } from 'node:buffer'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Budget, type Experiment, settingOf } from '../../reproduce/experiment.ts'
import { experiments } from '../../reproduce/registry.ts'
import { UserError } from '../../tensor/errors.ts'
import { asUserError, LONG_TEXT, textOf, writeAtomically } from '../files.ts'
import { json } from '../run-folder.ts'
import { type LaboratoryOptions, openLaboratory } from './laboratory.ts'
import { reproductionPage, reproductionTable } from './page.ts'
import { type Result, runExperiment } from './results.ts'

export interface ReproduceOptions extends Omit<LaboratoryOptions, 'folder' | 'seed'> {
  readonly experiments: readonly Experiment[]
  readonly budget: Budget
  readonly seeds: readonly number[]
  /** Folder of trained runs, results and the page. */
  readonly out: string
  /** Called before and after each. */
  readonly onBegin?: (experiment: Experiment, number: number) => void
  readonly onResult?: (result: Result) => void
  /** Called where one ends in an error that is a mistake of it; the others are run all the same. */
  readonly onBroken?: (experiment: Experiment, error: unknown) => void
}

export interface Reproduction {
  /** Of the experiments that were asked for, in their order. */
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

/**
 * Runs experiments one after the other. Each leaves its result as a file, and the page is written anew after
 * each, from all results that the folder holds: what is interrupted loses one experiment at most, and of that
 * not its trainings.
 *
 * @throws UserError where the folder cannot be written, or the work is interrupted; after all the others, the
 * error of an experiment that is broken
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
  await mkdir(files.results, { recursive: true }).catch((error) => {
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
        await writeAtomically(join(files.results, `${experiment.name}.json`), stored(result))
        await writePage(out)
        results.push(result)
        onResult?.(result)
      } catch (error) {
        // What the user can mend, or has asked for, concerns all that follow; a mistake of one does not.
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
    const result = await readResult(join(files.results, `${experiment.name}.json`))
    // Of a version with other numbers, a result says nothing of the claim as it stands.
    if (result && fits(experiment, result)) known.push({ experiment, result })
  }
  await writeAtomically(files.page, reproductionPage(known))
  await writeAtomically(files.table, reproductionTable(known))
}

function fits(experiment: Experiment, { budget, rows }: Result): boolean {
  const expected = Object.values(settingOf(experiment, budget)[1].expects)
  return (
    expected.length === rows.length &&
    expected.every(({ what, tolerance }, i) => {
      const row = rows[i]!
      return row.what === what && row.tolerance === tolerance
    })
  )
}

/** A result as a file; pictures as Base64. */
function stored(result: Result): string {
  const figures = result.figures.map((figure) =>
    figure.kind === 'png'
      ? { ...figure, bytes: Buffer.from(figure.bytes).toString('base64') }
      : figure,
  )
  return json({ ...result, figures })
}

async function readResult(path: string): Promise<Result | undefined> {
  const text = await textOf(path, LONG_TEXT)
  if (text === undefined) return undefined
  try {
    const result = JSON.parse(text) as Result
    const figures = result.figures.map((figure) =>
      figure.kind === 'png'
        ? { ...figure, bytes: Buffer.from(figure.bytes as unknown as string, 'base64') }
        : figure,
    )
    return { ...result, figures }
  } catch {
    // A file that is none of ours is no result.
    return undefined
  }
}
