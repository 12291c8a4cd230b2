import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { trainInMemory } from '../../src/app/library/in-memory.ts'
import { evaluator } from '../../src/evaluate/loss/terms.ts'
import { modelNamed } from '../../src/models/registry.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { trainedModel } from '../../src/train/trained.ts'
import { tinyData, tinyRun } from '../app/tiny-run.ts'
import { nodeLibrary } from '../browser/library.ts'

const rows = Array.from({ length: 40 }, (_, i) => [(i % 7) / 6, (i % 5) / 4])

/** Calls of a model, each of which would succeed on an open one. */
const calls = {
  encode: [rows],
  decode: [[[0, 0]]],
  draw: [[[0, 0]]],
  reconstruct: [rows],
  corrupt: [rows],
  samplePrior: [1],
  sample: [1],
  interpolate: [rows[0], rows[1]],
  manifold: [],
  styleTransfer: [rows, { labels: [0] }],
  evaluate: ['test'],
}

type Methods = Readonly<Record<string, (...given: unknown[]) => Promise<unknown>>>

async function expectClosed(model: object, Refusal: new (message: string) => Error) {
  for (const [name, given] of Object.entries(calls)) {
    const refused = await (model as Methods)[name]!(...given).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Refusal)
    expect((refused as Error).message).toBe(`${name}: the model has been closed`)
  }
}

describe('closing', () => {
  let lab: Awaited<ReturnType<typeof nodeLibrary>>
  let folder: string
  const small = { hidden: [4], latent: 2, batch: 8, epochs: 1 }

  beforeAll(async () => {
    lab = await nodeLibrary()
    folder = await mkdtemp(join(tmpdir(), 'latentlab-closing-'))
    await lab.train({ ...small, data: rows, out: join(folder, 'run') })
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('a loaded model twice is harmless, and later calls are refused by name', async () => {
    const model = await lab.load(join(folder, 'run'))
    const underWay = model.encode(rows)
    await Promise.all([model.close(), model.close()])
    await model.close()
    expect((await underWay).shape).toEqual([40, 2])
    await expectClosed(model, lab.UserError)
  })

  it('a model that was trained in memory does the same', async () => {
    const data = tinyData({ shape: [2], sizes: { train: 8, validation: 4, test: 6 } })
    const config = resolveConfig({ ...small, batch: 4, likelihood: 'gaussian' })
    const model = await trainInMemory(config, data, referenceRuntime, modelNamed('vae'), {})
    await model.close()
    await model.close()
    await expectClosed(model, UserError)
  })

  it('a runtime and its sessions twice is harmless, in any order', async () => {
    const runtime = lab.openRuntime({ device: 'cpu', threads: 1 })
    const y = lab.Tensor.input('x', [2]).add(1)
    const [one, other] = [await runtime.compile({ y }), await runtime.compile({ y })]
    const x = lab.hostTensor('float32', [2], Float32Array.of(1, 2))
    await one.close()
    await one.close()
    await expect(one.run({ x })).rejects.toThrow(/^run: the session has been closed$/)
    expect([...(await other.run({ x })).y!.data]).toEqual([2, 3])

    await runtime.close()
    await runtime.close()
    await expect(runtime.compile({ y })).rejects.toThrow(/^compile: the runtime has been closed$/)
    await expect(other.run({ x })).rejects.toThrow(/^the runtime has been closed$/)
    await other.close()
  })

  it('one runtime leaves the others of the process open', async () => {
    const [one, other] = [1, 2].map(() => lab.openRuntime({ device: 'cpu', threads: 1 }))
    await one!.close()
    const session = await other!.compile({ y: lab.scalar(1).add(lab.Tensor.input('x', [])) })
    const { y } = await session.run({ x: lab.hostTensor('float32', [], Float32Array.of(2)) })
    expect([...y!.data]).toEqual([3])
    await other!.close()
  })

  it('a model and an evaluator over a runtime of their own is alike', async () => {
    const data = tinyData({ shape: [2], sizes: { train: 8, validation: 4, test: 6 } })
    const { runtime, model, parameters } = tinyRun({ data, options: { latent: 2, batch: 4 } })
    const trained = trainedModel(runtime, model, parameters)
    const measuring = await evaluator(runtime, model, data, 0)
    for (const open of [trained, measuring, trained, measuring]) await open.close()
    await expect(trained.samplePrior(1, 0)).rejects.toThrow(
      /^samplePrior: the model has been closed$/,
    )
    await expect(measuring.evaluate(parameters, 'test')).rejects.toThrow(
      /^evaluate: the evaluator has been closed$/,
    )
  })
})
