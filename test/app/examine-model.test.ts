import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { CHECKS, CURVE_CHECKS } from '../../src/app/doctor/doctor.ts'
import type { Check } from '../../src/app/doctor/finding.ts'
import { examineModel } from '../../src/app/library/examine-model.ts'
import { trainInMemory } from '../../src/app/library/in-memory.ts'
import { openDataSet } from '../../src/data/open.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import type { TrainingEvent } from '../../src/train/events.ts'
import { compiled } from '../compiled.ts'
import { onnx } from '../train/onnx.ts'

/** The runtime's worker thread is a compiled file. */
const lab = (await compiled('entries/node.js')) as typeof import('../../src/entries/node.ts')
const { bars } = (await import(new URL('../../bench/doctor-cases.js', import.meta.url).href)) as {
  bars(count: number): { data: HostTensor }
}

const folder = mkdtempSync(join(tmpdir(), 'latentlab-examine-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pictures = bars(300).data
/** Six columns that are mixtures of two. */
const plane = () => {
  const { normal } = stream(1, 'a plane')
  const mixing = Float64Array.from({ length: 12 }, () => normal())
  const rows = Array.from({ length: 200 }, () => [normal(), normal()] as const)
  const value = (a: number, b: number, c: number) => a * mixing[c]! + b * mixing[6 + c]!
  const data = rows.flatMap(([a, b]) => [0, 1, 2, 3, 4, 5].map((c) => value(a, b, c)))
  return hostTensor('float32', [200, 6], Float32Array.from(data))
}

type Epoch = Extract<TrainingEvent, { type: 'epoch' }>

/** What the training of a case reports. */
function recorder() {
  const epochs: Epoch[] = []
  const onEvent = (event: TrainingEvent) => {
    if (event.type === 'epoch') epochs.push(event)
  }
  return { onEvent, epochs }
}

const small = {
  hidden: [16],
  latent: 2,
  batch: 50,
  epochs: 4,
  threads: 1,
  kernels: 'onnx',
} as const

const cases: Readonly<Record<string, { data: HostTensor; options: object; finds: string[] }>> = {
  'a healthy run': {
    data: plane(),
    options: { model: 'pca', latent: 2, threads: 1 },
    finds: [],
  },
  'a prior that weighs too much': {
    data: pictures,
    options: { ...small, beta: 40 },
    finds: ['collapsed-latents'],
  },
  'a rate that is far too high': {
    data: pictures,
    options: { ...small, lr: 1e6, likelihood: 'gaussian' },
    finds: ['not-finite', 'nothing-learned'],
  },
  'a GAN at a rate of 0.5': {
    data: pictures,
    options: { model: 'gan', batch: 50, epochs: 2, lr: 0.5, hidden: [16], threads: 1 },
    finds: ['collapsed-samples'],
  },
}

let runs = 0

describe('a model in memory', () => {
  it.each(Object.keys(cases))('%s has the findings of its folder', async (name) => {
    const { data, options, finds } = cases[name]!
    const out = join(folder, `run-${runs++}`)
    const { onEvent, epochs } = recorder()
    let failure: Error | undefined
    await lab
      .train({ ...options, data, out, onEvent } as Parameters<typeof lab.train>[0])
      .catch((error: Error) => {
        expect(error.message).toMatch(/training stopped/)
        failure = error
      })
    const expected = await lab.examine(out, { data, threads: 1 })
    const model = await lab.load(out, { data, threads: 1 })
    try {
      const found = await lab.examineModel(model, { epochs, failure })
      expect(found.findings).toEqual(expected.findings)
      expect(found.checks).toBe(expected.checks)
      expect(found.findings.map((one) => one.name)).toEqual(
        finds.length === 0 ? [] : expect.arrayContaining(finds),
      )
    } finally {
      await model.close()
    }
  })

  it('is examined as it was trained, without a folder', async () => {
    const { data, options } = cases['a prior that weighs too much']!
    const { onEvent, epochs } = recorder()
    const config = resolveConfig(options as Record<string, unknown>)
    const opened = await openDataSet({ ...config.data, data, seed: config.train.seed })
    const model = await trainInMemory(config, opened, onnx(), { onEvent })
    const all = await examineModel(model, { epochs })
    const collapsed = all.findings.find((one) => one.name === 'collapsed-latents')!
    expect(collapsed).toMatchObject({
      try: "beta: '0:1@10'",
      options: { beta: '0:1@10' },
      evidence: expect.stringMatching(/^2 of 2 dimensions .* over 30 test examples$/),
    })
    const few = await examineModel(model, { epochs, examples: 7 })
    expect(few.findings.find((one) => one.name === 'collapsed-latents')!.evidence).toMatch(
      /over 7 test examples$/,
    )
    // Epochs that were trained again, and in any order, count once.
    const again = await examineModel(model, { epochs: [...epochs.toReversed(), ...epochs] })
    expect(again).toEqual(all)
    await model.close()
    await expect(examineModel(model)).rejects.toThrow(/has been closed/)
  })
})

describe('the curves alone', () => {
  it('are judged in the order of all checks', () => {
    const at = CURVE_CHECKS.map((check) => CHECKS.indexOf(check as Check))
    expect(at).toEqual(at.toSorted((a, b) => a - b))
    expect(at).not.toContain(-1)
  })

  it('of a training under way say nothing of its end, and need no call to the runtime', async () => {
    const data = await openDataSet({
      ...resolveConfig({}).data,
      data: pictures,
      seed: 0,
    })
    const options = { hidden: [4], latent: 2, batch: 50, epochs: 1 }
    const model = await trainInMemory(resolveConfig(options), data, onnx(), {})
    const falling = [100, 50, 25, 12, 6].map(
      (objective, i): Epoch => ({
        type: 'epoch',
        epoch: i + 1,
        epochs: 20,
        train: { terms: { kl: 200 + i }, objective },
        best: false,
        seconds: 1,
        examplesPerSecond: 1,
      }),
    )
    const names = async (given: object) =>
      (await examineModel(model, { epochs: falling, checks: 'curves', ...given })).findings.map(
        (one) => one.name,
      )
    const compile = model.runtime.compile
    Object.assign(model.runtime, { compile: () => Promise.reject(new Error('a call')) })
    expect(await names({})).toEqual(['exploding-kl', 'loss-still-falling'])
    expect(await names({ underWay: true })).toEqual(['exploding-kl'])
    Object.assign(model.runtime, { compile })
    await model.close()
  })
})
