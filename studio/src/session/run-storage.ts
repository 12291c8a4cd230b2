import type { DataRequest } from '../protocol/api.ts'

/** Files by their paths. */
export type Files = Readonly<Record<string, Uint8Array>>

/** A run that is kept, beside its own files. */
export interface RunRecord {
  readonly name: string
  readonly model: string
  readonly epoch: number
  readonly epochs: number
  readonly finished: boolean
  /** Milliseconds since 1970. */
  readonly changed: number
  /** Where its data came from; files are kept with the run. */
  readonly data: StoredRequest
}

/** A request for data whose files, if it has any, are stored under these paths. */
export type StoredRequest =
  | {
      readonly from: 'files'
      readonly paths: readonly string[]
      readonly reading?: DataRequest['reading']
    }
  | Exclude<DataRequest, { from: 'files' }>

/** Keeps runs where the session runs. A file is replaced as a whole, or stays as it was. */
export interface RunStorage {
  list(): Promise<readonly { readonly id: string; readonly record: RunRecord }[]>
  /** A new name for a run. */
  newId(name: string): Promise<string>
  write(id: string, path: string, contents: Uint8Array | Blob): Promise<void>
  read(id: string, path: string): Promise<Blob | undefined>
  /** All files of a run. */
  paths(id: string): Promise<readonly string[]>
  remove(id: string): Promise<void>
}

/** Beside the files of a run: its record, and a folder of the data that it was trained on. */
export const RECORD = 'studio.json'
export const DATA = 'studio-data/'
