import { serveProcess } from './served-process.ts'
import { dawn } from './webgpu/dawn.ts'
import { webgpuServices } from './webgpu/services.ts'

/** A separate program: computes on a GPU for the process that started it. Drivers warn at length, and some end their process. */
serveProcess(webgpuServices(dawn))
