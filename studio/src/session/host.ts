import type { BrowserData, TableSchema } from 'latentlab/browser'
import type { DataRequest, FolderEntry, NamedFile, SessionEvent } from '../protocol/api.ts'
import type { RunStorage } from './run-storage.ts'

/** Where a session runs: a worker of the page, or the local server. */
export interface Host {
  readonly place: 'browser' | 'local'
  send(event: SessionEvent): void
  /** A file of the build, by its path in `assets/`. */
  asset(path: string): Promise<Blob>
  readonly storage: RunStorage
  hasGpu(): Promise<boolean>
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

/** What a command names in place of data that is there. */
export interface DataSource {
  /** A path, or the name of a data set. */
  readonly data: string
  readonly labels?: string
  /** What each column is, where somebody corrected it. */
  readonly schema?: TableSchema
}

/** Data as `startTraining` and `openDataSet` take it. */
export interface GivenData extends BrowserData {
  readonly name: string
  readonly source: DataSource
  /** Options of reading that belong to it. */
  readonly options: Readonly<Record<string, unknown>>
}
