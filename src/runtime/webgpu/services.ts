import { unpackLoop, unpackOutputs } from '../../graph/packed-graph.ts'
import type { LoopSession, Session } from '../session.ts'
import type { Services } from '../worker-server.ts'
import { Gpu } from './gpu.ts'
import { webgpuLoop } from './loop.ts'
import { unusable } from './refusals.ts'
import { WebgpuSession } from './session.ts'

async function opening(source: () => Promise<GPU | undefined>): Promise<Gpu> {
  // A package's binary may be missing for this platform, or need libraries that are not there.
  const gpu = await source().catch((error: Error) => {
    throw unusable(error.message)
  })
  return Gpu.open(gpu)
}

/**
 * What a worker does whose graphs are shaders.
 *
 * @param source where its device comes from, asked when the first graph is compiled
 */
export function webgpuServices(source: () => Promise<GPU | undefined>): Services {
  let opened: Promise<Gpu> | undefined
  const open = () => (opened ??= opening(source))
  return {
    open(request) {
      if (request.method !== 'compileGraph') return undefined
      const { args } = request
      return open().then(
        async (gpu): Promise<Session | LoopSession> =>
          'names' in args
            ? new WebgpuSession(gpu, unpackOutputs(args))
            : webgpuLoop(gpu, unpackLoop(args)),
      )
    },
    async answer(request) {
      if (request.method === 'describe') return (await open()).description
      throw new Error(`WebGPU does not answer ${request.method}`)
    },
    end: () => void opened?.then((gpu) => gpu.destroy()).catch(() => {}),
  }
}
