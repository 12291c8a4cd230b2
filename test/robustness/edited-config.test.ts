import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseStoredConfig } from '../../src/app/run/stored-config.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { stream } from '../../src/tensor/random.ts'
import { workingFolder } from '../cli/command-line.ts'
import {
  arraysOf,
  options,
  outcome,
  resolveConfig,
  resumeRun,
  STEPS_PER_EPOCH,
  sha256,
  temporaryFolder,
  trainRun,
  writeData,
} from './runs.ts'

const folder = temporaryFolder()
const data = writeData(folder)
const half = join(folder, 'half')
const configOf = (run: string) => join(run, 'config.json')
const stored = (run: string) => JSON.parse(readFileSync(configOf(run), 'utf8'))
const { latentlab, latentlabProcess } = workingFolder()

/** A training of 4 epochs, stopped in the middle of the second. */
const STOPPED = STEPS_PER_EPOCH + 6
const common = { lr: 0.002, schedule: 'cosine', warmup: 1.5 }
beforeAll(async () => {
  const controller = new AbortController()
  await trainRun({
    config: resolveConfig(options(data, common)),
    out: half,
    stepsPerCall: 6,
    signal: controller.signal,
    onEvent(event) {
      if (event.type === 'progress' && event.epoch === 2 && event.step === 6) controller.abort()
    },
  })
})

let copies = 0
function copyOfRun(): string {
  const copy = join(folder, `copy-${copies++}`)
  cpSync(half, copy, { recursive: true })
  return copy
}

