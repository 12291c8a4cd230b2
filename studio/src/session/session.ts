import { UserError } from 'latentlab/browser'
import type { SessionCalls } from '../protocol/api.ts'
import { Answering } from './answering.ts'
import { answerCalls } from './answers.ts'
import { calibrationOf } from './calibration.ts'
import { DataDesk } from './data-desk.ts'
import { openedExample } from './example.ts'
import { formCalls } from './forms.ts'
import type { Host } from './host.ts'
import { keptRuns } from './kept-runs.ts'
import { latentCalls } from './latent-calls.ts'
import { MapDesk } from './map.ts'
import { openedFiles, openedKeptRun } from './opening.ts'
import { savingCalls } from './saving.ts'
import { trainingCalls } from './training-calls.ts'
import { TrainingDesk } from './training-desk.ts'
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
  const map = new MapDesk(host, view)
  const answering = new Answering()
  const training = new TrainingDesk(host, data, view, answering)
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
      training.resend()
      host.send({ type: 'findings', findings: view.found() })
    },
    openExample: async () => view.set(await openedExample(host)),
    openData: (request) => data.open(request),
    async openModel(files) {
      const opened = await openedFiles(files)
      return opened && view.set(opened)
    },
    async openPath(path) {
      const opened = await openedFiles((await host.files?.(path)) ?? [])
      if (!opened) throw new UserError(`${path}: is neither a run nor a package`)
      return view.set(opened)
    },
    openRun: async (id) => view.set(await openedKeptRun(host, data, id)),
    forgetRun: (id) => host.storage.remove(id),
    ...formCalls(() => data.set),
    ...trainingCalls(training),
    ...answering.measured({
      ...map.calls,
      ...latentCalls(host, view, () => map.codesOf()),
      ...answerCalls(view),
    }),
    ...savingCalls(view),
    calibration: () => view.use((model) => calibrationOf(model, view.examples())),
    findings: async () => view.found(),
  }
  return {
    calls,
    async close() {
      await training.end()
      await view.close()
    },
  }
}
