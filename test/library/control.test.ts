import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { type InMemoryOptions, startInMemory } from '../../src/app/library/in-memory.ts'
import type { Adjustments } from '../../src/app/library/training.ts'
import { readRunFiles } from '../../src/app/run/run-files.ts'
import type { Runtime } from '../../src/runtime/session.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { parametersIn } from '../../src/train/build.ts'
import type { TrainingEvent } from '../../src/train/events.ts'
import { native, onnx } from '../train/onnx.ts'
import { outOfMemory, tinyData } from '../train/tiny.ts'
import { continued, filesAtEnd, small, started } from './controlled.ts'

/** A runtime that says what has been compiled and closed. */
function watched(runtime: Runtime = onnx()) {
  const seen = { compiled: 0, loops: 0, closed: 0 }
  const counted = (what: keyof typeof seen) => {
    seen[what]++
    return runtime
  }
  const watching: Runtime = {
    ...runtime,
    compile: (outputs) => counted('compiled').compile(outputs),
    compileLoop: (program) => counted('loops').compileLoop(program),
    close: () => counted('closed').close(),
  }
  return { seen, runtime: watching }
}

const begun = (
  runtime: Runtime,
  options: Readonly<Record<string, unknown>> = {},
  control: InMemoryOptions = {},
  data = tinyData(),
) =>
  startInMemory(resolveConfig({ ...small, ...options }), data, runtime, {
    stepsPerCall: 2,
    ...control,
  })

const messageOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    ({ message }: Error) => message,
  )

describe('a training that runs', () => {
  it('makes calls as long as they compute, not as long as they wait for other calls of the runtime', async () => {
    const runtime = onnx()
    const busy: Runtime = {
      ...runtime,
      async compileLoop(program) {
        const loop = await runtime.compileLoop(program)
        const computing = { seconds: 0 }
        return {
          ...loop,
          computing,
          async run(steps, feeds) {
            await new Promise((resolve) => setTimeout(resolve, 60))
            computing.seconds += steps * 0.01
            return loop.run(steps, feeds)
          },
        }
      },
    }
    const steps: number[] = []
    const training = await begun(
      busy,
      { batch: 2, epochs: 3 },
      {
        stepsPerCall: undefined,
        callSeconds: 0.1,
        onEvent: (event) => {
          if (event.type === 'progress') steps.push(event.step)
        },
      },
    )
    await training.done
    // 22 steps an epoch: the first call is of 4, and 10 take the tenth of a second.
    expect(steps).toEqual([4, 14, 22, 10, 20, 22, 10, 20, 22])
  })

  it.each([
    ['plain ONNX', onnx],
    ['native kernels', native],
  ])('can be changed at any moment on %s, and is repeated from its record', async (_path, open) => {
    const random = stream(3, 'moments')
    const changedAt = new Set<number>()
    for (let round = 0; round < 4; round++) {
      const asked: Promise<unknown>[] = []
      const calls: readonly (() => Promise<unknown>)[] = [
        () => training.adjust({ beta: random.integer(5) }),
        () => training.adjust({ lr: 0.001 * (1 + random.integer(9)) }),
        () => training.adjust({ dropout: 0.1 * random.integer(5) }),
        async () => (await training.snapshot()).close(),
        () => training.files(),
        () => training.pause().then(() => training.continue()),
        () => training.step(2).then(() => training.continue()),
      ]
      const onEvent = ({ type }: TrainingEvent) => {
        if (type !== 'progress' || random.uniform() < 0.6) return
        // What comes too late for the end is refused.
        asked.push(calls[random.integer(calls.length)]!().catch((error) => error))
      }
      const given = { model: 'vae', epochs: 6 }
      const training = await begun(open(), given, { stepsPerCall: 1, onEvent })
      await training.done
      await Promise.all(asked)
      const files = await filesAtEnd(training)
      for (const { step } of training.config.history ?? []) changedAt.add(step)
      const record = { 'config.json': (await training.files())['config.json']! }
      const from = await readRunFiles(record)
      const again = await startInMemory(from.config, tinyData(), open(), { stepsPerCall: 4, from })
      expect(await filesAtEnd(again), `round ${round}`).toEqual(files)
    }
    expect(changedAt.size).toBeGreaterThan(12)
  })

  it('reads rows that are not in memory as it does others', async () => {
    const data = outOfMemory(tinyData())
    const training = await started({ model: 'vae' }, { paused: true, stepsPerCall: 3 }, data)
    await training.step(2)
    await training.adjust({ beta: 2 })
    // A whole call, whose rows have been read before the change.
    await training.step(4)
    await training.adjust({ epochs: 4 })
    await training.continue()
    const record = { 'config.json': (await training.files())['config.json']! }
    const files = await filesAtEnd(training)
    expect(files).toEqual(await filesAtEnd(await continued(record)))
  })

  it('makes two changes one after the other', async () => {
    const training = await started({ model: 'vae' }, { paused: true })
    await training.step(3)
    const changes = [training.adjust({ beta: 2 }), training.adjust({ beta: 3, lr: 0.1 })]
    expect(await Promise.all(changes)).toEqual([
      { stage: 0, step: 3 },
      { stage: 0, step: 3 },
    ])
    expect(training.config.history).toEqual([
      { stage: 0, step: 3, before: { beta: 1, lr: 0.001 }, after: { beta: 3, lr: 0.1 } },
    ])
    expect(training.config).toMatchObject({ options: { beta: 3 }, train: { lr: 0.1 } })
    await training.stop()
  })

  it('compiles no graph anew for a value that is fed, and one loop for another', async () => {
    const { seen, runtime } = watched()
    const training = await begun(runtime, { model: 'vae' }, { paused: true })
    await training.step(1)
    const before = { ...seen }
    for (const beta of [2, 3, 4]) {
      await training.adjust({ beta, lr: beta / 1000 })
      await training.step(1)
    }
    expect(seen).toEqual(before)
    await training.adjust({ freeBits: 0.5 })
    await training.step(1)
    expect(seen).toEqual({ ...before, loops: before.loops + 1 })
    await training.stop()
  })

  it('stands after its last step until it is continued, and may get more epochs there', async () => {
    const training = await started({ model: 'vae' }, { paused: true })
    await training.step(18)
    expect(training.state).toBe('paused')
    await training.adjust({ epochs: 4 })
    await training.step(6)
    expect(training.state).toBe('paused')
    await training.step()
    expect(training.state).toBe('ended')
    const model = await training.done
    expect(model).toMatchObject({ reason: 'finished' })
    expect(model.config.train.epochs).toBe(4)
    await model.close()
  })
})

