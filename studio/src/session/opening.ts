import { loadPackage, type Model, openRun } from 'latentlab/browser'
import type { NamedFile, Reading } from '../protocol/api.ts'
import { filesBeside, folderOf, isArchive } from './archive.ts'
import { dataBeside } from './data-beside.ts'
import type { DataDesk } from './data-desk.ts'
import { dataOf } from './divergence.ts'
import { exampleSetOf } from './example-set.ts'
import { deviceFor } from './gpu.ts'
import type { GivenData, Host } from './host.ts'
import { readRun } from './kept-runs.ts'
import type { Files } from './run-storage.ts'
import type { View } from './view.ts'

/** The model in dropped files, of a run with its data where that is among them; undefined where they hold neither run nor package. */
export async function openedFiles(
  host: Host,
  given: readonly NamedFile[],
): Promise<View | undefined> {
  const [archive, ...more] = given.filter(isArchive)
  if (archive && more.length === 0)
    return openedFrom(host, [archive], dataBeside(given, undefined), archive.path)
  if (!given.some(({ path }) => /(^|\/)(manifest|config)\.json$/.test(path))) return undefined
  const paths = given.map(({ path }) => path)
  const folder = folderOf(paths, 'config.json')
  const data = folder === undefined ? [] : dataBeside(given, folder)
  const files = given.filter((file) => !data.includes(file))
  return openedFrom(host, files, data, folder || files[0]!.path)
}

async function openedFrom(
  host: Host,
  files: readonly NamedFile[],
  data: readonly NamedFile[],
  path: string,
): Promise<View | undefined> {
  const asPackage = await filesBeside(files, 'manifest.json')
  if (asPackage) return openedPackage(asPackage, path)
  const asRun = await filesBeside(files, 'config.json')
  if (!asRun?.['config.json']) return undefined
  if (data.length === 0) return openedRun(host, asRun, path)
  const given = await host.data(
    { from: 'files', files: data, reading: picturesIn(asRun) },
    { onProgress: (share) => host.send({ type: 'progress', task: 'read', share }) },
  )
  const view = await runWithData(host, asRun, given, (model) => titleOf(path, model))
  const { config } = await view.model()
  // Of what the columns are, nothing else may know: the run's own record is repeated.
  const schema = config.example?.form?.table?.schema
  return { ...view, dataSource: { ...given.source, ...(schema && { schema }) } }
}

const titleOf = (path: string, { config: { model } }: Model): string =>
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
  title: titleOf(path, model),
  examples: undefined,
  model: async () => model,
  close: () => model.close(),
})

/** How a run has read pictures, which are decoded before it is opened; what is no run is refused later. */
export function picturesIn(files: Files): Reading {
  try {
    const { example } = JSON.parse(new TextDecoder().decode(files['config.json']))
    const { size, colour } = example.form.picture
    return { size, colour }
  } catch {
    return {}
  }
}

/** A kept run with the data that it was trained on. */
export async function openedKeptRun(host: Host, data: DataDesk, id: string): Promise<View> {
  const { record, files, data: request } = await readRun(host.storage, id)
  const { given } = await data.read(request)
  return runWithData(host, files, given, () => `${record.name} · ${record.model}`)
}

/** A run with its data, read as the run has recorded. Throws UserError for other data than that. */
async function runWithData(
  host: Host,
  files: Files,
  given: GivenData,
  title: (model: Model) => string,
): Promise<View> {
  const model = await openRun(files, { ...dataOf({ given }), ...(await deviceFor(host)) })
  try {
    return {
      source: 'run',
      title: title(model),
      examples: exampleSetOf(await model.data(), model.config.train.seed),
      dataSource: given.source,
      model: async () => model,
      files: async () => files,
      close: () => model.close(),
    }
  } catch (error) {
    await model.close()
    throw error
  }
}
