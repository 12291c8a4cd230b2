import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { stream } from '../../src/tensor/random.ts'
import {
  ended,
  leftovers,
  options,
  outcome,
  resolveConfig,
  resumeRun,
  TIMEOUT,
  temporaryFolder,
  trainRun,
  writeData,
} from './runs.ts'

const EPOCHS = 30
/** Half of the signals come before there is a run, half while it trains and while its report is written. */
const TIMES = 6

const folder = temporaryFolder()
const config = options(writeData(folder), { epochs: EPOCHS })
const file = join(folder, 'run.json')
writeFileSync(file, JSON.stringify(config))
const random = stream(11, 'signals')

const latentlab = fileURLToPath(new URL('../../bin/latentlab.js', import.meta.url))
const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [latentlab, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })

/**
 * Codes after a signal. Before the program's first line and after its last, Node lets the signal end the
 * process, which a shell reports as the same number.
 */
const expected = { SIGINT: [130, 'SIGINT'], SIGTERM: [143, 'SIGTERM'] } as const
type Signal = keyof typeof expected

/** Waits until a run's folder is there, or the process that would make it has ended. */
async function isThere(run: string, end: Promise<unknown>): Promise<void> {
  let isOver = false
  end.finally(() => (isOver = true))
  while (!existsSync(run) && !isOver) await sleep(2)
}

describe('a signal at any moment of a training', () => {
  let undisturbed: ReturnType<typeof outcome>
  /** Milliseconds of an undisturbed command until there is a run, and from then to its end. */
  const durations = { before: 0, after: 0 }
  beforeAll(async () => {
    const out = join(folder, 'undisturbed')
    const began = performance.now()
    const end = ended(start('train', '--config', file, '--out', out))
    await isThere(out, end)
    durations.before = performance.now() - began
    expect((await end).code).toBe(0)
    durations.after = performance.now() - began - durations.before
    undisturbed = outcome(out)
  })

  /** Interrupts a command, and resumes what it leaves; returns what that is, or nothing where the signal came too late. */
  async function interrupted(time: number): Promise<'a run' | 'no run' | undefined> {
    const place = join(folder, `interrupted-${time}`)
    mkdirSync(place)
    const out = join(place, 'run')
    const signal: Signal = time % 3 === 2 ? 'SIGTERM' : 'SIGINT'
    const child = start('train', '--config', file, '--out', out)
    const end = ended(child)
    const part = (Math.floor(time / 2) + random.uniform()) / (TIMES / 2)
    // By the clock alone, all could miss one of the two where the machine becomes faster or slower.
    if (time % 2 === 0) await sleep(0.9 * durations.before * part)
    else {
      await isThere(out, end)
      await sleep(0.9 * durations.after * part)
    }
    child.kill(signal)
    const again = time === 3
    for (let repeats = 0; again && repeats < 3; repeats++) {
      await sleep(20)
      child.kill(signal)
    }
    const { code, signal: killed, stderr } = await end
    const shown = `${time}: ${code} ${killed} ${stderr}`
    const reported = existsSync(join(out, 'report.html'))
    const left = existsSync(out)
    // A signal after the last line is not heard, or ends what is over.
    if (code === 0) expect(reported, shown).toBe(true)
    else {
      expect(expected[signal], shown).toContain(code ?? killed)
      if (code === null && !again) expect(left, shown).toBe(reported)
    }
    if (left) await resumeRun({ folder: out })
    else await trainRun({ config: resolveConfig(config), out })
    expect({ time, ...outcome(out) }).toEqual({ time, ...undisturbed })
    expect(leftovers(place)).toEqual([])
    rmSync(place, { recursive: true })
    if (code !== 0) return left ? 'a run' : 'no run'
  }

  it(
    'ends it with the code of the signal, and resuming comes to the same bits',
    async () => {
      const left = new Set<string | undefined>()
      for (let time = 0; time < TIMES; time += 2)
        for (const one of await Promise.all([interrupted(time), interrupted(time + 1)]))
          left.add(one)
      expect([...left]).toEqual(expect.arrayContaining(['a run', 'no run']))
    },
    TIMEOUT,
  )
})
