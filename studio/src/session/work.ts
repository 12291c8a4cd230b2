import { UserError } from 'latentlab/browser'
import type { SessionCalls } from '../protocol/api.ts'
import type { Answering } from './answering.ts'
import { DataDesk } from './data-desk.ts'
import { formCalls } from './forms.ts'
import type { Host } from './host.ts'
import { openedFiles, openedKeptRun } from './opening.ts'
import { savingCalls } from './saving.ts'
import { trainingCalls } from './training-calls.ts'
import { TrainingDesk } from './training-desk.ts'
import type { CurrentView } from './view.ts'

export type Work = ReturnType<typeof openWork>

/** What a session does with data, trainings and files: most of its code, which the first view does without. */
export function openWork(host: Host, view: CurrentView, answering: Answering) {
  const data = new DataDesk(host)
  const training = new TrainingDesk(host, data, view, answering)
  // Takes a moment, and forms wait for it.
  void host.hasGpu()
  return {
    calls: {
      openData: (request) => data.open(request),
      async openModel(files) {
        const opened = await openedFiles(host, files)
        return opened && view.set(opened)
      },
      async openPath(path) {
        const opened = await openedFiles(host, (await host.files?.(path)) ?? [])
        if (!opened) throw new UserError(`${path}: is neither a run nor a package`)
        return view.set(opened)
      },
      openRun: async (id) => view.set(await openedKeptRun(host, data, id)),
      ...formCalls(host, () => data.set),
      ...trainingCalls(training),
      ...savingCalls(view),
    } satisfies Partial<SessionCalls>,
    /** Sends the state of the training again. */
    resend: () => training.resend(),
    /** Ends the training, if there is one, and waits until its state is kept. */
    end: () => training.end(),
  }
}
