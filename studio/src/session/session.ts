import type { SessionCalls } from '../protocol/api.ts'
import { answerCalls } from './answers.ts'
import { DataDesk } from './data-desk.ts'
import { openedExample } from './example.ts'
import type { Host } from './host.ts'
import { keptRuns } from './kept-runs.ts'
import { mapCalls } from './map.ts'
import { CurrentView } from './view.ts'

/** A session: what the page asks for, and how it ends. */
export interface Session {
  readonly calls: SessionCalls
  close(): Promise<void>
}

/** Opens a session. Calls may overlap; what computes does one after the other. */
export function openSession(host: Host): Session {
  const data = new DataDesk(host)
  const view = new CurrentView()
  const calls = {
    async start() {
      return {
        place: host.place,
        version: VERSION,
        bundled: host.bundled,
        runs: await keptRuns(host.storage),
        folder: await host.folder(),
      }
    },
    openExample: async () => view.set(await openedExample(host)),
    openData: (request) => data.open(request),
    ...answerCalls(view),
    ...mapCalls(host, view),
  } as SessionCalls
  return { calls, close: () => view.close() }
}

const VERSION = '0.1.0'
