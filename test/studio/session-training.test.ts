import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { parseStoredConfig, storedConfigText } from '../../src/app/run/stored-config.ts'
import { openRun, resumeTraining } from '../../src/entries/node.ts'
import type { FindingText, SessionEvent } from '../../studio/src/protocol/api.ts'
import { memorySession, memoryStorage, type Opened } from './memory-host.ts'
import { keptFiles, parts, partsFile, runTexts, small, trainedOnParts, withParts } from './parts.ts'

const request = { model: 'vae', options: small }

const states = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === 'state' ? [event.state] : []))

describe('a training of the session', () => {
  it('does nothing while it is paused, makes the steps asked for, and ends as one that was never touched', async () => {
    const plain = await trainedOnParts()
    const opened = await withParts()
    const { calls } = opened
    expect(await calls.train({ ...request, paused: true })).toMatchObject({ step: 0, epoch: 0 })
    await calls.step()
    expect(await stepNow(opened)).toBe(1)
    await calls.step(6)
    await reported(opened, 7)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await stepNow(opened)).toBe(7)
    const end = opened.ended()
    await calls.resume()
    await end
    expect(runTexts(keptFiles(opened).files)).toEqual(runTexts(keptFiles(plain).files))
    expect(states(opened.events)).toEqual([
      ...['paused', 'running', 'paused', 'running', 'paused'],
      ...['running', 'ended'],
    ])
  })

  it('is kept with its data while it lasts, and goes on in another session to the same bytes', async () => {
    const whole = await trainedOnParts('vae', { epochs: 4 })
    const storage = memoryStorage()
    const first = await withParts(memorySession(storage))
    await first.calls.train({ model: 'vae', options: { ...small, epochs: 4 }, paused: true })
    await first.calls.step(7)
    await first.calls.stop()
    await first.close()
    const [{ id, record: kept } = { id: '', record: undefined }] = await storage.list()
    expect(kept).toMatchObject({
      ...{ name: 'parts.csv', model: 'vae', epoch: 2, epochs: 4, finished: false },
      data: { from: 'files', paths: ['parts.csv'] },
    })

    const second = memorySession(storage)
    expect((await second.calls.start()).runs).toMatchObject([{ id, epoch: 2, finished: false }])
    const opened = await second.calls.openRun(id)
    expect(opened).toMatchObject({
      source: 'run',
      title: 'parts.csv · vae',
      examples: parts.length,
    })
    const end = second.ended()
    const { source, step } = await second.calls.continueRun(id)
    expect([source, step >= 7]).toEqual(['training', true])
    await end
    expect(runTexts(storage.runs.get(id)!)).toEqual(runTexts(keptFiles(whole).files))
    await expect
      .poll(async () => (await storage.list())[0]!.record)
      .toMatchObject({
        ...{ epoch: 4, epochs: 4, finished: true },
      })
  })

  it('may get more epochs when it goes on, as if it had had them from the start', async () => {
    const longer = await trainedOnParts('vae', { epochs: 4 })
    const opened = await trainedOnParts()
    const end = opened.ended()
    await opened.calls.continueRun(keptFiles(opened).id, { epochs: 4 })
    await end
    expect((await opened.storage.list())[0]!.record).toMatchObject({ epoch: 4, epochs: 4 })
    const code = Float32Array.of(0.5, -1)
    expect(await opened.calls.decode(code)).toEqual(await longer.calls.decode(code))
  })

  it('goes on, and is opened, on the processor where it was trained on a GPU and there is none', async () => {
    const opened = await trainedOnParts('vae', { epochs: 2 })
    const { id, files } = keptFiles(opened)
    const code = Float32Array.of(0.5, -1)
    const decoded = await opened.calls.decode(code)
    const path = 'config.json'
    const { config } = parseStoredConfig(new TextDecoder().decode(files.get(path)), path)
    const compute = { ...config.compute, device: 'webgpu' } as const
    const ofGpu = new TextEncoder().encode(storedConfigText({ ...config, compute }))
    await opened.storage.write(id, path, ofGpu)
    const archive = await opened.calls.saveRun()

    const other = memorySession(opened.storage)
    await other.calls.openRun(id)
    expect(await other.calls.decode(code)).toEqual(decoded)
    expect((await other.calls.recipe()).command).toMatch(/ \\\n {4}--device webgpu \\\n/)
    await other.calls.openModel([archive])
    expect(await other.calls.decode(code)).toEqual(decoded)
    const end = other.ended()
    await other.calls.continueRun(id, { epochs: 3 })
    await end
    expect((await other.storage.list())[0]!.record).toMatchObject({ epoch: 3, finished: true })
    expect((await other.calls.recipe()).command).not.toContain('--device')
  })

  it('repeats options that were changed midway, from its configuration alone, to the same bytes', async () => {
    const opened = await withParts()
    const { calls } = opened
    await calls.train({ ...request, paused: true })
    await calls.step(3)
    await calls.adjust({ beta: 0.25, lr: 0.004 })
    await calls.step(4)
    await calls.adjust({ lr: 0.002 })
    const end = opened.ended()
    await calls.resume()
    await end
    const { files } = keptFiles(opened)
    const config = files.get('config.json')!
    expect(JSON.parse(new TextDecoder().decode(config)).history).toMatchObject([
      { step: 3, before: { beta: 1, lr: 0.001 }, after: { beta: 0.25, lr: 0.004 } },
      { step: 7, before: { lr: 0.004 }, after: { lr: 0.002 } },
    ])
    const again = await resumeTraining({ files: { 'config.json': config }, data: parts })
    await (await again.done).close()
    expect(runTexts(Object.entries(await again.files()))).toEqual(runTexts(files))
    expect((await calls.recipe()).changed).toBe(true)
  })

  it('that diverges is put back to where its loss was sound, and goes on from there with another learning rate', async () => {
    const options = { ...small, lr: 0.01 }
    /** Trains an epoch, which is kept as it pauses, makes a step at another rate, which is kept, too, and goes on to the end. */
    async function changedTo(lr: number): Promise<Opened> {
      const opened = await withParts()
      const ended = opened.ended()
      await opened.calls.train({ model: 'vae', options, paused: true })
      await opened.calls.step(3)
      await opened.calls.adjust({ lr })
      await opened.calls.step()
      await opened.calls.resume()
      await ended
      return opened
    }
    const sound = await changedTo(0.004)
    const opened = await changedTo(1e18)
    const { calls, storage, events } = opened
    const { id } = keptFiles(opened)
    // At this rate it was before that was raised.
    const back = { type: 'diverged', run: id, epoch: 1, lr: 0.01 }
    await expect.poll(() => events.find(({ type }) => type === 'diverged')).toEqual(back)
    expect((await storage.list())[0]!.record).toMatchObject({ epoch: 1, finished: false })
    expect(await calls.findings()).toMatchObject([{ name: 'not-finite' }])
    expect(opened.events.some(({ type }) => type === 'failed')).toBe(false)
    // The model in view is that of the state to go on from.
    expect(await stepNow(opened)).toBe(3)
    expect([...(await calls.map()).codes].every(Number.isFinite)).toBe(true)
    const end = opened.ended()
    await calls.continueRun(id, { lr: 0.004 })
    await end
    const code = Float32Array.of(0.5, -1)
    expect(await calls.decode(code)).toEqual(await sound.calls.decode(code))
  })

  it('that diverges before it has a model begins with one, and with the rate that the doctor advises', async () => {
    const opened = await withParts()
    const diverged = opened.event((event) => event.type === 'diverged')
    const summary = await opened.calls.train({ model: 'vae', options: { ...small, lr: 1e18 } })
    expect(summary).toMatchObject({ source: 'training', examples: parts.length })
    expect(await diverged).toMatchObject({ epoch: 0, lr: 0.001 })
    const [{ options }] = (await opened.calls.findings()) as [FindingText]
    expect(options).toMatchObject({ lr: 0.001 })
  })

  it('gives way to the next one, which runs to its end', async () => {
    const opened = await withParts()
    const { calls, storage } = opened
    await calls.train({ ...request, paused: true })
    await calls.step(2)
    await calls.train(request)
    const runs = async () =>
      (await storage.list()).map(({ record: { epoch, finished } }) => [epoch, finished])
    await expect.poll(runs, { timeout: 20_000 }).toEqual([
      [0, false],
      [3, true],
    ])
    expect(storage.runs.size).toBe(2)
  })

  it('says of its model which column looks like labels, unless one was taken as that', async () => {
    const opened = memorySession()
    await opened.calls.openData({ from: 'files', files: [partsFile()] })
    const paused = { ...request, paused: true }
    expect(await opened.calls.train(paused)).toMatchObject({ likelyLabel: 'kind' })
    await opened.calls.openData({ from: 'files', files: [partsFile()], reading: { label: 'kind' } })
    expect((await opened.calls.train(paused)).likelyLabel).toBeUndefined()
  })

  it('leaves nothing behind where its options are refused', async () => {
    const { calls, storage } = await withParts()
    await expect(calls.train({ model: 'vae', options: { ...small, latent: 0 } })).rejects.toThrow(
      /latent/,
    )
    expect(storage.runs.size).toBe(0)
  })

  it('fails with the message of a storage that is full', async () => {
    const storage = memoryStorage()
    const opened = await withParts(
      memorySession({
        ...storage,
        write: async () => {
          throw new RangeError('no room')
        },
      }),
    )
    await expect(opened.calls.train(request)).rejects.toThrow('no room')
    expect(storage.runs.size).toBe(0)
  })

  it('answers whatever is asked at once while it goes on', async () => {
    const opened = await withParts()
    const { calls } = opened
    const end = opened.ended()
    await calls.train({ model: 'vae', options: { ...small, epochs: 40 } })
    const codes = Float32Array.of(0.5, -0.5)
    let asked = 0
    let isOver = false
    void end.then(() => {
      isOver = true
    })
    while (!isOver) {
      const answers = await Promise.all([
        ...[calls.calibration(), calls.latents(), calls.map(), calls.decode(codes)],
        ...[calls.colours({ by: 'loss' }), calls.sample(2, 1), calls.colours({ by: 'score' })],
      ])
      asked += answers.length
    }
    expect(asked).toBeGreaterThan(6)
  })

  it('shows a model in closed form when it is there', async () => {
    const { calls } = await withParts()
    const options = { latent: 2, validation: 15, test: 15, threads: 1 }
    const summary = await calls.train({ model: 'pca', options })
    expect(summary).toMatchObject({ model: 'pca', latent: 2, source: 'training' })
    expect((await calls.map()).codes).toHaveLength(2 * parts.length)
  })
})

/** Resolves when the parameters of a step have been reported. */
const reported = async ({ events }: Opened, step: number): Promise<void> => {
  const steps = () => events.flatMap((event) => (event.type === 'parameters' ? [event.step] : []))
  await expect.poll(steps, { timeout: 20_000 }).toContain(step)
}

/** The step of the run's files of now. */
async function stepNow({ calls }: Opened): Promise<number> {
  const { file } = await calls.saveRun()
  const files = Object.entries(unzipSync(new Uint8Array(await file.arrayBuffer()))).map(
    ([path, bytes]) => [path.slice(path.indexOf('/') + 1), bytes] as const,
  )
  const model = await openRun(Object.fromEntries(files), { data: parts, checkpoint: 'last' })
  await model.close()
  return model.step
}
