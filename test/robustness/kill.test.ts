import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { stream } from '../../src/tensor/random.ts'
import {
  ended,
  leftovers,
  options,
  outcome,
  resolveConfig,
  resumeRun,
  STEPS_PER_EPOCH,
  startTraining,
  TIMEOUT,
  temporaryFolder,
  trainRun,
  writeData,
} from './runs.ts'

const EPOCHS = 20
const KILLS = 5
const KILLS_AT_START = 1

const folder = temporaryFolder()
const config = options(writeData(folder), { epochs: EPOCHS })
const random = stream(7, 'kills')
const below = (limit: number) => Math.floor(limit * random.uniform())

describe('a run that is killed again and again', () => {
  let undisturbed: ReturnType<typeof outcome>
  beforeAll(async () => {
    const out = join(folder, 'undisturbed')
    await trainRun({ config: resolveConfig(config), out, stepsPerCall: STEPS_PER_EPOCH })
    undisturbed = outcome(out)
  })

  it(
    'ends with the bits of an undisturbed one, whatever the steps of a call',
    async () => {
      const out = join(folder, 'killed')
      const leg = (more: object) => {
        const hooks = { stepsPerCall: 1 + below(7), saveEvery: 0 }
        return startTraining(
          existsSync(out)
            ? { resume: { folder: out, ...hooks }, ...more }
            : { train: { config, out, ...hooks }, ...more },
        )
      }
      for (let kill = 0; kill < KILLS; kill++) {
        const step = Math.floor(
          ((kill + random.uniform()) * EPOCHS * STEPS_PER_EPOCH) / (KILLS + 1),
        )
        const { signal, stderr } = await ended(
          leg({ killAt: { step, milliseconds: 6 * random.uniform() } }),
        )
        expect({ kill, signal, stderr }).toEqual({ kill, signal: 'SIGKILL', stderr: '' })
      }
      for (let kill = 0; kill < KILLS_AT_START; kill++) {
        const child = leg({})
        await sleep(500 * random.uniform())
        child.kill('SIGKILL')
        await ended(child)
      }
      const { reason } = await resumeRun({ folder: out })
      expect(reason).toBe('finished')
      expect(outcome(out)).toEqual(undisturbed)
      expect(leftovers(out)).toEqual([])
    },
    TIMEOUT,
  )
})
