import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import {
  ended,
  leftovers,
  lockRun,
  options,
  outcome,
  resolveConfig,
  resumeRun,
  STEPS_PER_EPOCH,
  startTraining,
  temporaryFolder,
  trainRun,
  writeData,
} from './runs.ts'

const folder = temporaryFolder()
let made = 0
function emptyFolder(): string {
  const path = join(folder, `run-${made++}`)
  mkdirSync(path)
  return path
}

/** Name of the lock that this process would leave. */
async function nameOfOwnLock(): Promise<string> {
  const place = emptyFolder()
  const unlock = await lockRun(place)
  const [name] = readdirSync(place)
  await unlock()
  expect(readdirSync(place)).toEqual([])
  return name!
}

/** A lock's name with some of its parts replaced: process, start, host, random part. */
function changed(name: string, parts: Record<number, string | number>): string {
  return name
    .split(',')
    .map((part, i) => parts[i] ?? part)
    .join(',')
}

describe('the lock of a run', () => {
  it('is refused while another has it, even in the same process, and free again after', async () => {
    const place = emptyFolder()
    const unlock = await lockRun(place)
    await expect(lockRun(place)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(
        `^${place}: process ${process.pid} on \\S+ is working on this`,
      ),
    })
    await unlock()
    await (await lockRun(place))()
    expect(readdirSync(place)).toEqual([])
  })

  it('is taken over from a process that has been killed', async () => {
    const child = lockProcess()
    const place = emptyFolder()
    expect(await ask(child, { folder: place })).toBe('locked')
    await expect(lockRun(place)).rejects.toThrow(`process ${child.pid} on`)
    child.kill('SIGKILL')
    await once(child, 'close')
    await (await lockRun(place))()
    expect(readdirSync(place)).toEqual([])
  })

  it.skipIf(!existsSync('/proc/self/stat'))(
    'is taken over where its process number has come again',
    async () => {
      const mine = await nameOfOwnLock()
      const place = emptyFolder()
      writeFileSync(join(place, changed(mine, { 2: 1 })), '')
      await (await lockRun(place))()
      expect(readdirSync(place)).toEqual([])
    },
  )

  it('of another computer is respected, and the way out is named', async () => {
    const place = emptyFolder()
    const theirs = changed(await nameOfOwnLock(), { 1: 7, 3: 'elsewhere.example' })
    writeFileSync(join(place, theirs), '')
    await expect(lockRun(place)).rejects.toThrow(
      `process 7 on elsewhere.example is working on this run; wait for it, or stop it (if it is gone, remove ${join(place, theirs)})`,
    )
    expect(readdirSync(place)).toEqual([theirs])
  })
})

describe('processes that race for a stale lock', () => {
  const children = [lockProcess(), lockProcess(), lockProcess()]

  it('get it one at a time, in each of forty rounds', async () => {
    const stale = changed(await nameOfOwnLock(), { 1: await deadProcess() })
    for (let round = 0; round < 40; round++) {
      const place = emptyFolder()
      writeFileSync(join(place, stale), '')
      const answers = await Promise.all(children.map((child) => ask(child, { folder: place })))
      expect({ round, answers: answers.sort() }).toEqual({
        round,
        answers: ['locked', 'refused', 'refused'],
      })
      await Promise.all(children.map((child) => ask(child, { release: true })))
      expect(readdirSync(place)).toEqual([])
    }
  })
})

describe('a second process on a run', () => {
  it('is refused with one line, and the first goes on to the same end', async () => {
    const config = options(writeData(folder))
    const out = join(folder, 'shared')
    const goOn = join(folder, 'go-on')
    const first = startTraining({
      train: { config, out, stepsPerCall: 3, saveEvery: 0 },
      waitAt: { step: STEPS_PER_EPOCH, file: goOn },
    })
    const end = ended(first)
    while (!existsSync(join(out, 'checkpoints/last/checkpoint.safetensors')))
      await Promise.race([sleep(5), end.then(({ stderr }) => expect.fail(stderr))])
    const second = await ended(startTraining({ resume: { folder: out } }))
    expect(second.code).toBe(2)
    expect(second.stderr).toMatch(
      new RegExp(`^${out}: process ${first.pid} on \\S+ is working on this run; [^\\n]*\\n$`),
    )
    writeFileSync(goOn, '')
    expect(await end).toEqual({ code: 0, signal: null, stderr: '' })
    const alone = join(folder, 'alone')
    await trainRun({ config: resolveConfig(config), out: alone })
    expect(outcome(out)).toEqual(outcome(alone))
    expect(leftovers(out)).toEqual([])
    expect((await resumeRun({ folder: out })).reason).toBe('finished')
  })
})

function lockProcess(): ChildProcess {
  const child = fork(fileURLToPath(new URL('lock-process.mjs', import.meta.url)))
  afterAll(() => {
    child.kill('SIGKILL')
  })
  return child
}

async function ask(child: ChildProcess, message: object): Promise<unknown> {
  const answer = once(child, 'message')
  child.send(message)
  return (await answer)[0]
}

/** Number of a process that is no more. */
async function deadProcess(): Promise<number> {
  const child = lockProcess()
  child.kill('SIGKILL')
  await once(child, 'close')
  return child.pid!
}
