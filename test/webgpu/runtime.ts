import type { Runtime } from '../../src/runtime/session.ts'
import type { Gpu } from '../../src/runtime/webgpu/gpu.ts'
import { webgpuLoop } from '../../src/runtime/webgpu/loop.ts'
import { WebgpuSession } from '../../src/runtime/webgpu/session.ts'
import { closable } from '../../src/tensor/closable.ts'
import { UserError } from '../../src/tensor/errors.ts'

/** WebGPU on the test's own thread. The device outlives the runtime, and with it every shader that it has compiled. */
export const webgpuOf = (gpu: Gpu): Runtime =>
  closable<Runtime>('the runtime', {
    name: 'webgpu',
    options: { device: 'webgpu', threads: 0 },
    compile: async (outputs) => new WebgpuSession(gpu, outputs),
    compileLoop: (program) => webgpuLoop(gpu, program),
    async open() {
      throw new UserError('WebGPU runs expressions, not ONNX files')
    },
    loops: async () => ({ kernels: 'webgpu', detail: gpu.description }),
    close: async () => {},
  })
