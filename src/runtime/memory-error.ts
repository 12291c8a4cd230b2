import { UserError } from '../tensor/errors.ts'
import { option, worded } from '../tensor/wording.ts'

/** Messages of V8, Node.js and ONNX Runtime for a failed allocation. */
const FAILED = /std::bad_alloc|allocation failed|failed to allocate memory|out of memory/i
const FAILED_CODES = ['ERR_WORKER_OUT_OF_MEMORY', 'ERR_WORKER_INIT_FAILED', 'ENOMEM']

/** A UserError for a failed allocation; any other error unchanged. */
export function asMemoryError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error
  const { code = '' } = error as { code?: string }
  if (!FAILED.test(error.message) && !FAILED_CODES.includes(code)) return error
  return new UserError(
    worded`there is not enough memory; use a smaller ${option('batch')}, model or data set, or free some memory`,
  )
}
