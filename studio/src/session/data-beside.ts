import type { NamedFile } from '../protocol/api.ts'
import { isArrayName, isOneArrayName, isPictureName } from '../protocol/names.ts'

/**
 * The data of a run among the files that were dropped with it: the only table or array, an array and its labels, or the pictures; empty
 * where there are none, or it is not clear which.
 *
 * @param folder of the run, with a slash behind; undefined where the run is an archive
 */
export function dataBeside(
  given: readonly NamedFile[],
  folder: string | undefined,
): readonly NamedFile[] {
  const folders = foldersOfRuns(given)
  const isOfRun = (path: string): boolean =>
    folders.some((other) => path.startsWith(other)) || (folder === '' && isInRun(path))
  const others = given.filter(({ path }) => !isOfRun(path))
  const pictures = others.filter(({ path }) => isPictureName(path))
  const files = others.filter(
    ({ path }) => !isPictureName(path) && (isTable(path) || isArrayName(path)),
  )
  if (files.length === 0) return pictures
  const isClear =
    files.length === 1 || (files.length === 2 && files.every(({ path }) => isOneArrayName(path)))
  return isClear ? files : []
}

const isTable = (path: string) => /\.(csv|tsv|txt|parquet|jsonl|ndjson|arff)(\.gz)?$/i.test(path)

/** Whether a path is that of a file of a run, seen from its folder: what lies in folders, pictures, and its own texts. */
const isInRun = (path: string): boolean =>
  path.includes('/') || isPictureName(path) || /^(metrics|timings)\.jsonl$/.test(path)

/** Folders in which runs or packages lie: what is in them is none of the data. */
const foldersOfRuns = (given: readonly NamedFile[]): string[] =>
  given.flatMap(({ path }) => /^(.*\/)(config|manifest)\.json$/.exec(path)?.[1] ?? [])
