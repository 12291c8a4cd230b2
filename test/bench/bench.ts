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
const module = (path: string) => import(new URL(`../../bench/${path}`, import.meta.url).href)

export const { startPeer } = (await module('peer-process.js')) as {
  startPeer(peer: PeerEntry, setting: object): Promise<PeerProcess>
}
export const { PEERS, otherCheckout } = (await module('peers.js')) as {
  PEERS: readonly PeerEntry[]
  otherCheckout(checkout: string): PeerEntry
}
export const { SETTINGS } = (await module('settings.js')) as { SETTINGS: readonly object[] }
export const { trainingImages } = (await module('flags.js')) as { trainingImages(): string }
export const { built } = (await module('peers/built.mjs')) as {
  built(wanted: Record<string, readonly string[]>, checkout?: string): Promise<object>
}

/** What a bench prints as JSON for one short turn of each row. */
export function oneTurn(script: string, args: readonly string[]) {
  const short = ['--rounds', '1', '--round-ms', '1', '--first-steps', '1', '--product-size', '64']
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [`${root}bench/${script}`, ...short, '--json', ...args],
    { encoding: 'utf8' },
  )
  return { status, stderr, json: status === 0 ? JSON.parse(stdout) : undefined }
}