describe('an edited config.json', () => {
  it('is refused, whichever digit was changed', () => {
    const text = readFileSync(configOf(half), 'utf8')
    const digits = [...text.matchAll(/\d/g)].map(({ index }) => index)
    expect(digits.length).toBeGreaterThan(100)
    for (const at of digits) {
      const other = (Number(text[at]) + 1) % 10
      const edited = `${text.slice(0, at)}${other}${text.slice(at + 1)}`
      expect(() => parseStoredConfig(edited, 'config.json'), `at ${at}`).toThrow(UserError)
    }
  })

  it('is refused, whatever byte was changed', () => {
    const bytes = readFileSync(configOf(half))
    const random = stream(4, 'edits')
    let same = 0
    for (let i = 0; i < 400; i++) {
      const edited = Buffer.from(bytes)
      edited[Math.floor(bytes.length * random.uniform())] = 32 + Math.floor(95 * random.uniform())
      try {
        const { config, isSealed } = parseStoredConfig(edited.toString(), 'config.json')
        // Only the space between values, which may make -0 of 0, or the same letter again.
        expect(isSealed).toBe(true)
        const original = parseStoredConfig(bytes.toString(), 'config.json').config
        expect(JSON.stringify(config)).toBe(JSON.stringify(original))
        same++
      } catch (error) {
        expect(error).toMatchObject({ name: 'UserError', message: expect.stringMatching(/^.+$/) })
      }
    }
    expect(same).toBeLessThan(200)
  })

  it('is refused by resume in one line that says how, and nothing is changed', async () => {
    const run = copyOfRun()
    const text = readFileSync(configOf(run), 'utf8')
    const edited = text.replace('"lr": 0.002', '"lr": 0.003')
    expect(edited).not.toBe(text)
    writeFileSync(configOf(run), edited)
    const before = outcome(run)
    await expect(resumeRun({ folder: run })).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(
        /^\S+config\.json: was edited after it was written [^\n]*by resume only[^\n]* lr /,
      ),
      commandLine: expect.stringMatching(
        /^\S+config\.json: was edited after it was written [^\n]*latentlab resume[^\n]*--lr/,
      ),
    })
    expect(readFileSync(configOf(run), 'utf8')).toBe(edited)
    expect(outcome(run)).toEqual(before)
  })

  it('of the same values in another layout is the same', () => {
    const { digest, ...values } = stored(half)
    const turned = Object.fromEntries(Object.entries({ ...values, digest }).reverse())
    const { config } = parseStoredConfig(JSON.stringify(turned), 'config.json')
    expect(config).toEqual(parseStoredConfig(readFileSync(configOf(half), 'utf8'), '').config)
  })

  it('of an older version, which has no digest, is read; that is said once, on standard error', async () => {
    const run = copyOfRun()
    const { digest: _, ...values } = stored(run)
    writeFileSync(configOf(run), JSON.stringify(values))
    const note = expect.stringMatching(
      /^latentlab: note: \S+config\.json is of an older version and has no digest[^\n]*\n$/,
    )
    expect(await latentlabProcess(['inspect', run])).toMatchObject({ code: 0, stderr: note })
    const resumed = await latentlabProcess(['resume', run, '--quiet', '--no-report', '--json'])
    expect(resumed).toMatchObject({ code: 0, stderr: note })
    expect(await latentlab(['inspect', run])).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('options that change on resume', () => {
  it('change nothing where they are as they were', async () => {
    const [plain, same] = [copyOfRun(), copyOfRun()]
    const before = stored(same)
    await resumeRun({ folder: plain })
    await resumeRun({ folder: same, lr: 0.002, epochs: 4, threads: 1, source: { data } })
    expect(stored(same)).toEqual(before)
    expect(outcome(same)).toEqual(outcome(plain))
  })

  it('hold from the step of the checkpoint on, and are recorded with it', async () => {
    const run = copyOfRun()
    await resumeRun({ folder: run, lr: '1e-4', epochs: 3, threads: 2 })
    const { train, compute, history } = stored(run)
    expect({ lr: train.lr, epochs: train.epochs, threads: compute.threads }).toEqual({
      lr: 1e-4,
      epochs: 3,
      threads: 2,
    })
    expect(history).toEqual([
      {
        stage: 0,
        step: STOPPED,
        before: { lr: 0.002, epochs: 4, threads: 1 },
        after: { lr: 1e-4, epochs: 3, threads: 2 },
      },
    ])
  })

  it('are part of a configuration that trains the same model again, bit for bit', async () => {
    const run = copyOfRun()
    // Twice, of which the first comes to no step: a kill right after the change was recorded.
    await resumeRun({ folder: run, lr: 0.5, signal: AbortSignal.abort() })
    await resumeRun({ folder: run, lr: 2e-4, epochs: 3 })
    await resumeRun({ folder: run, lr: 3e-5, epochs: 5 })
    const again = join(folder, 'again')
    const flags = ['--quiet', '--no-report', '--json']
    const train = ['train', '--config', configOf(run), '--out', again, ...flags]
    expect(await latentlab(train)).toMatchObject({ code: 0, stderr: '' })
    expect(outcome(again)).toEqual(outcome(run))
    expect(stored(again).history.map(({ step }: { step: number }) => step)).toEqual([
      STOPPED,
      3 * STEPS_PER_EPOCH,
    ])
    // The same options from the first step on are another training.
    const { history: _, digest: __, ...constant } = stored(run)
    const other = join(folder, 'other')
    await trainRun({ config: constant, out: other })
    const bits = (path: string) => sha256(Buffer.from(JSON.stringify(arraysOf(path))))
    expect(bits(other)).not.toBe(bits(run))
  })

  it('are refused where no step is left for them, or where they do not fit', async () => {
    const run = copyOfRun()
    await resumeRun({ folder: run, epochs: 2 })
    const before = readFileSync(configOf(run), 'utf8')
    await expect(resumeRun({ folder: run, lr: 0.1 })).rejects.toMatchObject({
      message: expect.stringMatching(
        /^lr 0\.1: .* has done all its 2 epochs; give a larger epochs, too/,
      ),
      commandLine: expect.stringMatching(
        /^--lr 0\.1: .* has done all its 2 epochs; give a larger --epochs, too/,
      ),
    })
    await expect(resumeRun({ folder: run, lr: -1 })).rejects.toThrow(/^lr: .*got -1/)
    expect(readFileSync(configOf(run), 'utf8')).toBe(before)
  })
})
