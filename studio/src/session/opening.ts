import { loadPackage, type Model, openRun } from 'latentlab/browser'
import type { NamedFile } from '../protocol/api.ts'
import { filesBeside } from './archive.ts'
import type { DataDesk } from './data-desk.ts'
import { exampleSetOf } from './example-set.ts'
import { deviceFor } from './gpu.ts'
import type { Host } from './host.ts'
import { readRun } from './kept-runs.ts'
import type { Files } from './run-storage.ts'
import type { View } from './view.ts'

/** The model in dropped files; undefined where they are neither a run nor a package. */
export async function openedFiles(
  host: Host,
  given: readonly NamedFile[],
): Promise<View | undefined> {
  if (!mayBeModel(given)) return undefined
  const asPackage = await filesBeside(given, 'manifest.json')
  if (asPackage) return openedPackage(asPackage, given[0]!.path)
  const asRun = await filesBeside(given, 'config.json')
  return asRun?.['config.json'] && openedRun(host, asRun, given[0]!.path)
}

/** Whether some files are few and of the kinds that runs and packages have, or one archive. */
function mayBeModel(given: readonly NamedFile[]): boolean {
  if (given.length === 1) return /\.zip$/i.test(given[0]!.path)
  return given.some(({ path }) => /(^|\/)(manifest|config)\.json$/.test(path))
}

const titleOf = (path: string, model: string): string =>
  `${path.split('/')[0]!.replace(/\.zip$/i, '')} · ${model}`

async function openedPackage(files: Files, path: string): Promise<View> {
  const model = await loadPackage(new Map(Object.entries(files)))
  return withoutExamples('package', model, path)
}

async function openedRun(host: Host, files: Files, path: string): Promise<View> {
  const model = await openRun(files, await deviceFor(host))
  return { ...withoutExamples('run', model, path), files: async () => files }
}

/** A model whose data is not there. */
const withoutExamples = (source: View['source'], model: Model, path: string): View => ({
  source,
  title: titleOf(path, model.config.model),
  examples: undefined,
  model: async () => model,
  close: () => model.close(),
})

/** A kept run with the data that it was trained on. */
export async function openedKeptRun(host: Host, data: DataDesk, id: string): Promise<View> {
  const { record, files, data: request } = await readRun(host.storage, id)
  const opened = await data.read(request)
  const { data: rows, labels, testData, testLabels } = opened.given
  const given = { data: rows, labels, testData, testLabels }
  const model = await openRun(files, { ...given, ...(await deviceFor(host)) })
  return {
    source: 'run',
    title: `${record.name} · ${record.model}`,
    examples: exampleSetOf(await model.data(), model.config.train.seed),
    dataSource: opened.given.source,
    model: async () => model,
    files: async () => files,
    close: () => model.close(),
  }
}
