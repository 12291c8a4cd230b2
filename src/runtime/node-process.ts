import { collectClosed, engine } from './node-engine.ts'
import { onnxServices } from './onnx-services.ts'
import { serveProcess } from './served-process.ts'

/** A separate program: runs ONNX models for the process that started it. */
serveProcess(onnxServices(engine), { sessionClosed: collectClosed })
