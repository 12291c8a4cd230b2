import type { Request } from './worker-protocol.ts'
import { type ServerPort, type Services, serve } from './worker-server.ts'

/** Serves one runtime to the process that started this one, over their channel. */
export function serveProcess(
  services: Services,
  more: Pick<ServerPort, 'sessionClosed'> = {},
): void {
  if (!process.send) throw new Error('this program must be started with a channel')
  let written = Promise.resolve()
  const answer = serve(services, {
    post(message) {
      written = new Promise((resolve) => process.send!(message, () => resolve()))
    },
    // Disconnecting drops what has not been written.
    closed: () => void written.then(() => process.disconnect()),
    ...more,
  })
  process.on('message', (request) => answer(request as Request))
  // Signals reach every process of a group; whoever started this one decides when it ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  process.on('disconnect', () => process.exit())
}
