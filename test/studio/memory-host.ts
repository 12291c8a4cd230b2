/// <reference path="../../studio/src/version.d.ts" />
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import type { NamedFile, SessionCalls, SessionEvent } from '../../studio/src/protocol/api.ts'
import { bundledData } from '../../studio/src/session/bundled.ts'
import { givenFiles, readingOptions } from '../../studio/src/session/given-files.ts'
import type { Host } from '../../studio/src/session/host.ts'
import { picturesFolder } from '../../studio/src/session/local/pictures-folder.ts'
import { RECORD, type RunRecord, type RunStorage } from '../../studio/src/session/run-storage.ts'
import { openSession } from '../../studio/src/session/session.ts'
import { requireCompiled } from '../compiled.ts'

/** Files of the build that are committed, and others that a test gives. */
export type Assets = Readonly<Record<string, Uint8Array<ArrayBuffer>>>

export interface StoredRuns extends RunStorage {
  /** The files of runs by their names. */
  readonly runs: Map<string, Map<string, Uint8Array<ArrayBuffer>>>
}

/** Runs in memory. */
export function memoryStorage(): StoredRuns {
  const runs: StoredRuns['runs'] = new Map()
  return {
    runs,
    async list() {
      return [...runs].flatMap(([id, files]) => {
        const record = files.get(RECORD)
        return record
          ? [{ id, record: JSON.parse(new TextDecoder().decode(record)) as RunRecord }]
          : []
      })
    },
    async newId(name) {
      const id = `${runs.size}: ${name}`
      runs.set(id, new Map())
      return id
    },
    async write(id, path, contents) {
      const bytes = contents instanceof Blob ? await contents.arrayBuffer() : contents
      runs.get(id)!.set(path, new Uint8Array(bytes))
    },
    async read(id, path) {
      const bytes = runs.get(id)?.get(path)
      return bytes && new Blob([bytes])
    },
    paths: async (id) => [...runs.get(id)!.keys()],
    async remove(id) {
      runs.delete(id)
    },
  }
}

export interface Opened {
  readonly calls: SessionCalls
  readonly storage: StoredRuns
  readonly events: readonly SessionEvent[]
  /** Resolves with the first event, from now on, of which something holds. */
  event<E extends SessionEvent>(holds: (event: SessionEvent) => event is E): Promise<E>
  event(holds: (event: SessionEvent) => boolean): Promise<SessionEvent>
  /** Resolves when the training has ended. */
  ended(): Promise<unknown>
  close(): Promise<void>
}

const example = fileURLToPath(new URL('../../studio/example/', import.meta.url))

/** A session that keeps its runs in memory, closed after the suite. */
export function memorySession(
  storage = memoryStorage(),
  assets: Assets = {},
  hasGpu = false,
): Opened {
  // Its runtime is a thread of the compiled program.
  requireCompiled()
  const events: SessionEvent[] = []
  const waiting = new Set<(event: SessionEvent) => void>()
  const asset: Host['asset'] = async (path) =>
    new Blob([assets[path] ?? (await readFile(path.replace(/^example\//, example)))])
  const host: Host = {
    place: 'browser',
    send(event) {
      events.push(event)
      for (const look of waiting) look(event)
    },
    asset,
    storage,
    hasGpu: async () => hasGpu,
    bundled: [],
    folder: async () => [],
    async data(request) {
      if (request.from === 'bundled') return bundledData(request.name, asset)
      if (request.from !== 'files') throw new TypeError('this host has no folder')
      return givenFiles(request, async (files, reading) => ({
        data: (await picturesFolder(files)) as never,
        options: readingOptions(reading),
      }))
    },
  }
  const session = openSession(host)
  const event: Opened['event'] = (holds: (event: SessionEvent) => boolean) =>
    new Promise<never>((resolve) => {
      const look = (one: SessionEvent) => {
        if (!holds(one)) return
        waiting.delete(look)
        resolve(one as never)
      }
      waiting.add(look)
    })
  afterAll(() => session.close())
  return {
    calls: session.calls,
    storage,
    events,
    event,
    ended: () => event((one) => one.type === 'state' && one.state === 'ended'),
    close: () => session.close(),
  }
}

/** A dropped file. */
export const dropped = (path: string, contents: string | Uint8Array, type = ''): NamedFile => ({
  path,
  file: new Blob([typeof contents === 'string' ? contents : new Uint8Array(contents)], { type }),
})
