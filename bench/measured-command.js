import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from './flags.js'

const COMMAND = fileURLToPath(new URL('../bin/latentlab.js', import.meta.url))

/**
 * Runs the command; its peak memory is that of the process with all of its threads.
 *
 * @param {readonly string[]} args
 * @param {string} folder for its cache
 * @returns {Promise<{ seconds: number, peak: number }>} wall clock, and MB
 * @throws {UsageError} where it fails
 */
export function measured(args, folder) {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') }
  const start = performance.now()
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid))
  }, 100)
  return new Promise((done, failed) => {
    child.on('exit', (code) => {
      clearInterval(watch)
      if (code === 0) done({ seconds: (performance.now() - start) / 1000, peak })
      else failed(new UsageError(`latentlab ${args.join(' ')} failed`))
    })
  })
}

/** Most memory so far, in MB, as Linux counts it. */
function peakOf(pid) {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Math.round(Number(kilobytes ?? 0) / 1024)
  } catch {
    return 0
  }
}
