import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { latentlab } from './latentlab-runs.js'

/** Services for the benches, in processes of their own. */

const LAUNCHER = fileURLToPath(new URL('../bin/latentlab.js', import.meta.url))

/** A new folder, removed at the end of the process. */
export function temporaryFolder(name) {
  const folder = join(tmpdir(), `latentlab-${name}-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Row `i` of a made-up table of sensors: eight numbers that hang together, a category and a count. */
export function sensorRow(i) {
  const phase = Math.sin(i * 0.37)
  const numbers = Array.from({ length: 8 }, (_, j) => [
    `sensor${j}`,
    Number((20 + j + phase * (j + 1) + Math.sin(i * (j + 2.1))).toFixed(3)),
  ])
  return {
    ...Object.fromEntries(numbers),
    mode: phase > 0.3 ? 'run' : phase > -0.5 ? 'idle' : 'wash',
    starts: Math.floor(3 + 3 * phase),
  }
}

/**
 * Trains a VAE on that table and exports it.
 *
 * @returns {Promise<string>} the folder of the package
 */
export async function sensorsPackage(folder, { rows, epochs }) {
  const all = Array.from({ length: rows }, (_, i) => sensorRow(i))
  const names = Object.keys(all[0])
  const lines = [names, ...all.map((row) => names.map((name) => row[name]))]
  const table = join(folder, 'sensors.csv')
  writeFileSync(table, lines.map((line) => line.join(',')).join('\n'))
  const [run, out] = [join(folder, 'run'), join(folder, 'sensors')]
  const training = ['--model', 'vae', '--hidden', '64,64', '--latent', '8', '--no-report']
  await latentlab([
    'train',
    '--data',
    table,
    ...training,
    '--epochs',
    String(epochs),
    '--threads',
    '1',
    '--out',
    run,
  ])
  await latentlab(['export', run, '--out', out])
  return out
}

/**
 * Starts `latentlab serve`.
 *
 * @param {readonly string[]} args
 * @param {readonly string[]} [node] flags of Node
 * @returns {Promise<{ address: string, memory: () => number, end: () => Promise<number | null> }>} `memory` in MB; `end` sends
 * SIGTERM and gives the exit code
 */
export function startService(args, node = []) {
  const child = spawn(process.execPath, [...node, LAUNCHER, 'serve', ...args, '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise((done) => child.once('close', (code) => done(code)))
  process.on('exit', () => child.kill('SIGKILL'))
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
      const [, address] = / at (http:\S+)/.exec(said) ?? []
      if (!address) return
      resolve({
        address,
        memory: () => memoryOf(child.pid),
        end: () => {
          child.kill('SIGTERM')
          return ended
        },
      })
    })
    child.once('close', () => reject(new Error(said.trim() || 'the service did not start')))
  })
}

/** Resident memory of a process now, in MB. */
function memoryOf(pid) {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes ?? Number.NaN) / 1024
}
