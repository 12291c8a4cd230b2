import { openRuntime } from '../src/runtime/node.ts'
import { compiled, isCompiled } from './compiled.ts'

/**
 * Starts the runtime's threads before a test loads ONNX Runtime itself: after that, each runtime that is opened would
 * be a process of its own (`src/runtime/node.ts`), which takes half a second of a processor. The compiled library's
 * thread makes the first session of the process, as in a user's program; the sources have a thread of their own.
 */
if (isCompiled()) {
  const { openRuntime: openCompiled } = (await compiled(
    'runtime/node.js',
  )) as typeof import('../src/runtime/node.ts')
  const { Tensor } = (await compiled('graph/tensor.js')) as typeof import('../src/graph/tensor.ts')
  const options = { device: 'cpu', threads: 1 } as const
  const runtime = openCompiled(options)
  await runtime.compile({ y: Tensor.input('x', [1]).add(1) })
  await runtime.close()
  await openRuntime(options).close()
}
