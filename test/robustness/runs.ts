import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { decodeCheckpoint } from '../../src/train/checkpoint.ts'
import { compiled } from '../compiled.ts'

/** The runtime's worker thread is a compiled file. */
export const { trainRun, resumeRun } = (await compiled(
  'app/run/train.js',
)) as typeof import('../../src/app/run/train.ts')
export const { loadRun } = (await compiled(
  'app/run/load.js',
)) as typeof import('../../src/app/run/load.ts')
export const { lockRun } = (await compiled(
  'app/run/lock.js',
)) as typeof import('../../src/app/run/lock.ts')
export const { resolveConfig } = (await compiled(
  'app/config.js',
)) as typeof import('../../src/app/config.ts')

/** Milliseconds for a test that starts many processes, on a machine that has other work too. */
export const TIMEOUT = 240_000

export const ROWS = 300
export const WIDTH = 64
/** 300 rows less 30 for the test and 30 for validation, in batches of 20. */
export const STEPS_PER_EPOCH = 12

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-robustness-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Writes images of 8 × 8 grey levels; returns their path. */
export function writeData(folder: string): string {
  const random = stream(1, 'robustness')
  const values = Uint8Array.from({ length: ROWS * WIDTH }, () => Math.floor(256 * random.uniform()))
  const path = join(folder, 'data.npy')
  writeFileSync(path, writeNpy(hostTensor('uint8', [ROWS, 8, 8], values)))
  return path
}

export function options(data: string, others: Record<string, unknown> = {}) {
  return { data, hidden: '32', latent: 2, batch: 20, epochs: 4, threads: 1, ...others }
}

/** What a run has come to, without timings and the goal of its time: the same for all ways to the same end. */
export function outcome(folder: string) {
  return {
    last: checkpoint(folder, 'last'),
    best: checkpoint(folder, 'best'),
    metrics: readFileSync(join(folder, 'metrics.jsonl'), 'utf8').split('\n').map(withoutTimes),
  }
}

export function checkpoint(folder: string, kind: 'last' | 'best') {
  const { progress, model, arrays } = decoded(folder, kind)
  const { seconds, metricsBytes, ...kept } = progress
  const bits = Object.entries(arrays).map(([name, { shape, data }]) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    return `${name} [${shape}] ${sha256(bytes)}`
  })
  return { progress: kept, model, bits }
}

/** Parameters and moments at the end of a run. */
export const arraysOf = (folder: string) => decoded(folder, 'last').arrays

function decoded(folder: string, kind: 'last' | 'best') {
  const path = join(folder, 'checkpoints', kind, 'checkpoint.safetensors')
  return decodeCheckpoint(readFileSync(path), path, sha256)
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function withoutTimes(line: string): unknown {
  if (line === '') return ''
  const { seconds, examplesPerSecond, epochs, ...event } = JSON.parse(line)
  return event
}

/** Every file below a folder that should not outlive the process that made it. */
export function leftovers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tmp$|(^|\/)(lock,|\.latentlab-)/.test(name),
  )
}

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Starts a training in a process of its own. */
export function startTraining(job: object): ChildProcess {
  return spawn(process.execPath, [script('training.mjs'), JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

export async function ended(child: ChildProcess): Promise<Ended> {
  let stderr = ''
  child.stderr?.on('data', (text) => (stderr += text))
  child.stdout?.resume()
  const [code, signal] = await once(child, 'close')
  return { code, signal, stderr }
}
