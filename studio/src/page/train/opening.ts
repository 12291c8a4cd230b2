import { batch, signal } from '@preact/signals'
import type {
  DataRequest,
  DataSummary,
  FolderEntry,
  KeptRun,
  ModelSummary,
  NamedFile,
  Reading,
} from '../../protocol/api.ts'
import { isRefusal, notify, onSessionEvent, session, sessionFacts } from '../session.ts'
import { show, shownPart } from '../state.ts'
import { propose } from './choices.ts'
import { isAboutReading, type ReadAs, readAsNow, readAsOf } from './read-as.ts'
import { clearLog } from './training.ts'

/** The data of the next training. */
export const data = signal<DataSummary | undefined>(undefined)

/** What is being read, and the share of it that has been read; undefined where it is not known. */
export const reading = signal<{ readonly name: string; readonly share?: number } | undefined>(
  undefined,
)

/** Why the last thing was not opened. */
export const openError = signal<string | undefined>(undefined)

/** Files that were not read as they are, and may be in another way: pictures of a size, a text of an encoding, an array of an order. */
export const refused = signal<DataRequest | undefined>(undefined)

let request: DataRequest | undefined

/** What can be chosen of the data. */
export const readAs = signal<ReadAs | undefined>(undefined)

/** Whether the order of an array had to be chosen before it was read. */
export const needsLayout = signal(false)

/** How the data is read, where somebody corrected it. */
export const corrections = signal<Reading>({})

onSessionEvent((event) => {
  if (event.type !== 'progress' || event.task !== 'read' || !reading.value) return
  reading.value = { ...reading.value, share: event.share }
})

/** Opens one thing; what is opened later wins. Resolves to whether it was opened. */
async function open(name: string, work: (isLatest: () => boolean) => Promise<void>) {
  const mine = { name }
  batch(() => {
    reading.value = mine
    openError.value = undefined
    refused.value = undefined
  })
  latestOpening = mine
  const isLatest = () => latestOpening === mine
  try {
    await work(isLatest)
    return true
  } catch (error) {
    if (!isRefusal(error)) notify(error)
    else if (isLatest()) openError.value = error.message
    return false
  } finally {
    if (isLatest()) reading.value = undefined
  }
}
let latestOpening: object | undefined

/** Opens files: of a run, of a package, or data. */
export async function openFiles(files: readonly NamedFile[]): Promise<void> {
  if (files.length === 0) return
  shownPart.value = 'train'
  await open(nameOf(files), async (isLatest) => {
    const opened = await session.openModel(files)
    if (!isLatest()) return
    if (opened) showModel(opened)
    else await readData({ from: 'files', files }, isLatest)
  })
}

export const openBundled = (name: string) =>
  open(name, (isLatest) => readData({ from: 'bundled', name }, isLatest))

/** Opens what lies in the folder of the local server. */
export const openEntry = ({ path, kind }: FolderEntry) =>
  open(path, async (isLatest) => {
    if (kind === 'data') return readData({ from: 'folder', path }, isLatest)
    const opened = await session.openPath(path)
    if (isLatest()) showModel(opened)
  })

export const openKept = ({ id, name }: KeptRun) =>
  open(name, async (isLatest) => {
    const opened = await session.openRun(id)
    if (isLatest()) showModel(opened)
  })

/** Asks anew which runs are kept: after a training there is one more. */
export async function refreshRuns(): Promise<void> {
  const facts = await session.start().catch(() => undefined)
  if (facts) sessionFacts.value = facts
}

onSessionEvent((event) => {
  if (event.type === 'state' && event.state === 'ended') void refreshRuns()
})

export async function forgetKept({ id }: KeptRun): Promise<void> {
  await session.forgetRun(id)
  const facts = sessionFacts.value
  if (facts) sessionFacts.value = { ...facts, runs: facts.runs.filter((run) => run.id !== id) }
}

/** Changes to how data is read; undefined takes one back. */
export type Corrections = { readonly [K in keyof Reading]?: Reading[K] | undefined }

/** Reads the data again, with corrections beside those of before. */
export async function correct(changes: Corrections): Promise<void> {
  const before = corrections.value
  const shown = data.value
  if (!request || !shown) return
  const corrected = withChanges(before, changes)
  corrections.value = corrected
  const again = { ...request, reading: corrected }
  if (!(await open(shown.name, (isLatest) => readData(again, isLatest)))) corrections.value = before
}

/** Reads files that were refused again, in another way. */
export async function correctRefused(changes: Corrections): Promise<void> {
  const asked = refused.value
  if (!asked) return
  const again = { ...asked, reading: withChanges(asked.reading ?? {}, changes) }
  await open(requestName(asked), (isLatest) => readData(again, isLatest))
}

const withChanges = (before: Reading, changes: Corrections): Reading =>
  Object.fromEntries(
    Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined),
  )

async function readData(asked: DataRequest, isLatest: () => boolean): Promise<void> {
  const summary = await session.openData(asked).catch((error: unknown) => {
    // Data that is shown has its own choices, which remain.
    const isShown = request !== undefined && isSameData(request, asked)
    const mayHelp = readAsOf(asked) && isAboutReading(asked, messageOf(error))
    if (isLatest() && !isShown && mayHelp) refused.value = asked
    throw error
  })
  if (!isLatest()) return
  const isSame = request !== undefined && isSameData(request, asked)
  request = asked
  batch(() => {
    data.value = summary
    readAs.value = readAsNow(asked, summary)
    if (isSame) return
    corrections.value = asked.reading ?? {}
    needsLayout.value = asked.reading?.layout !== undefined
  })
  await propose(summary, isSame)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '')

function showModel(opened: ModelSummary): void {
  batch(() => {
    data.value = undefined
    clearLog()
  })
  void show(opened)
}

/** Whether two requests are about the same data, read in whatever way. */
const isSameData = (a: DataRequest, b: DataRequest): boolean =>
  (a.from === 'files' && b.from === 'files' && a.files === b.files) ||
  (a.from === 'bundled' && b.from === 'bundled' && a.name === b.name) ||
  (a.from === 'folder' && b.from === 'folder' && a.path === b.path)

/** What a request is called. */
export const requestName = (asked: DataRequest): string =>
  asked.from === 'files' ? nameOf(asked.files) : asked.from === 'folder' ? asked.path : asked.name

function nameOf(files: readonly NamedFile[]): string {
  const [first] = files
  const [top] = first!.path.split('/')
  return files.length === 1 || files.every(({ path }) => path.startsWith(`${top}/`))
    ? top!
    : `${first!.path} …`
}
