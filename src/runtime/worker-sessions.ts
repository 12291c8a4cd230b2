import { closable } from '../tensor/closable.ts'
import type { LoopSession, Session } from './session.ts'
import type { Asking } from './worker-client.ts'

type Ask = Asking['ask']

/** A runtime that is closed has closed its sessions. */
const closing = (ask: Ask, isEnded: () => boolean, session: number) => async () => {
  if (!isEnded()) await ask('closeSession', { session })
}

/** A session that a worker has opened under a number. */
export const sessionOf = (ask: Ask, isEnded: () => boolean, session: number): Session =>
  closable<Session>('the session', {
    bind: (feeds) => ask('bind', { session, feeds }),
    run: (feeds) => ask('run', { session, feeds }),
    close: closing(ask, isEnded, session),
  })

/** A loop that a worker has opened under a number. */
export function loopOf(ask: Ask, isEnded: () => boolean, session: number): LoopSession {
  const computing = { seconds: 0 }
  return closable<LoopSession>('the session', {
    computing,
    bind: (feeds) => ask('bind', { session, feeds }),
    load: (values) => ask('load', { session, state: values }),
    run: (steps, feeds) => ask('run', { session, feeds, steps }, computing),
    state: () => ask('state', { session }),
    previousState: () => ask('previousState', { session }),
    close: closing(ask, isEnded, session),
  })
}
