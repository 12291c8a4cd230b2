import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { requireCompiled } from '../compiled.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))

interface StepTimes {
  readonly ms: number
  readonly loss: number | null
}

interface PeerProcess {
  readonly version: string
  step(steps: number): Promise<StepTimes>
  close(): Promise<void>
}

export interface PeerEntry {
  readonly name: string
  readonly language: 'node' | 'python'
  readonly program: string
  readonly options?: Readonly<Record<string, unknown>>
}

// The bench measures what is compiled.
requireCompiled()

/** The bench is plain JavaScript. */
export const module = (path: string) => import(new URL(`../../bench/${path}`, import.meta.url).href)

export const { startPeer, countsProcessorTime } = (await module('peer-process.js')) as {
  countsProcessorTime(): boolean
  startPeer(peer: PeerEntry, setting: object): Promise<PeerProcess>
}
export const { PEERS, otherCheckout } = (await module('peers.js')) as {
  PEERS: readonly PeerEntry[]
  otherCheckout(checkout: string): PeerEntry
}
export const { GPU_PEERS } = (await module('gpu-peers.js')) as { GPU_PEERS: readonly PeerEntry[] }
export const { SETTINGS, convSetting } = (await module('settings.js')) as {
  SETTINGS: readonly object[]
  convSetting(batch: number): object
}
export const { trainingImages } = (await module('flags.js')) as { trainingImages(): string }
export interface TrainedRow {
  readonly name: string
  readonly by: 'latentlab' | 'torch'
  readonly options: Readonly<Record<string, unknown>>
}

export interface TrainedTable {
  readonly name: string
  readonly page: string
  readonly rows: readonly TrainedRow[]
}

export const { TABLES, tiny } = (await module('trained-tables.js')) as {
  TABLES: readonly TrainedTable[]
  tiny(table: TrainedTable): TrainedTable
}
export const { twinSetting } = (await module('twin.js')) as {
  twinSetting(options: Readonly<Record<string, unknown>>): object
}
export const { built } = (await module('peers/built.mjs')) as {
  built(wanted: Record<string, readonly string[]>, checkout?: string): Promise<object>
}

/** A bench, run to its end. */
export const ran = (script: string, args: readonly string[]) =>
  spawnSync(process.execPath, [`${root}bench/${script}`, ...args], { encoding: 'utf8' })

/** What a bench prints as JSON. */
export function printed(script: string, args: readonly string[]) {
  const { stdout, stderr, status } = ran(script, ['--json', ...args])
  return { status, stderr, json: status === 0 ? JSON.parse(stdout) : undefined }
}

/** The same of one short turn of each row. */
export function oneTurn(script: string, args: readonly string[]) {
  const short = ['--rounds', '1', '--round-ms', '1', '--first-steps', '1', '--product-size', '64']
  return printed(script, [...short, ...args])
}

/** The value of a call that is made when it is first needed. */
export function once<T>(call: () => T): () => T {
  let value: { readonly is: T } | undefined
  return () => {
    value ??= { is: call() }
    return value.is
  }
}
