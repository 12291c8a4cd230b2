import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import type { Runtime } from '../../../src/runtime/session.ts'
import { compiled, compiledUrl } from '../../compiled.ts'
import { descended, descent } from './descent.ts'
import { library } from './native.ts'

const { openRuntime } = (await compiled(
  'runtime/node.js',
)) as typeof import('../../../src/runtime/node.ts')

async function trained(runtime: Runtime) {
  const found = await descended(await runtime.compileLoop(descent()), [3, 2, 4])
  await runtime.close()
  return found
}

const native = { kernels: 'native', detail: library.level }

describe('the runtime in Node', () => {
  it('runs loops natively, or in plain ONNX where that is asked for', async () => {
    for (const [kernels, expected] of [
      [undefined, native],
      ['auto', native],
      ['onnx', { kernels: 'onnx', detail: 'as asked for' }],
    ] as const) {
      const runtime = openRuntime({ device: 'cpu', threads: 1, kernels })
      expect(await runtime.loops()).toEqual(expected)
      await runtime.close()
    }
    expect(() => openRuntime({ device: 'cpu', threads: 1, kernels: 'native' as never })).toThrow(
      'kernels: expected one of auto, onnx, got "native"',
    )
  })

  it('follows the float64 reference on both, with the same bits each time', async () => {
    const expected = await trained(referenceRuntime)
    for (const kernels of ['auto', 'onnx'] as const) {
      const open = () => openRuntime({ device: 'cpu', threads: 1, kernels })
      const actual = await trained(open())
      expect(await trained(open())).toEqual(actual)
      for (const part of ['state', 'before'] as const)
        for (const [name, { data }] of Object.entries(expected[part]))
          for (const [i, value] of data.entries())
            expect(Number(actual[part][name]!.data[i])).toBeCloseTo(Number(value), 5)
    }
  })

  it('runs them in a process of its own where the thread would not be the first', () => {
    const script = `
      import 'onnxruntime-node'
      const { openRuntime } = await import(${JSON.stringify(compiledUrl('runtime/node.js'))})
      const runtime = openRuntime({ device: 'cpu', threads: 1 })
      console.log(JSON.stringify(await runtime.loops()))
      await runtime.close()`
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { encoding: 'utf8' },
    )
    expect([stdout, stderr]).toEqual([`${JSON.stringify(native)}\n`, ''])
  })
})
