import { answered } from '../protocol/answer.ts'
import type { SessionEvent } from '../protocol/api.ts'
import type { FromWorker, ToWorker } from '../protocol/worker-connection.ts'
import { openSession } from '../session/session.ts'
import { browserHost } from './browser-host.ts'

const post = (message: FromWorker) => self.postMessage(message)
const { calls } = openSession(browserHost((event: SessionEvent) => post({ event })))

self.onmessage = async ({ data: { id, ...call } }: MessageEvent<ToWorker>) =>
  post({ id, ...(await answered(calls, call)) })
