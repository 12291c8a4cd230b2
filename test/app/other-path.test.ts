import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pathChange } from '../../src/app/run/environment.ts'
import type { TrainingEvent } from '../../src/train/events.ts'
import {
  arraysOf,
  options,
  outcome,
  resolveConfig,
  resumeRun,
  temporaryFolder,
  trainRun,
  writeData,
} from '../robustness/runs.ts'
import { library } from '../runtime/native/native.ts'

const folder = temporaryFolder()
const data = writeData(folder)

/** A training of two epochs, and the events of it. */
async function trained(name: string, others: Record<string, unknown> = {}) {
  const events: TrainingEvent[] = []
  const out = join(folder, name)
  const config = resolveConfig(options(data, { epochs: 2, ...others }))
  await trainRun({ config, out, onEvent: (event) => events.push(event) })
  return { out, events }
}

async function resumed(out: string, others: { kernels?: 'auto' | 'onnx' } = {}) {
  const events: TrainingEvent[] = []
  await resumeRun({ folder: out, epochs: 4, ...others, onEvent: (event) => events.push(event) })
  return events
}

const environment = (out: string) =>
  JSON.parse(readFileSync(join(out, 'environment.json'), 'utf8')) as Record<string, unknown>
const changes = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.type === 'environment' ? [event.description] : []))
const pathsOf = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.type === 'start' ? [event.loops] : []))

describe('a run', () => {
  it('records and reports what computes its steps', async () => {
    const auto = await trained('auto')
    expect(pathsOf(auto.events)).toEqual([{ kernels: 'native', detail: library.level }])
    expect(environment(auto.out)).toMatchObject({
      kernels: 'native',
      kernelsDetail: library.level,
    })
    const forced = await trained('forced', { kernels: 'onnx' })
    expect(pathsOf(forced.events)).toEqual([{ kernels: 'onnx', detail: 'as asked for' }])
    expect(environment(forced.out)).toMatchObject({
      kernels: 'onnx',
      kernelsDetail: 'as asked for',
    })
    const [native, plain] = [auto.out, forced.out].map(arraysOf)
    for (const [name, { data: values }] of Object.entries(native!))
      for (const [i, value] of values.entries())
        expect(Number(value)).toBeCloseTo(Number(plain![name]!.data[i]), 4)
  })

  it('says so where it is resumed on the other path, and not where it is the same', async () => {
    const { out } = await trained('changed')
    expect(changes(await resumed(out, { kernels: 'onnx' }))).toEqual([
      'trained with native kernels so far, continued with plain ONNX (as asked for): from here on, results differ by rounding',
    ])
    expect(environment(out)).toMatchObject({ kernels: 'onnx' })
    const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))
    expect(config.compute.kernels).toBe('onnx')
    expect(config.history).toEqual([
      {
        stage: 0,
        step: 24,
        before: { epochs: 2, kernels: 'auto' },
        after: { epochs: 4, kernels: 'onnx' },
      },
    ])
    const same = await trained('same')
    expect(changes(await resumed(same.out))).toEqual([])
  })

  it('was trained in plain ONNX where it does not say: it is of an older version', async () => {
    const { out } = await trained('older', { kernels: 'onnx' })
    const { kernels: _, kernelsDetail: __, ...older } = environment(out)
    writeFileSync(join(out, 'environment.json'), JSON.stringify(older))
    expect(changes(await resumed(out, { kernels: 'auto' }))).toEqual([
      `trained with plain ONNX so far, continued with native kernels (${library.level}): from here on, results differ by rounding`,
    ])
    expect(pathChange({}, { kernels: 'onnx' } as never)).toBeUndefined()
    expect(pathChange({ kernels: 'native' }, { kernels: 'native' } as never)).toBeUndefined()
  })

  it('says so where it goes on to a GPU, to another one, or from one to the CPU', () => {
    const on = (kernels: string, kernelsDetail: string) => ({ kernels, kernelsDetail })
    const described = (from: string, to: string) =>
      `trained with ${from} so far, continued with ${to}: from here on, results differ by rounding`
    const [one, other, native] = [
      on('webgpu', 'a GPU'),
      on('webgpu', 'another'),
      on('native', 'AVX2'),
    ]
    expect(pathChange(one, one)).toBeUndefined()
    expect(pathChange(one, other)).toBe(described('WebGPU (a GPU)', 'WebGPU (another)'))
    expect(pathChange(one, native)).toBe(described('WebGPU (a GPU)', 'native kernels (AVX2)'))
    expect(pathChange(native, one)).toBe(described('native kernels', 'WebGPU (a GPU)'))
  })

  it('comes to the same bits natively, stopped and resumed or not', async () => {
    const whole = await trained('whole', { epochs: 4 })
    const { out } = await trained('half')
    await resumed(out)
    expect(outcome(out).last.bits).toEqual(outcome(whole.out).last.bits)
  })
})
