import type { Adjustments as LibraryAdjustments } from 'latentlab/browser'
import type { SessionCalls } from '../protocol/api.ts'
import type { TrainingDesk } from './training-desk.ts'

/** How a training is begun and controlled. */
export function trainingCalls(
  desk: TrainingDesk,
): Pick<SessionCalls, 'train' | 'continueRun' | 'pause' | 'resume' | 'step' | 'stop' | 'adjust'> {
  return {
    train: (request) => desk.start(request),
    continueRun: (id, changes) => desk.continue(id, changes),
    async pause() {
      await desk.get().pause()
      desk.report()
    },
    async resume() {
      await desk.get().continue()
      desk.report()
    },
    async step(count = 1) {
      const stepped = desk.get().step(count)
      desk.report()
      await stepped
      desk.report()
    },
    async stop() {
      await desk.get().stop()
    },
    async adjust(changes) {
      await desk.get().adjust(changes as LibraryAdjustments)
    },
  }
}
