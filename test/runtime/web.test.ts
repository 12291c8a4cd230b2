import { afterEach, expect, it, vi } from 'vitest'
import { Tensor } from '../../src/graph/tensor.ts'
import { openRuntime } from '../../src/runtime/web.ts'

afterEach(() => vi.unstubAllGlobals())

it('ends a worker that has failed, and with it the call under way', async () => {
  const terminate = vi.fn()
  let started!: Pick<Worker, 'onmessage' | 'onerror'>
  class FailingWorker {
    onmessage: Worker['onmessage'] = null
    onerror: Worker['onerror'] = null
    terminate = terminate
    constructor() {
      started = this
      queueMicrotask(() => this.onmessage?.call(this as never, { data: { ready: '1.0' } } as never))
    }
    postMessage() {}
  }
  vi.stubGlobal('Worker', FailingWorker)
  vi.stubGlobal('crossOriginIsolated', false)

  const runtime = await openRuntime({ device: 'cpu', threads: 1 })
  const compiled = runtime.compile({ y: Tensor.input('x', [2]).neg() })
  expect(terminate).not.toHaveBeenCalled()
  started.onerror?.call(started as never, { message: 'Uncaught RangeError: no memory' } as never)
  await expect(compiled).rejects.toThrow("the runtime's worker failed: Uncaught RangeError")
  expect(terminate).toHaveBeenCalledTimes(1)
  await runtime.close()
})
