import type { BrowserData } from 'latentlab/browser'
import type { DataRequest, FolderEntry, NamedFile, SessionEvent } from '../protocol/api.ts'
import type { RunStorage } from './run-storage.ts'

/** Where a session runs: a worker of the page, or the local server. */
export interface Host {
  readonly place: 'browser' | 'local'
  send(event: SessionEvent): void
  /** A file of the build, by its path in `assets/`. */
  asset(path: string): Promise<Blob>
  readonly storage: RunStorage
  /** Data sets that need no file. */
  readonly bundled: readonly string[]
  /** The data of a request, as a training takes it. */
  data(request: DataRequest, hooks: ReadHooks): Promise<GivenData>
  folder(): Promise<readonly FolderEntry[]>
  /** Of the local server: the files of a folder in its folder. */
  files?(path: string): Promise<readonly NamedFile[]>
}

export interface ReadHooks {
  readonly onProgress: (share: number) => void
}

/** Data as `startTraining` and `openDataSet` take it. */
export interface GivenData extends BrowserData {
  readonly name: string
  /** What a command names in its place: a path, or the name of a data set. */
  readonly source: string
  /** Options of reading that belong to it. */
  readonly options: Readonly<Record<string, unknown>>
}
