import { packLoop, packOutputs } from '../../graph/packed-graph.ts'
import { closable } from '../../tensor/closable.ts'
import { UserError } from '../../tensor/errors.ts'
import { option, worded } from '../../tensor/wording.ts'
import type { Runtime, RuntimeOptions } from '../session.ts'
import { asking, type ClientEvents, type ClientPort } from '../worker-client.ts'
import { loopOf, sessionOf } from '../worker-sessions.ts'

/** A runtime whose graphs become shaders, in a worker: compiling them takes a thread a while. */
export function webgpuRuntime(
  name: string,
  options: RuntimeOptions,
  connect: (events: ClientEvents) => ClientPort,
): Runtime {
  const { ask, end, isEnded } = asking(connect)
  return closable<Runtime>('the runtime', {
    name,
    options,
    compile: async (outputs) =>
      sessionOf(ask, isEnded, await ask('compileGraph', packOutputs(outputs))),
    compileLoop: async (program) =>
      loopOf(ask, isEnded, await ask('compileGraph', packLoop(program))),
    async open() {
      throw new UserError(
        worded`the device webgpu computes expressions, not ONNX files; open this with ${option('device', 'cpu')}`,
      )
    },
    loops: async () => ({ kernels: 'webgpu', detail: await ask('describe', {}) }),
    close: end,
  })
}
