import * as ort from 'onnxruntime-web/wasm'
import { onnxServices } from './onnx-services.ts'
import type { Ready, Request } from './worker-protocol.ts'
import { serve } from './worker-server.ts'

// In a bundle, onnxruntime-web also starts this script for its own threads, under another name and with
// another protocol.
if (self.name === 'latentlab') {
  const answer = serve(onnxServices({ ort, preallocates: false }), {
    post: (message, movable) => self.postMessage(message, { transfer: movable }),
    closed: () => {},
  })
  self.onmessage = ({ data }: MessageEvent<Request>) => {
    if (data.method === 'compile') ort.env.wasm.numThreads = data.args.options.threads
    answer(data)
  }
  self.postMessage({ ready: ort.env.versions.web ?? 'unknown' } satisfies Ready)
}
