import type { SessionCalls } from '../protocol/api.ts'
import { Answering } from './answering.ts'
import { answerCalls } from './answers.ts'
import { calibrationOf } from './calibration.ts'
import { openedExample } from './example.ts'
import type { Host } from './host.ts'
import { keptRuns } from './kept-runs.ts'
import { latentCalls } from './latent-calls.ts'
import { MapDesk } from './map.ts'
import { CurrentView } from './view.ts'
import type { Work } from './work.ts'

/** A session: what the page asks for, and how it ends. */
export interface Session {
  readonly calls: SessionCalls
  close(): Promise<void>
}

/** Calls about data, trainings and files, whose code is loaded with the first of them. */
const WORK = [
  ...(['openData', 'openModel', 'openPath', 'openRun', 'models', 'options'] as const),
  ...(['train', 'continueRun', 'pause', 'resume', 'step', 'stop', 'adjust'] as const),
  ...(['saveRun', 'savePackage', 'saveTable', 'recipe'] as const),
] satisfies (keyof Work['calls'])[]

/** Opens a session. Calls may overlap; what computes does one after the other. */
export function openSession(host: Host): Session {
  const view = new CurrentView()
  const map = new MapDesk(host, view)
  const answering = new Answering()
  let work: Promise<Work> | undefined
  const working = (): Promise<Work> => {
    work ??= import('./work.ts')
      .then(({ openWork }) => openWork(host, view, answering))
      .catch((error: unknown) => {
        work = undefined
        throw error
      })
    return work
  }
  const calls: SessionCalls = {
    async start() {
      return {
        place: host.place,
        version: __VERSION__,
        bundled: host.bundled,
        runs: await keptRuns(host.storage),
        folder: await host.folder(),
      }
    },
    async resend() {
      if (work) (await work).resend()
      else host.send({ type: 'state', state: 'none' })
      host.send({ type: 'findings', findings: view.found() })
    },
    openExample: async () => view.set(await openedExample(host)),
    forgetRun: (id) => host.storage.remove(id),
    ...callsOf(WORK, async () => (await working()).calls),
    ...answering.measured({
      ...map.calls,
      ...latentCalls(host, view, () => map.codesOf()),
      ...answerCalls(view),
    }),
    calibration: () => view.use((model) => calibrationOf(model, view.examples())),
    findings: async () => view.found(),
  }
  return {
    calls,
    async close() {
      // What could not be loaded has begun nothing.
      await (await work?.catch(() => undefined))?.end()
      await view.close()
    },
  }
}

/** Calls that wait for what answers them. */
function callsOf<K extends keyof SessionCalls>(
  names: readonly K[],
  answering: () => Promise<Pick<SessionCalls, K>>,
): Pick<SessionCalls, K> {
  const call =
    (name: K) =>
    async (...args: unknown[]): Promise<unknown> => {
      const answer = (await answering())[name] as (...args: unknown[]) => unknown
      return answer(...args)
    }
  return Object.fromEntries(names.map((name) => [name, call(name)])) as Pick<SessionCalls, K>
}
