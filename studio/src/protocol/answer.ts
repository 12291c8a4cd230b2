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
