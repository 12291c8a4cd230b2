import { requireOneOf, requireOptions, requireWhole } from '../tensor/checks.ts'
import { UserError } from '../tensor/errors.ts'
import type { RuntimeOptions } from './session.ts'

/** Threads that can be asked for. */
export const MOST_THREADS = 1024

/** Throws UserError for what is no choice of a device and of threads. */
export function requireRuntimeOptions(options: RuntimeOptions): void {
  requireOptions(options, 'openRuntime', ['device', 'threads'], UserError)
  requireOneOf(options.device, 'device', ['cpu', 'webgpu'], UserError)
  requireWhole(options.threads, 'threads', { high: MOST_THREADS }, UserError)
}
