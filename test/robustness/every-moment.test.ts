import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { compiled } from '../compiled.ts'
import { systemError, withFileSystem } from './file-system.ts'
import {
  checkpoint,
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

const { createRun } = (await compiled(
  'app/run/create.js',
)) as typeof import('../../src/app/run/create.ts')

const folder = temporaryFolder()
const config = resolveConfig(options(writeData(folder), { epochs: 2 }))
/** Two calls an epoch, and a checkpoint after each. */
const hooks = { stepsPerCall: 6, saveEvery: 0 }

const AT_A_TIME = 3

let undisturbed: ReturnType<typeof outcome>
beforeAll(async () => {
  const out = join(folder, 'undisturbed')
  await trainRun({ config, out })
  undisturbed = outcome(out)
})

/** Ends a run that was begun: whether there is a folder or not, by the command that then fits. */
async function finish(out: string): Promise<ReturnType<typeof outcome>> {
  await (existsSync(out) ? resumeRun({ folder: out }) : trainRun({ config, out }))
  return outcome(out)
}

describe('a kill before any change of a file, or in the middle of a write', () => {
  // SIGKILL leaves the files as they are at that moment, so a copy of them shows what it would leave.
  const moments: { readonly after: string; readonly copy: string }[] = []
  beforeAll(async () => {
    const place = join(folder, 'place')
    mkdirSync(place)
    const known = new Set<string>()
    await withFileSystem(
      (change) => {
        const contents = fingerprint(place)
        if (known.has(contents)) return
        known.add(contents)
        const copy = join(folder, `moment-${moments.length}`)
        // Without the lock: a process that is alive holds it here, none would after a kill.
        cpSync(place, copy, { recursive: true, filter: (path) => !path.includes('/lock,') })
        asAfterDeath(copy)
        moments.push({ after: change, copy })
      },
      () => trainRun({ config, out: join(place, 'run'), ...hooks }),
    )
  })

  it(
    'leaves a run that ends with the same bits',
    async () => {
      expect(moments.length).toBeGreaterThan(40)
      for (let start = 0; start < moments.length; start += AT_A_TIME)
        await Promise.all(
          moments.slice(start, start + AT_A_TIME).map(async ({ after, copy }) => {
            const found = await finish(join(copy, 'run'))
            expect({ after, copy, ...found }).toEqual({ after, copy, ...undisturbed })
            expect(leftovers(copy)).toEqual([])
          }),
        )
    },
    TIMEOUT,
  )
})

describe('a disk that is full from some change on', () => {
  it(
    'gives one line, leaves no half of a file, and the run goes on when there is room',
    async () => {
      let total = 0
      const count = () => {
        total++
      }
      await withFileSystem(count, () =>
        trainRun({ config, out: join(folder, 'counted'), ...hooks }),
      )
      // A checkpoint takes six changes: steps of five come upon each of them.
      for (let first = 1; first <= total; first += 5) {
        const place = join(folder, `full-${first}`)
        mkdirSync(place)
        const out = join(place, 'run')
        let saved = 0
        let changes = 0
        const training = withFileSystem(
          (change) => {
            if (++changes >= first && !/^rm|truncate/.test(change)) throw systemError('ENOSPC')
          },
          () =>
            trainRun({
              config,
              out,
              ...hooks,
              onEvent(event) {
                if (event.type === 'checkpoint') saved = event.step
              },
            }),
        )
        expect(await training.catch((error: unknown) => error)).toMatchObject({
          name: 'UserError',
          message: expect.stringMatching(
            existsSync(out)
              ? /^cannot write \S+: the disk is full; what was saved before is kept: [^\n]+$/
              : /^cannot (create|lock|write) \S+: the disk is full$/,
          ),
        })
        expect(leftovers(place)).toEqual([])
        // One more may have been saved, where only the last sync has failed.
        if (saved === 0 && !existsSync(out)) expect(readdirSync(place)).toEqual([])
        else expect(checkpoint(out, 'last').progress.step).toBeGreaterThanOrEqual(saved)
        expect({ first, ...(await finish(out)) }).toEqual({ first, ...undisturbed })
      }
    },
    TIMEOUT,
  )
})

/** Renames what is being written as if the process that began it, this one, had ended. */
function asAfterDeath(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const ended = name.replace(/(\.latentlab-\d+)-\d+-([^/]+)$/, '$1-1-$2')
    if (ended !== name) renameSync(join(folder, name), join(folder, ended))
  }
}

it('a disk that is full before a second checkpoint is due costs no epoch that was trained', async () => {
  const out = join(folder, 'fifteen')
  let epochs = 0
  const training = withFileSystem(
    (change) => {
      if (epochs === 15 && !/^rm|truncate/.test(change)) throw systemError('ENOSPC')
    },
    () =>
      trainRun({
        config: resolveConfig(options(join(folder, 'data.npy'), { epochs: 20 })),
        out,
        stepsPerCall: 6,
        saveEvery: 1e6,
        onEvent(event) {
          if (event.type === 'epoch') epochs = event.epoch
        },
      }),
  )
  await expect(training).rejects.toThrow(`continue with: resume('${out}')`)
  const best = checkpoint(out, 'best')
  expect(best.progress.epoch).toBeGreaterThan(5)
  expect(readFileSync(join(out, 'metrics.jsonl'), 'utf8').split('\n')).toHaveLength(16)
  expect(checkpoint(out, 'last').progress.step).toBe(6)
  await resumeRun({ folder: out })
  const straight = join(folder, 'straight')
  await trainRun({
    config: resolveConfig(options(join(folder, 'data.npy'), { epochs: 20 })),
    out: straight,
  })
  expect(outcome(out)).toEqual(outcome(straight))
})

it('a run that has only its best checkpoint is kept when its training fails', async () => {
  const out = join(folder, 'only-best')
  const removeUnfinished = await createRun(out, config, {} as never)
  const best = join(out, 'checkpoints/best/checkpoint.safetensors')
  writeFileSync(best, 'trained')
  await removeUnfinished()
  expect(readFileSync(best, 'utf8')).toBe('trained')
  rmSync(best)
  await removeUnfinished()
  expect(existsSync(out)).toBe(false)
})

function fingerprint(folder: string): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name)
    hash.update(name)
    if (statSync(path).isFile()) hash.update(readFileSync(path))
  }
  return hash.digest('hex')
}
