import type { Checkpoint } from './checkpoint.ts'
import type { TrainingStore } from './trainer-options.ts'

/** Keeps checkpoints in memory: the last and, if the run has one, the best. */
export interface MemoryStore extends TrainingStore {
  readonly checkpoints: { readonly [K in 'last' | 'best']?: Checkpoint }
}

export function memoryStore(): MemoryStore {
  const checkpoints: { [K in 'last' | 'best']?: Checkpoint } = {}
  return {
    checkpoints,
    async save(kind, checkpoint) {
      checkpoints[kind] = checkpoint
    },
    append: async () => 0,
  }
}