describe('a snapshot', () => {
  it('answers as the model of a checkpoint of its step, while the training goes on', async () => {
    const training = await started({ model: 'vae', epochs: 6 }, { paused: true })
    await training.step(5)
    const snapshot = await training.snapshot()
    const { last } = await readRunFiles(await training.files())
    await training.continue()
    const { store } = tinyData().splits.test
    const x = hostTensor('uint8', [4, 1, 1, 13], store.gather([50, 51, 52, 53]) as Uint8Array)
    const first = await snapshot.encode(x)
    const model = await training.done
    expect(snapshot.parameters).toEqual(parametersIn(model.model, last!.arrays))
    expect([snapshot.epoch, snapshot.step, snapshot.checkpoint]).toEqual([0, 5, 'last'])
    expect(await snapshot.encode(x)).toEqual(first)
    expect(await model.encode(x)).not.toEqual(first)
    expect((await snapshot.score(x)).scores).toHaveLength(4)
    expect((await snapshot.evaluate('test')).split).toBe('test')
    await model.close()
    expect(await snapshot.encode(x)).toEqual(first)
    await snapshot.close()
    await expect(snapshot.encode(x)).rejects.toThrow('encode: the model has been closed')
  })

  it('shares its graphs with all others, each with its own parameters, and frees only itself', async () => {
    const { seen, runtime } = watched()
    const training = await begun(runtime, { model: 'vae' }, { paused: true })
    const z = hostTensor('float32', [1, 3], Float32Array.of(0.5, -1, 2))
    const answers: unknown[] = []
    const snapshots = []
    let compiled = 0
    for (let i = 0; i < 4; i++) {
      await training.step(2)
      const snapshot = await training.snapshot()
      answers.push(await snapshot.decode(z))
      if (i === 0) compiled = seen.compiled
      snapshots.push(snapshot)
    }
    expect(seen.compiled).toBe(compiled)
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(4)
    // Asked all at once, each still answers with its own.
    expect(await Promise.all(snapshots.map((one) => one.decode(z)))).toEqual(answers)
    await snapshots[0]!.close()
    expect(await snapshots[1]!.decode(z)).toEqual(answers[1])
    await training.stop()
    await (await training.done).close()
    expect(seen.closed).toBe(0)
    for (const snapshot of snapshots) await snapshot.close()
    expect(seen.closed).toBe(1)
  })
})

