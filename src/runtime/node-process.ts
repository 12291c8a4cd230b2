import { collectClosed, engine } from './node-engine.ts'
import { serve } from './worker-server.ts'

/** A separate program: serves one runtime to the process that started it, over their channel. */
if (!process.send) throw new Error('node-process must be started with a channel')

let written = Promise.resolve()
process.on(
  'message',
  serve(engine, {
    post(answer) {
      written = new Promise((resolve) => process.send!(answer, () => resolve()))
    },
    // Disconnecting drops what has not been written.
    closed: () => void written.then(() => process.disconnect()),
    sessionClosed: collectClosed,
  }),
)
// Ctrl-C reaches every process of the terminal; whoever started this one decides when it ends.
process.on('SIGINT', () => {})
// Between two calls, since this runs on the thread that makes them.
process.on('disconnect', () => process.exit())
