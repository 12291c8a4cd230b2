import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Runs of the command, as a user makes them. */

const LAUNCHER = fileURLToPath(new URL('../bin/latentlab.js', import.meta.url))

/**
 * Calls the command and returns what it printed.
 *
 * @param {readonly string[]} args
 * @param {{ onStart?: (pid: number) => void, signal?: AbortSignal }} [watch] the signal ends it
 * @returns {Promise<string>} standard output
 * @throws {Error} with the last line of standard error where the command fails
 */
export async function latentlab(args, { onStart, signal } = {}) {
  const child = startLatentlab(args, signal)
  let [printed, complaints] = ['', '']
  child.stdout.on('data', (text) => {
    printed += text
  })
  child.stderr.on('data', (text) => {
    complaints = `${complaints}${text}`.slice(-10_000)
  })
  onStart?.(child.pid)
  const [code, endedBy] = await once(child, 'close')
  if (code !== 0)
    throw new Error(complaints.trim().split('\n').at(-1) || `ended with ${code ?? endedBy}`)
  return printed
}

/** The running command; what it prints has to be read. */
export function startLatentlab(
  /** @type {readonly string[]} */ args,
  /** @type {AbortSignal | undefined} */ signal = undefined,
) {
  const stdio = /** @type {const} */ (['ignore', 'pipe', 'pipe'])
  return spawn(process.execPath, [LAUNCHER, ...args], { stdio, signal, killSignal: 'SIGKILL' })
}

/** `{ pretrainEpochs: 0, labelInformed: true }` as flags: `--pretrain-epochs 0 --label-informed`. */
export function flagsOf(/** @type {Readonly<Record<string, unknown>>} */ options) {
  return Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    return value === true ? [flag] : [flag, String(value)]
  })
}

/** Trains a model of MNIST into a folder that does not exist yet, without a report. */
export async function trainRun(options, folder) {
  const flags = flagsOf({ data: 'mnist', ...options, out: folder })
  await latentlab(['train', ...flags, '--no-report', '--quiet', '--json'])
}

export async function resumeRun(folder, epochs) {
  const flags = flagsOf({ epochs })
  await latentlab(['resume', folder, ...flags, '--no-report', '--quiet', '--json'])
}

/**
 * Figures of a run's test split. `bound` is that of importance weights, where `samples` are asked for.
 *
 * @param {string} folder
 * @param {{ samples: number, examples: number }} options
 */
export async function measureRun(folder, { samples, examples }) {
  const groups = samples ? 'loss,reconstruction,likelihood' : 'loss,reconstruction'
  const drawn = samples ? { importanceSamples: samples, examples } : {}
  const flags = flagsOf({ measure: groups, ...drawn })
  const { objective, ledger } = JSON.parse(
    await latentlab(['evaluate', folder, ...flags, '--json']),
  )
  const value = (figure, unit) =>
    ledger.find((entry) => entry.figure === figure && entry.unit === unit)?.value
  return {
    loss: objective,
    squaredError: value('squared error', 'squared error per example'),
    bound: value('importance-weighted bound', 'nats per example'),
  }
}

/** The validation loss after each epoch of a run, by the number of the epoch. */
export function validationCourse(folder) {
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n')
  const epochs = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'epoch')
  return new Map(epochs.map(({ epoch, validation }) => [epoch, validation?.objective]))
}

/** What trained a run, with its versions. */
export function versionOf(folder) {
  const { latentlab, runtime } = JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8'))
  return `latentlab ${latentlab}, ${runtime}`
}
