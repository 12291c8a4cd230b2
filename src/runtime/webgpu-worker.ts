import { webgpuServices } from './webgpu/services.ts'
import type { Ready, Request } from './worker-protocol.ts'
import { serve } from './worker-server.ts'

/** The worker of a page in which graphs become shaders. */
const answer = serve(
  webgpuServices(async () => navigator.gpu),
  {
    post: (message, movable) => self.postMessage(message, { transfer: movable }),
    closed: () => {},
  },
)
self.onmessage = ({ data }: MessageEvent<Request>) => answer(data)
self.postMessage({ ready: 'WebGPU' } satisfies Ready)