describe('a change that the best epoch is judged by', () => {
  const monitored = async (monitor: string, options: object, change: Adjustments) => {
    const training = await started({ ...options, monitor, lr: 1e-5 }, { paused: true })
    await training.step(7)
    await training.adjust(change)
    await training.step(4)
    const { last } = await readRunFiles(await training.files())
    await training.stop()
    return last!.progress.best?.epoch
  }

  it('starts the best anew: an objective of other weights, or a term of other graphs', async () => {
    expect(await monitored('objective', { model: 'vae' }, { beta: 9 })).toBe(undefined)
    expect(await monitored('objective', { model: 'vae' }, { lr: 0.1 })).toBe(1)
    expect(await monitored('reconstruction', { model: 'vae' }, { beta: 9 })).toBe(1)
    const dae = { model: 'dae', corruption: 'masking:0.2' }
    expect(await monitored('reconstruction', dae, { corruption: 'masking:0.9' })).toBe(undefined)
  })

  it('is validated under what holds then', async () => {
    const training = await started({ model: 'vae', beta: 1 }, { paused: true })
    await training.step(6)
    await training.adjust({ beta: 100 })
    await training.step(6)
    const metrics = Buffer.from((await training.files())['metrics.jsonl']!).toString()
    const epochs = metrics
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).validation)
    for (const [i, beta] of [1, 100].entries())
      expect(epochs[i].objective).toBeCloseTo(
        epochs[i].terms.reconstruction + beta * epochs[i].terms.kl,
        4,
      )
    await training.stop()
  })
})

describe('what cannot be done', () => {
  it('is refused in one line, and the training stays as it is', async () => {
    const training = await started({ model: 'vae' }, { paused: true })
    await training.step(8)
    const refused: readonly (readonly [Adjustments, RegExp])[] = [
      [
        { hidden: [3] },
        /^hidden: cannot change during a training of vae; epochs, lr, .*beta.* can$/,
      ],
      [{ batch: 3 }, /^batch: cannot change during a training of vae/],
      [{ corruption: 'none' }, /^corruption: cannot change during a training of vae/],
      [{ beta: -1 }, /^beta: expected a number of at least 0, or FROM:TO@EPOCHS/],
      [{ temperature: 1 }, /^temperature: is used only with prior bernoulli/],
      [{ lr: 0 }, /^lr: /],
      [{ epochs: 1 }, /^epochs 1: the training is in epoch 2 already$/],
      [{}, /^adjust: expected an object with the options that change/],
    ]
    for (const [change, why] of refused)
      expect(await messageOf(training.adjust(change))).toMatch(why)
    expect(training.config.history).toBe(undefined)
    await training.continue()
    expect(await filesAtEnd(training)).toEqual(await filesAtEnd(await started({ model: 'vae' })))
  })

  it('is a corruption that would give the network other parameters', async () => {
    const { table } = await tableOf()
    const training = await begun(onnx(), table, { paused: true }, await tableRows())
    expect(await messageOf(training.adjust({ corruption: 'masking:0.3' }))).toMatch(
      /^corruption: masking:0.3 gives dae other parameters than swap:0.1, so it cannot be changed/,
    )
    expect(await messageOf(training.adjust({ corruption: 'salt-pepper:0.3' }))).toMatch(
      /^corruption: salt and pepper are black and white pixels/,
    )
    expect(await training.adjust({ corruption: 'swap:0.3' })).toEqual({ stage: 0, step: 0 })
    await training.continue()
    expect((await training.done).reason).toBe('finished')
  })

  it('is a call after the end, but for files', async () => {
    const training = await started({ model: 'vae', epochs: 1 })
    await (await training.done).close()
    const calls = {
      pause: () => training.pause(),
      continue: () => training.continue(),
      step: () => training.step(),
      stop: () => training.stop(),
      adjust: () => training.adjust({ lr: 1 }),
      snapshot: () => training.snapshot(),
    }
    for (const [name, call] of Object.entries(calls))
      expect(await messageOf(call())).toBe(
        `${name}: the training has ended; its model is what done resolves with`,
      )
    expect(Object.keys(await training.files())).toContain('config.json')
  })

  it('is to step a model in closed form, which can only be stopped', async () => {
    const options = { model: 'pca', hidden: undefined, activation: undefined, batch: undefined }
    const given = { ...options, epochs: undefined, likelihood: 'gaussian' }
    expect(await messageOf(started(given, { paused: true }))).toBe(
      'paused: pca is computed in closed form, without steps; it can only be stopped',
    )
    const training = await started(given)
    for (const name of ['pause', 'continue', 'step', 'snapshot'] as const)
      expect(await messageOf(training[name]() as Promise<unknown>)).toMatch(
        new RegExp(`^${name}: pca is computed in closed form`),
      )
    await (await training.done).close()
    expect(Object.keys(await training.files())).toContain('checkpoints/last/checkpoint.safetensors')
    const stopped = await started(given, { signal: AbortSignal.abort() })
    expect(await messageOf(stopped.done)).toMatch(/^pca: the training was stopped before/)
  })
})

