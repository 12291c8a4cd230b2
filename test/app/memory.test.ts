import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { buildFor, withData } from '../../src/app/model-for-data.ts'
import { createRun } from '../../src/app/run/create.ts'
import type { Environment } from '../../src/app/run/environment.ts'
import { resumeRun, trainRun } from '../../src/app/run/train.ts'
import { requireMemory } from '../../src/app/run/training-memory.ts'
import { requireRoom } from '../../src/data/memory-limit.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { tinyData } from './tiny-run.ts'

const folder = mkdtempSync(join(tmpdir(), 'latentlab-memory-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

const ROWS = 20_000
/** 80 000 float32, 320 000 bytes, all splits together. */
const data = tinyData({ shape: [4], sizes: { train: ROWS - 200, validation: 100, test: 100 } })
const settings = {
  data: data.name,
  model: 'ae',
  likelihood: 'gaussian',
  validation: 100,
  batch: 10,
}
const configOf = (options: Readonly<Record<string, unknown>>) =>
  withData(resolveConfig({ ...settings, ...options }), data)

/** An encoder 4 → 3 → 2 and a decoder 2 → 3 → 4. */
const config = configOf({ hidden: [3], latent: 2 })
const NUMBERS = 4 * 3 + 3 + (3 * 2 + 2) + (2 * 3 + 3) + (3 * 4 + 4)
const OUTPUTS = 3 + 2 + 3 + 4
/** Parameters and Adam's two moments twice, gradients once, outputs for each example of a batch; 4 bytes each. */
const BYTES = 4 * (NUMBERS * 7 + 10 * OUTPUTS)

describe('what a model takes to be trained', () => {
  const model = buildFor(config, data)

  it('is refused where there is one byte less, and not where there is as much', () => {
    expect(() => requireMemory(config, model, BYTES)).not.toThrow()
    expect(() => requireMemory(config, model, BYTES - 1)).toThrow(UserError)
  })

  it('is told beside what there is', () => {
    const wide = configOf({ hidden: [100_000], latent: 2000 })
    expect(() => requireMemory(wide, buildFor(wide, data), 2 ** 30)).toThrow(
      /training 401,[\d,]+ parameters on batches of 10 takes more than 10\.5 GiB of memory, and there are 1\.0 GiB/,
    )
  })
})

it('what is as large as the memory has room in it, and one byte more has not', () => {
  expect(() => requireRoom(2 ** 20, 'x.npy', 2 ** 20)).not.toThrow()
  expect(() => requireRoom(2 ** 20 + 1, 'x.npy', 2 ** 20)).toThrow(
    'x.npy: takes 1048577 bytes (1.0 MiB) of memory, but only 1048576 bytes (1.0 MiB) are available',
  )
})

describe('in little memory', () => {
  const limited = (bytes: number) =>
    vi.spyOn(process, 'constrainedMemory').mockImplementation(() => bytes)
  const environment = {} as Environment
  let runs = 0
  const tooLarge = /^hidden, channels, latent or batch: training 48 parameters/

  it('neither training nor resuming begins with a model that does not fit', async () => {
    const out = join(folder, `run-${runs++}`)
    limited(BYTES - 1)
    await expect(trainRun({ config, data, out })).rejects.toThrow(tooLarge)
    vi.restoreAllMocks()
    await createRun(out, config, environment)
    limited(BYTES - 1)
    await expect(resumeRun({ folder: out, data })).rejects.toThrow(tooLarge)
  })

  it('neither training nor resuming begins with data that do not fit', async () => {
    const out = join(folder, `run-${runs++}`)
    const refused = /^tiny\.npy: takes 320000 bytes of memory, but only 319999 bytes are available/
    limited(319_999)
    await expect(trainRun({ config, data, out })).rejects.toThrow(refused)
    vi.restoreAllMocks()
    await createRun(out, config, environment)
    limited(319_999)
    await expect(resumeRun({ folder: out, data })).rejects.toThrow(refused)
  })
})
