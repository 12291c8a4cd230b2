import { signal } from '@preact/signals'
import { pause } from '../pause.ts'
import type { SessionCalls, SessionEvent, SessionFacts } from '../protocol/api.ts'
import { SessionError, sessionOver } from '../protocol/connection.ts'
import { serverConnection } from '../protocol/server-connection.ts'
import { workerConnection } from '../protocol/worker-connection.ts'
import { sessionWorker } from './session-worker.ts'

type Listener = (event: SessionEvent) => void
const listeners = new Set<Listener>()
const tell = (event: SessionEvent): void => {
  for (const listener of [...listeners]) listener(event)
}

/** The session of this page. */
export const session: SessionCalls = sessionOver(
  sessionWorker ? workerConnection(sessionWorker, tell) : serverConnection(tell),
)

/** Calls a listener with every event of the session; returns what ends that. */
export function onSessionEvent(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const sessionFacts = signal<SessionFacts | undefined>(undefined)

/** What the user should see went wrong; the latest last. */
export const notices = signal<readonly Notice[]>([])

export interface Notice {
  readonly message: string
  readonly isBug: boolean
}

/** Whether the session refused something, which is no bug. */
export const isRefusal = (error: unknown): error is SessionError =>
  error instanceof SessionError && !error.isBug

export function notify(error: unknown): void {
  const isBug = !isRefusal(error)
  if (isBug) console.error(error)
  const message = error instanceof Error ? error.message : String(error)
  if (notices.value.some((notice) => notice.message === message)) return
  notices.value = [...notices.value, { message, isBug }]
}

export const dismiss = (notice: Notice): void => {
  notices.value = notices.value.filter((other) => other !== notice)
}

/** Counts the models that came into view. */
let views = 0

/** Says that another model comes into view: questions about the one before may fail now, and nobody waits for them. */
export function leaveView(): void {
  views++
}

/** How long the session may show another model before the page does, in milliseconds. */
const BEHIND = 250

/**
 * Does some work of the session, and shows what goes wrong. What was asked about a model is no longer of interest where another came
 * into view meanwhile; a bug always is.
 */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  const then = views
  try {
    return await work()
  } catch (error) {
    if (isRefusal(error)) await pause(BEHIND)
    if (!isRefusal(error) || views === then) notify(error)
    return undefined
  }
}
