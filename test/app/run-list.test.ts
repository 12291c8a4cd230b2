import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { runPaths } from '../../src/app/run/folder.ts'
import { listRuns } from '../../src/app/run/list.ts'
import { lockRun } from '../../src/app/run/lock.ts'
import { storedConfigText } from '../../src/app/run/stored-config.ts'
import { encodeCheckpoint } from '../../src/train/checkpoint.ts'

const folder = mkdtempSync(join(tmpdir(), 'latentlab-list-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const example = { exampleShape: [4] }

interface Made {
  readonly options?: Readonly<Record<string, unknown>>
  readonly progress?: object | undefined
  readonly metrics?: readonly object[]
  /** Seconds since the epoch at which its files were last written. */
  readonly written: number
}

function put(name: string, { options = {}, progress, metrics = [], written }: Made): string {
  const run = join(folder, name)
  const { config, metrics: lines, checkpoint } = runPaths(run)
  mkdirSync(dirname(checkpoint('last')), { recursive: true })
  const resolved = resolveConfig({ data: 'some/digits.npy', hidden: [3], epochs: 9, ...options })
  writeFileSync(config, storedConfigText({ ...resolved, example }))
  writeFileSync(lines, metrics.map((event) => `${JSON.stringify(event)}\n`).join(''))
  const from = {
    stage: 0,
    step: 30,
    sums: {},
    best: null,
    sinceBest: 0,
    metricsBytes: 0,
    seconds: 1,
  }
  if (progress)
    writeFileSync(
      checkpoint('last'),
      encodeCheckpoint(
        { progress: { ...from, epoch: 0, ...progress }, model: 'vae', arrays: {} },
        () => 'f'.repeat(64),
      ),
    )
  for (const file of [config, lines, ...(progress ? [checkpoint('last')] : [])])
    utimesSync(file, written, written)
  return run
}

const epoch = (number: number, train: number, validation?: number) => ({
  type: 'epoch',
  epoch: number,
  epochs: 9,
  train: { terms: {}, objective: train },
  ...(validation !== undefined && { validation: { terms: {}, objective: validation } }),
  best: false,
  seconds: 1,
  examplesPerSecond: 10,
})

it('lists each run with what its files say, the latest first, without reading arrays', async () => {
  put('stopped', { progress: { epoch: 3, best: { epoch: 2, value: 101.5 } }, written: 50 })
  put('group/finished', {
    progress: { epoch: 9 },
    metrics: [epoch(8, 7, 6), epoch(9, 5, 4)],
    written: 60,
  })
  put('early', { options: { patience: 2 }, progress: { epoch: 4, sinceBest: 2 }, written: 40 })
  put('unvalidated', { progress: { epoch: 1 }, metrics: [epoch(1, 12.5)], written: 30 })
  put('adversarial', {
    options: { model: 'aae' },
    progress: { epoch: 1 },
    metrics: [epoch(1, 3, 2)],
    written: 20,
  })
  put('stacked', {
    options: { model: 'stacked-ae', pretrainEpochs: 4 },
    progress: { stage: 1, epoch: 2 },
    written: 15,
  })
  const running = put('running', { written: 10 })
  writeFileSync(join(put('broken', { progress: { epoch: 3 }, written: 5 }), 'config.json'), '{')
  const cut = put('cut', { progress: { epoch: 3 }, written: 6 })
  writeFileSync(runPaths(cut).checkpoint('last'), 'short')
  const own = put('own', { progress: { epoch: 2 }, written: 4 })
  writeFileSync(
    join(own, 'config.json'),
    '{"format":1,"model":"mine","options":{},"data":{"data":"array"},"train":{"epochs":2,"monitor":"objective"},"compute":{}}',
  )
  mkdirSync(join(folder, '.latentlab-half'))
  writeFileSync(join(folder, '.latentlab-half/config.json'), '{}')
  for (const [name, time] of [
    ['broken', 5],
    ['own', 4],
  ] as const)
    utimesSync(join(folder, name, 'config.json'), time, time)
  utimesSync(runPaths(cut).checkpoint('last'), 6, 6)

  const unlock = await lockRun(running)
  const runs = await listRuns(folder)
  await unlock()
  const short = runs.map(({ folder: path, model, epoch: done, epochs, stage, loss, state }) => [
    path.slice(folder.length + 1),
    model,
    done,
    epochs,
    stage,
    loss && [loss.value, loss.epoch, loss.best],
    state,
  ])
  expect(short).toEqual([
    ['group/finished', 'vae', 9, 9, null, [4, 9, false], 'finished'],
    ['stopped', 'vae', 3, 9, null, [101.5, 2, true], 'stopped'],
    ['early', 'vae', 4, 9, null, null, 'finished'],
    ['unvalidated', 'vae', 1, 9, null, [12.5, 1, false], 'stopped'],
    ['adversarial', 'aae', 1, 9, null, null, 'stopped'],
    ['stacked', 'stacked-ae', 2, 4, 'layer 2', null, 'stopped'],
    ['running', 'vae', 0, 9, null, null, 'running'],
    ['cut', 'vae', null, 9, null, null, 'damaged'],
    ['broken', null, null, null, null, null, 'damaged'],
    ['own', 'mine', 2, 2, null, null, 'finished'],
  ])
  expect(runs.at(-2)!.damage).toMatch(/broken\/config\.json: not valid JSON/)
  expect(runs[0]).toMatchObject({ data: 'some/digits.npy', written: '1970-01-01T00:01:00.000Z' })
  await expect(listRuns(join(folder, 'none'))).rejects.toThrow('there is no such file or folder')
  const file = runPaths(join(folder, 'stopped')).config
  await expect(listRuns(file)).rejects.toThrow(
    `${file}: is not a folder; expected a folder of runs`,
  )
  expect(await listRuns(join(folder, 'stopped'))).toHaveLength(1)
})

it('follows links to runs, and passes over dead ones', async () => {
  const run = put('elsewhere/run', { progress: { epoch: 3 }, written: 1 })
  const links = join(folder, 'links')
  mkdirSync(links)
  symlinkSync(run, join(links, 'linked'))
  symlinkSync(join(folder, 'gone'), join(links, 'dead'))
  expect((await listRuns(links)).map(({ folder: path, epoch: done }) => [path, done])).toEqual([
    [join(links, 'linked'), 3],
  ])
})

it('passes over packages, which have a configuration but are no runs', async () => {
  const place = mkdtempSync(join(folder, 'packages-'))
  mkdirSync(join(place, 'pump'))
  for (const name of ['config.json', 'manifest.json'])
    writeFileSync(join(place, 'pump', name), '{}')
  expect(await listRuns(place)).toEqual([])
})
