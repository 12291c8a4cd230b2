import { UserError } from 'latentlab/browser'
import type { SessionCalls } from './api.ts'
import type { AnswerMessage, CallMessage } from './connection.ts'

/** Makes a call of a session and says what came of it. Errors that are no messages for users are bugs. */
export async function answered(
  calls: SessionCalls,
  { method, args }: CallMessage,
): Promise<AnswerMessage> {
  try {
    if (!Object.hasOwn(calls, method)) throw new TypeError(`a session has no call ${method}`)
    const call = calls[method as keyof SessionCalls] as (...args: unknown[]) => Promise<unknown>
    return { value: await call(...args) }
  } catch (error) {
    const isBug = !(error instanceof UserError)
    if (isBug) console.error(error)
    return { error: { message: error instanceof Error ? error.message : String(error), isBug } }
  }
}

/** The memory of arrays in a value, which can be moved to another thread in place of being copied. */
export function movable(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer)
  } else if (Array.isArray(value)) {
    for (const inner of value) movable(inner, found)
  } else if (
    value &&
    typeof value === 'object' &&
    Object.getPrototypeOf(value) === Object.prototype
  ) {
    for (const inner of Object.values(value)) movable(inner, found)
  }
  return [...found]
}
