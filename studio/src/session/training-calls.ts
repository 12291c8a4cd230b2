import type { Adjustments as LibraryAdjustments } from 'latentlab/browser'
import type { SessionCalls } from '../protocol/api.ts'
import type { TrainingDesk } from './training-desk.ts'

/** How a training is begun and controlled. */
export function trainingCalls(
  desk: TrainingDesk,
): Pick<SessionCalls, 'train' | 'continueRun' | 'pause' | 'resume' | 'step' | 'stop' | 'adjust'> {
  return {
    train: (request) => desk.start(request),
    continueRun: (id, epochs) => desk.continue(id, epochs),
    async pause() {
      await desk.get().pause()
      desk.state('paused')
    },
    async resume() {
      await desk.get().continue()
      desk.state('running')
    },
    async step(count = 1) {
      desk.state('running')
      await desk.get().step(count)
      desk.state('paused')
    },
    async stop() {
      await desk.get().stop()
    },
    async adjust(changes) {
      await desk.get().adjust(changes as LibraryAdjustments)
    },
  }
}