describe('the end', () => {
  it('comes by a signal also while the training is paused', async () => {
    const controller = new AbortController()
    const training = await started({ model: 'vae' }, { paused: true, signal: controller.signal })
    await training.step(3)
    controller.abort()
    const model = await training.done
    expect(model).toMatchObject({ reason: 'cancelled', step: 3 })
    await model.close()
  })

  it('by a failure of keep is that failure, for all who wait, and the runtime is closed', async () => {
    const { seen, runtime } = watched()
    const keep = async () => {
      throw new Error('no room')
    }
    const training = await begun(runtime, { model: 'vae' }, { keep, paused: true, keepEvery: 0 })
    const waiting = [training.step(100), training.done, training.step(5)]
    expect(await Promise.all(waiting.map(messageOf))).toEqual(['no room', 'no room', 'no room'])
    expect(await messageOf(training.pause())).toBe('no room')
    expect(training.state).toBe('ended')
    expect(seen.closed).toBe(1)
  })

  it('by numbers that are not finite closes the runtime, and the last good state is kept', async () => {
    const { seen, runtime } = watched()
    const given = { model: 'vae', likelihood: 'gaussian', optimizer: 'sgd' }
    const training = await begun(runtime, given, { paused: true, stepsPerCall: 1 })
    await training.step(2)
    await training.adjust({ lr: 1e30 })
    await training.continue()
    expect(await messageOf(training.done)).toMatch(/^training stopped at step \d+/)
    expect(seen.closed).toBe(1)
    const files = await training.files()
    expect((await readRunFiles(files)).last!.progress.step).toBeGreaterThanOrEqual(2)
    expect(Buffer.from(files['metrics.jsonl']!).toString()).toContain('"type":"failed"')
  })
})

const tableOf = async () => ({
  table: {
    ...{ model: 'dae', corruption: 'swap:0.1', likelihood: 'columns', activation: 'tanh' },
    ...{ hidden: [5], latent: 2, batch: 8, epochs: 2 },
  },
})

async function tableRows() {
  const { openDataSet } = await import('../../src/data/open.ts')
  const rows = Array.from({ length: 60 }, (_, i) => ({ a: (i * 7) % 11, kind: ['x', 'y'][i % 2] }))
  const { data: config } = resolveConfig({ data: 'array', validation: 10, test: 10 })
  return openDataSet({ ...config, data: rows, seed: 0 } as never)
}
