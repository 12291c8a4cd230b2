import { requireOneOf, requireOptions, requireWhole } from '../tensor/checks.ts'
import { UserError } from '../tensor/errors.ts'
import type { RuntimeOptions } from './session.ts'

/** The most threads that can be asked for. */
export const MOST_THREADS = 1024

/** Throws UserError unless the options name a device and a number of threads. */
export function requireRuntimeOptions(options: RuntimeOptions): void {
  requireOptions(options, 'openRuntime', ['device', 'threads', 'kernels'], UserError)
  requireOneOf(options.device, 'device', ['cpu', 'webgpu'], UserError)
  requireWhole(options.threads, 'threads', { high: MOST_THREADS }, UserError)
  if (options.kernels !== undefined)
    requireOneOf(options.kernels, 'kernels', ['auto', 'onnx'], UserError)
}
